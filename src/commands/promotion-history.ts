// aigw promote history and verify: what the ledger tells, and whether it is as it was written and as things are.
import { mapBounded } from '../lib/bounded.ts';
import type { Json } from '../lib/json.ts';
import type { LedgerEntry, Subject } from '../plan/ledger/entry.ts';
import { breachIn } from '../plan/ledger/entry.ts';
import { currentPin, isOneSubject, isSame } from '../plan/ledger/history.ts';
import { journalOf } from '../plan/ledger/journal.ts';
import { pinIn, sourceEntry } from '../plan/promotion/subject.ts';
import type { World } from '../ports/world.ts';
import { titleOf } from '../reports/change-request.ts';
import type { ReportCase } from '../reports/report.ts';
import type { Outcome } from './outcome.ts';
import { contentOf, textFault } from './promotion/evidence.ts';
import { mirrorPathOf } from './promotion/proposal.ts';
import { configOf, hasAliases, openRegistryScene, type RegistryScene, readJournal, told } from './promotion/scene.ts';

export interface HistoryOptions {
  readonly path: string;
  readonly environment?: string;
  readonly subject?: Subject;
  /** How many entries are shown, the newest first. */
  readonly limit: number;
}

export function history(world: World, options: HistoryOptions): Promise<Outcome> {
  return told(world, 'promote history', async () => {
    const scene = await openRegistryScene(world, options.path);
    const { entries, unfinished } = await readJournal(scene);
    const { environment, subject } = options;
    const meant = entries.filter(
      ({ to, moves }) =>
        (environment === undefined || to === environment) &&
        (subject === undefined || moves.some((move) => isOneSubject(move.subject, subject))),
    );
    const shown = meant.toReversed().slice(0, options.limit);
    const more = meant.length - shown.length;
    const text = [
      ...shown.flatMap(linesOf),
      ...(more > 0 ? [`${more} older entries are not shown; --limit shows more.`] : []),
      ...(meant.length === 0 ? [`The ledger ${scene.ledger} tells of nothing yet.`] : []),
      ...unfinished.map(({ plan, ticket }) => `Unfinished: ${titleOf(plan)}, ticket ${ticket}.`),
    ];
    const result = { ledger: scene.ledger, entries: meant as unknown as Json };
    return { root: scene.opened.root, parts: { text, result, records: meant as unknown as Json[] } };
  });
}

/** An entry for people. */
export function linesOf({ ticket, kind, at, to, moves, by, reason, overrides }: LedgerEntry): readonly string[] {
  const what = moves.map(({ subject, before, after, verdicts }) => {
    const name = `${subject.kind} ${subject.name}`;
    if (kind === 'verdict')
      return `${name} ${after.version}: ${verdicts.map((verdict) => `${verdict.name} ${verdict.status}`).join(', ')}`;
    return `${name} ${before?.version ?? 'none'} > ${after.version}`;
  });
  const over = overrides.map(({ gate, name }) => `      in spite of ${gate} ${name}`);
  return [
    `${String(ticket).padStart(5)}  ${at}  ${kind.padEnd(9)}  ${to === null ? '' : `${to}: `}${what.join(', ')}`,
    `       by ${by.name}: ${reason}`,
    ...over,
  ];
}

export function verify(world: World, options: Pick<HistoryOptions, 'path'>): Promise<Outcome> {
  return told(world, 'promote verify', async () => {
    const scene = await openRegistryScene(world, options.path);
    const [now, versions] = await Promise.all([scene.registry.now(), scene.registry.versions(scene.ledger)]);
    const { entries, faults, unfinished } = journalOf(versions, now);
    const breach = breachIn(entries);
    const found = [
      ...faults,
      ...(breach === undefined ? [] : [`Ticket ${breach.ticket}: ${breach.reason}.`]),
      ...(await mirrorFaults(scene, entries)),
    ];
    const drift = await driftFrom(scene, entries);
    const open = unfinished
      .filter(({ isAlive }) => !isAlive)
      .map(({ plan, ticket }) => `${titleOf(plan)}, ticket ${ticket}, is unfinished.`);
    const cases = [casesOf('ledger', found), casesOf('drift', drift), casesOf('unfinished', open)].flat();
    const faulty = [...found, ...drift, ...open];
    const state =
      found.length > 0 ? 'altered' : drift.length > 0 ? 'drifted' : open.length > 0 ? 'unfinished' : 'sound';
    const text = [
      `The ledger ${scene.ledger} has ${entries.length} entries.`,
      ...faulty.map((line) => `  ${line}`),
      CONCLUSIONS[state],
    ];
    const result = { state, ledger: scene.ledger, entries: entries.length, faults: found, drift, unfinished: open };
    return { root: scene.opened.root, parts: { text, result, cases, answer: faulty.length === 0 ? 'yes' : 'no' } };
  });
}

const CONCLUSIONS = {
  sound: 'Everything is as it was written, and as things are.',
  altered: 'The ledger is not as it was written: trust none of it before that is cleared up.',
  drifted: 'The ledger is as it was written, and things are not as it says: promote again, or put them back.',
  unfinished: 'Go on with what is unfinished by "aigw promote resume", or take it back by "aigw promote abort".',
} as const;

function casesOf(name: string, faults: readonly string[]): readonly ReportCase[] {
  if (faults.length === 0) return [{ suite: 'promote verify', name, outcome: 'passed' }];
  return faults.map((message) => ({ suite: 'promote verify', name, outcome: 'failed', message }));
}

/** Git's files of entries tell what was taken from the ledger's end too, which no chain can. */
async function mirrorFaults(
  { opened, world }: RegistryScene,
  entries: readonly LedgerEntry[],
): Promise<readonly string[]> {
  const known = new Map(entries.map((entry) => [mirrorPathOf(entry), entry]));
  const last = entries.at(-1)?.ticket ?? 0;
  const faults: string[] = [];
  for (const [path, entry] of known) {
    const text = (await world.files.readText(opened.root, path))?.sources[0]?.text;
    if (text !== undefined && text !== `${JSON.stringify(entry, null, 2)}\n`)
      faults.push(`Ticket ${entry.ticket}: ${path} tells it otherwise.`);
  }
  for (const name of await world.files.filesIn(`${opened.root}/promotions/ledger`)) {
    const ticket = Number(name.replace(/\.json$/, ''));
    if (ticket > last || (ticket > 0 && !known.has(`promotions/ledger/${name}`)))
      faults.push(`Ticket ${ticket}: promotions/ledger/${name} has it, and the ledger does not.`);
  }
  return faults;
}

/** Where files or aliases say something else than the ledger, and versions that are gone or hold something else. */
async function driftFrom(scene: RegistryScene, entries: readonly LedgerEntry[]): Promise<readonly string[]> {
  const all = scene.environments.flatMap((environment) =>
    subjectsOf(entries, environment).map((subject) => ({ environment, subject })),
  );
  return (await mapBounded(all, 8, (one) => driftOf(scene, one, entries))).flat();
}

function subjectsOf(entries: readonly LedgerEntry[], environment: string): readonly Subject[] {
  const all = entries
    .filter(({ to }) => to === environment)
    .flatMap(({ moves }) => moves.map(({ subject }) => subject));
  return [...new Map(all.map((subject) => [`${subject.kind} ${subject.name}`, subject])).values()];
}

async function driftOf(
  scene: RegistryScene,
  { environment, subject }: { readonly environment: string; readonly subject: Subject },
  entries: readonly LedgerEntry[],
): Promise<readonly string[]> {
  const pin = currentPin(entries, environment, subject);
  if (pin === undefined) return [];
  const config = configOf(scene, environment);
  const written = pinIn(config, subject);
  const files =
    written !== undefined && isSame(written, pin)
      ? []
      : [
          `${environment} runs ${written?.version ?? 'nothing'} of ${subject.name} by its files, and ${pin.version} by the ledger.`,
        ];
  const entry = sourceEntry(config, subject);
  if (entry === undefined) return files;
  const registry = await scene.registryIn(environment);
  const [known, version] = await Promise.all([registry.entry(entry), registry.version(entry, pin.version)]);
  const alias = known?.aliases[environment];
  const content = version && (await contentOf(registry, version));
  const fault = textFault(config, subject, content);
  return [
    ...files,
    ...(alias === pin.version || !(await hasAliases(scene, environment))
      ? []
      : [`Alias ${environment} of ${entry} means ${alias ?? 'nothing'}, and ${pin.version} by the ledger.`]),
    ...(version === undefined
      ? [`Version ${pin.version} of ${entry}, which ${environment} runs, is gone.`]
      : typeof content === 'object' && content.digest === pin.digest
        ? fault === undefined
          ? []
          : [`${environment} runs another text of ${subject.name}. ${fault}`]
        : [`Version ${pin.version} of ${entry}, which ${environment} runs, holds something else than was promoted.`]),
  ];
}

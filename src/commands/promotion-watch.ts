// aigw promote watch: each new entry of the ledger as it comes. It looks now and then, since no registry can be relied on to tell by itself.
import type { Json } from '../lib/json.ts';
import type { LedgerEntry } from '../plan/ledger/entry.ts';
import { RegistryTrouble } from '../ports/registry.ts';
import type { World } from '../ports/world.ts';
import { runReport } from '../reports/report.ts';
import type { Outcome, Put } from './outcome.ts';
import { configOf, no, openRegistryScene, type RegistryScene, readJournal, told } from './promotion/scene.ts';
import { linesOf } from './promotion-history.ts';

export interface WatchOptions {
  readonly path: string;
  readonly environment: string | undefined;
  /** The ticket behind which it begins; what comes from now on when left out. */
  readonly since?: number;
  /** Ends when there was something to tell. */
  readonly once: boolean;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly put: Put;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at a registry that does not answer, at most. */
const LONGEST_PAUSE = 300_000;

export function watch(world: World, options: WatchOptions): Promise<Outcome> {
  return told(world, 'promote watch', async () => {
    const scene = await openRegistryScene(world, options.path);
    const { environment, since, put, once } = options;
    if (environment !== undefined) configOf(scene, environment);
    const { entries } = await readJournal(scene);
    let last = entries.findLast(({ ticket }) => since === undefined || ticket <= since);
    let count = 0;
    for await (const now of looks(scene, entries, options)) {
      assertGrown(scene, now, last);
      const fresh = now.filter(({ ticket }) => ticket > (last?.ticket ?? 0));
      last = fresh.at(-1) ?? last;
      const meant = fresh.filter(({ to }) => environment === undefined || to === environment);
      let isRead = true;
      for (const entry of meant) isRead &&= await put({ report: reportOf(world, entry), root: scene.opened.root });
      count += meant.length;
      if (!isRead || (once && count > 0)) break;
    }
    const ticket = last?.ticket ?? since ?? 0;
    const text = [`Entries told: ${count}. Go on by: aigw promote watch --since ${ticket}`];
    return { root: scene.opened.root, parts: { text, records: [], result: { entries: count, ticket } } };
  });
}

/** The ledger's entries, again and again, until it is to end. A registry that is gone is waited for, each time longer, and that is said once. */
async function* looks(
  scene: RegistryScene,
  first: readonly LedgerEntry[],
  { interval, signal }: WatchOptions,
): AsyncGenerator<readonly LedgerEntry[]> {
  const { messages, clock } = scene.world;
  const end = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
  yield first;
  for (let pause = interval; ; ) {
    await clock.wait(pause, signal);
    const found = signal.aborted ? undefined : await Promise.race([entriesIn(scene), end]);
    if (found === undefined) return;
    if (found instanceof RegistryTrouble) {
      if (pause === interval) messages.warn(`${found.message} It is waited for.`);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    } else {
      if (pause !== interval) messages.warn('The registry answers again.');
      pause = interval;
      yield found;
    }
  }
}

/** The entries, or why nobody tells them now. Rejects where waiting does not help. */
async function entriesIn(scene: RegistryScene): Promise<readonly LedgerEntry[] | RegistryTrouble> {
  try {
    return (await readJournal(scene)).entries;
  } catch (error) {
    if (error instanceof RegistryTrouble && error.kind === 'unreachable') return error;
    throw error;
  }
}

/** Rejects with an Ending where an entry that was told is no longer there: a chain that was made anew is as good as any other. */
function assertGrown({ ledger }: RegistryScene, now: readonly LedgerEntry[], last: LedgerEntry | undefined): void {
  if (last === undefined || now.some(({ hash }) => hash === last.hash)) return;
  throw no(
    `The ledger ${ledger} does not have the entry of ticket ${last.ticket} any more that was told.`,
    'Look with: aigw promote verify',
  );
}

function reportOf({ version }: World, entry: LedgerEntry) {
  const record = entry as unknown as Json;
  return runReport({
    command: 'promote watch',
    version,
    text: linesOf(entry),
    records: [record],
    result: { entry: record },
  });
}

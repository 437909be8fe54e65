// aigw promote adopt, approve and clear: what is written down without moving anything.
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Move, Pin, Subject } from '../plan/ledger/entry.ts';
import { barringOf, currentPin } from '../plan/ledger/history.ts';
import { JOURNAL_TAGS } from '../plan/ledger/journal.ts';
import { overlayOf, pinIn, sourceEntry } from '../plan/promotion/subject.ts';
import type { World } from '../ports/world.ts';
import { titleOf } from '../reports/change-request.ts';
import type { Outcome } from './outcome.ts';
import { planIn } from './promote.ts';
import { contentIn, textFault } from './promotion/evidence.ts';
import { alone, assertNothingUnfinished, record, unplanned } from './promotion/saga.ts';
import {
  configOf,
  Ending,
  hasAliases,
  no,
  openRegistryScene,
  openScene,
  type RegistryScene,
  readJournal,
  type Scene,
  told,
} from './promotion/scene.ts';

export interface AdoptOptions {
  readonly path: string;
  readonly environment: string;
  readonly reason?: string;
}

/** Writes into the ledger what an environment runs by its files, where it does not know yet: what was promoted before there was a ledger. */
export function adopt(world: World, options: AdoptOptions): Promise<Outcome> {
  return told(world, 'promote adopt', async () => {
    const scene = await openScene(world, options.path);
    const { environment, reason = 'It ran before there was a ledger.' } = options;
    const promotion = `adoption of ${environment}`;
    const done = await alone(scene, promotion, async (ticket) => {
      const journal = await readJournal(scene);
      assertNothingUnfinished(journal.unfinished, undefined);
      const subjects = pinnedIn(scene, environment).filter(
        (subject) => currentPin(journal.entries, environment, subject) === undefined,
      );
      if (subjects.length === 0) return undefined;
      const moves = await Promise.all(subjects.map((subject) => adopted(scene, environment, subject)));
      for (const { subject, after } of moves)
        await ticket.assertHeld().then(() => named(scene, environment, subject, after.version));
      const commit = (await scene.platform.commitOf(scene.branch)) ?? null;
      const deed = {
        ...unplanned(scene),
        kind: 'adoption',
        promotion,
        to: environment,
        moves,
        commit,
        reason,
      } as const;
      return await record(scene, ticket, deed);
    });
    const { root } = scene.opened;
    if (done === undefined)
      return {
        root,
        parts: { text: [`The ledger knows of everything that ${environment} pins.`], result: { state: 'unchanged' } },
      };
    const lines = done.moves.map(({ subject, after }) => `  ${subject.kind} ${subject.name} ${after.version}`);
    const text = [`By the ledger's ticket ${done.ticket}, ${environment} runs:`, ...lines];
    return {
      root,
      parts: {
        text,
        result: {
          state: 'adopted',
          ticket: done.ticket,
          moves: done.moves.map(({ subject, after }) => ({ ...subject, ...after })),
        },
      },
    };
  });
}

/** Models that are pinned, and prompts. */
function pinnedIn(scene: Scene, environment: string): readonly Subject[] {
  const config = configOf(scene, environment);
  const models = config.all('Model').filter(({ spec }) => spec.version !== undefined && spec.digest !== undefined);
  return [
    ...models.map(({ name }): Subject => ({ kind: 'model', name })),
    ...config.all('Prompt').map(({ name }): Subject => ({ kind: 'prompt', name })),
  ];
}

async function adopted(scene: Scene, environment: string, subject: Subject): Promise<Move> {
  const after = await heldPin(scene, environment, subject);
  const file = overlayOf(subject, configOf(scene, environment))?.source.path ?? null;
  return { subject, before: null, since: null, after, file, verdicts: [] };
}

/** What an environment pins. Rejects with an Ending where the registry does not hold it: such a thing is not to be written down. */
export async function heldPin(scene: RegistryScene, environment: string, subject: Subject): Promise<Pin> {
  const config = configOf(scene, environment);
  const pin = pinIn(config, subject);
  if (pin === undefined)
    throw no(`${environment} pins no version of ${subject.kind} ${subject.name}.`, 'Look into its overlay.');
  const entry = sourceEntry(config, subject);
  if (entry === undefined) return pin;
  const content = await contentIn(await scene.registryIn(environment), entry, pin.version);
  const digest = typeof content === 'object' ? content.digest : 'none';
  const other = `${environment} pins version ${pin.version} of ${entry} by ${pin.digest}, and the registry has ${digest}.`;
  const fault = digest === pin.digest ? textFault(config, subject, content) : other;
  if (fault === undefined) return pin;
  throw no(fault, 'Correct the overlay or the registry first.');
}

/** Gives a version its environment's alias, where the registry keeps aliases. Rejects with an Ending where that means another. */
async function named(scene: Scene, environment: string, subject: Subject, version: string): Promise<void> {
  const entry = sourceEntry(configOf(scene, environment), subject);
  if (entry === undefined || !(await hasAliases(scene, environment))) return;
  const registry = await scene.registryIn(environment);
  const now = (await registry.entry(entry))?.aliases[environment];
  if (now === version) return;
  if (now !== undefined)
    throw no(
      `Alias ${environment} of ${entry} means version ${now}, and ${environment} pins ${version}.`,
      'Correct one of the two first.',
    );
  await registry.setAlias(entry, environment, version);
}

export interface ApproveOptions {
  readonly path: string;
  readonly plan: string;
}

/** Approves of a plan in the ledger, whose clock counts. */
export function approve(world: World, options: ApproveOptions): Promise<Outcome> {
  return told(world, 'promote approve', async () => {
    const plan = await planIn(world, options.plan);
    const scene = await openRegistryScene(world, options.path);
    const { registry, ledger, actor } = scene;
    if (actor.name === plan.by.name) throw no(`${actor.name} asks for it, so somebody else must approve of it.`);
    await registry.createEntry(ledger, { 'aigw.ledger': 'true' });
    const approval = { by: actor.name, evidence: actor.evidence, subject: plan.hash };
    const request = world.newId();
    const tags = { [JOURNAL_TAGS.approval]: canonicalJson(approval), 'aigw.request': request };
    const number = await registry.createVersion(ledger, tags, 'aigw.request');
    const text = [`${actor.name} approves of: ${titleOf(plan)} (plan ${plan.hash}), by the ledger's number ${number}.`];
    return { root: scene.opened.root, parts: { text, result: { state: 'approved', number, ...approval } } };
  });
}

export interface ClearOptions {
  readonly path: string;
  readonly subject: Subject;
  readonly version: string;
  readonly reason?: string;
}

/** Lets a version be promoted again that a rollback has barred. */
export function clear(world: World, options: ClearOptions): Promise<Outcome> {
  return told(world, 'promote clear', async () => {
    const { subject, version, reason } = options;
    if (reason === undefined)
      throw new Ending(['Say why by --reason: it stays in the ledger.'], { answer: 'misunderstood' });
    const scene = await openRegistryScene(world, options.path);
    const entry = await alone(scene, `clearing of ${subject.name} ${version}`, async (ticket) => {
      const { entries } = await readJournal(scene);
      const pins = entries.flatMap(({ moves }) => moves.flatMap((move) => [move.before, move.after]));
      const pin = pins.findLast((each) => each?.version === version && barringOf(entries, subject, each) !== undefined);
      const barring = pin === undefined || pin === null ? undefined : barringOf(entries, subject, pin);
      if (pin === undefined || pin === null || barring === undefined)
        throw no(`Version ${version} of ${subject.name} is not barred.`, 'Look with: aigw promote history');
      const moves = [{ subject, before: null, since: barring.hash, after: pin, file: null, verdicts: [] }];
      const { promotion, to } = barring;
      const deed = { ...unplanned(scene), kind: 'clearing', promotion, to, moves, commit: null, reason } as const;
      return await record(scene, ticket, deed);
    });
    const text = [
      `Version ${version} of ${subject.name} may be promoted again, by the ledger's ticket ${entry.ticket}.`,
    ];
    return { root: scene.opened.root, parts: { text, result: { state: 'cleared', ticket: entry.ticket } } };
  });
}

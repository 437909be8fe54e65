// aigw promote resume and abort: what was begun and not ended is gone on with, or taken back.
import type { Unfinished } from '../plan/ledger/journal.ts';
import type { World } from '../ports/world.ts';
import { titleOf } from '../reports/change-request.ts';
import type { Outcome } from './outcome.ts';
import { goneOn } from './promotion/recovery.ts';
import { alone, deedOf, putBack, record } from './promotion/saga.ts';
import { no, openScene, readJournal, type Scene, told } from './promotion/scene.ts';

export interface RecoveryOptions {
  readonly path: string;
  readonly reason?: string;
}

export function resume(world: World, options: RecoveryOptions): Promise<Outcome> {
  return told(world, 'promote resume', async () => {
    const scene = await openScene(world, options.path);
    const journal = await readJournal(scene);
    const { plan } = unfinishedIn(scene, journal.unfinished);
    return { root: scene.opened.root, parts: await goneOn(scene, plan, journal) };
  });
}

export function abort(world: World, options: RecoveryOptions): Promise<Outcome> {
  return told(world, 'promote abort', async () => {
    const scene = await openScene(world, options.path);
    const { plan } = unfinishedIn(scene, (await readJournal(scene)).unfinished);
    const reason = options.reason ?? 'No reason was given.';
    const [entry, left] = await alone(scene, plan.promotion, async (ticket) => {
      const lines = await putBack(scene, ticket, plan);
      return [
        await record(scene, ticket, deedOf(scene, plan, { kind: 'abort', commit: null, reason })),
        lines,
      ] as const;
    });
    const merged = plan.isDirect ? [] : [`${scene.branch} still holds its change: revert its merge.`];
    const text = [`Taken back: ${titleOf(plan)}, by the ledger's ticket ${entry.ticket}.`, ...left, ...merged];
    return { root: scene.opened.root, parts: { text, result: { state: 'aborted', ticket: entry.ticket, left } } };
  });
}

/** Rejects with an Ending where nothing is unfinished, or somebody is still at work. */
function unfinishedIn({ ledger }: Scene, unfinished: readonly Unfinished[]): Unfinished {
  const [first] = unfinished;
  if (first === undefined) throw no(`Nothing is unfinished in ${ledger}.`);
  if (first.isAlive)
    throw no(
      `${titleOf(first.plan)} is still at work, with ticket ${first.ticket}.`,
      'Wait two minutes after it has died, and run again.',
    );
  return first;
}

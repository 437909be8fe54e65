// aigw promote rollback: an environment comes back to what it ran before, and what it leaves is barred until somebody clears it.
import type { LedgerEntry, Subject } from '../plan/ledger/entry.ts';
import { isSame, lastGood, staysOf } from '../plan/ledger/history.ts';
import { pinIn } from '../plan/promotion/subject.ts';
import type { World } from '../ports/world.ts';
import type { Outcome } from './outcome.ts';
import { type DeliveryOptions, delivered } from './promotion/delivery.ts';
import { pastOverlay, planned, type Target } from './promotion/planning.ts';
import { begunLike, goneOn } from './promotion/recovery.ts';
import { assertNothingUnfinished } from './promotion/saga.ts';
import { configOf, Ending, no, openScene, readJournal, type Scene, told } from './promotion/scene.ts';

export interface RollbackOptions extends DeliveryOptions {
  readonly path: string;
  readonly environment: string;
  /** Those that the last promotion has moved when left out. */
  readonly subjects: readonly Subject[];
  readonly reason?: string;
}

export function rollback(world: World, options: RollbackOptions): Promise<Outcome> {
  return told(world, 'promote rollback', async () => {
    const scene = await openScene(world, options.path);
    const journal = await readJournal(scene);
    const { environment, reason, direct: isDirect } = options;
    if (reason === undefined)
      throw new Ending(['Say why by --reason: it bars what is left, and stays in the ledger.'], {
        answer: 'misunderstood',
      });
    const last = journal.entries.findLast(({ kind, to }) => to === environment && MOVING.has(kind));
    if (options.subjects.length === 0 && last?.kind === 'rollback' && journal.unfinished.length === 0) {
      const text = [
        `${environment} has come back by the ledger's ticket ${last.ticket}. Name by --of what is to go further back.`,
      ];
      return { root: scene.opened.root, parts: { text, result: { state: 'unchanged', ticket: last.ticket } } };
    }
    const subjects = options.subjects.length > 0 ? options.subjects : lastMoved(journal.entries, environment);
    const begun = begunLike(journal, { kind: 'rollback', to: environment, subjects });
    if (begun !== undefined && isDirect && !options.dryRun)
      return { root: scene.opened.root, parts: await goneOn(scene, begun, journal) };
    const targets = await Promise.all(
      subjects.map((subject) => targetOf(scene, subject, environment, journal.entries)),
    );
    const asked = { kind: 'rollback', isDirect, from: undefined, to: environment, reason, overrides: [] } as const;
    const plan = await planned(scene, asked, targets, journal);
    assertNothingUnfinished(journal.unfinished, plan.plan.promotion);
    return { root: scene.opened.root, parts: await delivered(scene, plan, journal, options) };
  });
}

const MOVING: ReadonlySet<string> = new Set(['promotion', 'rollback']);

/** What the last promotion into an environment has moved. */
function lastMoved(entries: readonly LedgerEntry[], environment: string): readonly Subject[] {
  const last = entries.findLast(({ kind, to }) => kind === 'promotion' && to === environment);
  if (last !== undefined) return last.moves.map(({ subject }) => subject);
  throw no(`The ledger knows of no promotion to ${environment}.`, 'Look with: aigw promote history');
}

async function targetOf(
  scene: Scene,
  subject: Subject,
  environment: string,
  entries: readonly LedgerEntry[],
): Promise<Target> {
  const config = configOf(scene, environment);
  const stays = staysOf(entries, environment, subject);
  const good = lastGood(entries, environment, subject);
  if (good === undefined)
    throw no(
      `The ledger knows of nothing good that ${environment} ran of ${subject.name} before.`,
      'Promote another version.',
    );
  const before = pinIn(config, subject);
  const current = stays.at(-1)?.pin;
  if (before === undefined || current === undefined || !isSame(before, current))
    throw no(
      `${environment} runs ${before?.version ?? 'nothing'} of ${subject.name} by its files, and ${current?.version ?? 'nothing'} by the ledger.`,
      'Look with: aigw promote verify',
    );
  const source = await pastOverlay(scene, { subject, environment, pin: good }, entries);
  return { subject, environment, pin: good, before, source };
}

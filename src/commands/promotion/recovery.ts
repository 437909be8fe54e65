// Going on with what was begun and not ended, or taking it back.
import type { LedgerEntry } from '../../plan/ledger/entry.ts';
import type { Journal } from '../../plan/ledger/journal.ts';
import type { PromotionPlan } from '../../plan/promotion/plan.ts';
import { overlayOf } from '../../plan/promotion/subject.ts';
import type { RunReportParts } from '../../reports/report.ts';
import { apply } from './applying.ts';
import { changed, fileMoves, hashOf, type Texts } from './change.ts';
import { doneIn } from './delivery.ts';
import { textsOf } from './proposal.ts';
import { configOf, no, type Scene } from './scene.ts';
import { telling } from './telling.ts';

type Parts = Omit<RunReportParts, 'command' | 'version'>;

/** Goes on with a plan that was begun. */
export async function goneOn(scene: Scene, plan: PromotionPlan, { entries }: Journal): Promise<Parts> {
  const texts = plan.isDirect ? await missingTexts(scene, plan, entries) : undefined;
  const { entry } = await apply(scene, plan, texts);
  const next = ['It was begun before, and is gone on with.', doneIn(entry)];
  return telling(plan, entry.moves, next, { state: 'applied', ticket: entry.ticket, commit: entry.commit });
}

/** What a killed run has not committed; undefined where it has. Rejects with an Ending where the files cannot be made as they were planned. */
async function missingTexts(
  scene: Scene,
  plan: PromotionPlan,
  entries: readonly LedgerEntry[],
): Promise<Texts | undefined> {
  const { platform, prefix, branch } = scene;
  const hashes = await Promise.all(
    plan.files.map(async ({ path }) => hashOf(await platform.readFile(branch, prefix + path))),
  );
  if (plan.files.every(({ after }, index) => hashes[index] === after)) return undefined;
  const from = plan.from === null ? undefined : configOf(scene, plan.from);
  const changes = plan.moves.map(({ subject, after: pin }) => {
    const source = (from && overlayOf(subject, from)) ?? null;
    return { subject, environment: plan.to, pin, source };
  });
  const { texts } = changed(scene, changes);
  const isSame = JSON.stringify(fileMoves(scene, texts)) === JSON.stringify(plan.files);
  if (isSame) return await textsOf(scene, plan, texts, entries);
  throw no(
    'The files have changed since it was begun, and cannot be made as they were planned.',
    'Take it back by: aigw promote abort',
  );
}

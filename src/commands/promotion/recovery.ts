// Going on with what was begun and not ended, or taking it back.
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { LedgerEntry, Subject } from '../../plan/ledger/entry.ts';
import { isOneSubject, isSame } from '../../plan/ledger/history.ts';
import type { Journal } from '../../plan/ledger/journal.ts';
import type { FileMove, PromotionPlan } from '../../plan/promotion/plan.ts';
import { overlayOf } from '../../plan/promotion/subject.ts';
import type { RunReportParts } from '../../reports/report.ts';
import { apply } from './applying.ts';
import { type Change, changed, fileMoves, hashOf, type Texts } from './change.ts';
import { doneIn } from './delivery.ts';
import { pastOverlay, targetFromRegistry } from './planning.ts';
import { textsOf } from './proposal.ts';
import { configOf, no, type Scene } from './scene.ts';
import { telling } from './telling.ts';

type Parts = Omit<RunReportParts, 'command' | 'version'>;

/** What was begun of the same kind with the same subjects, by somebody who gives no sign of life any more: the same run, begun anew, goes on with it. */
export function begunLike(
  { unfinished }: Journal,
  asked: Pick<PromotionPlan, 'kind' | 'to'> & { readonly subjects: readonly Subject[] },
): PromotionPlan | undefined {
  return unfinished.find(({ plan: { kind, to, moves }, isAlive }) => {
    const areAsked = moves.every((move) => asked.subjects.some((subject) => isOneSubject(move.subject, subject)));
    return !isAlive && kind === asked.kind && to === asked.to && areAsked;
  })?.plan;
}

/** Goes on with a plan that was begun. */
export async function goneOn(scene: Scene, plan: PromotionPlan, { entries }: Journal): Promise<Parts> {
  const texts = await missingTexts(scene, plan, entries);
  const { entry } = await apply(scene, plan, texts);
  const next = ['It was begun before, and is gone on with.', doneIn(entry)];
  return telling(plan, entry.moves, next, { state: 'applied', ticket: entry.ticket, commit: entry.commit });
}

/** What a plan that is carried out at once is still to commit; undefined where that is done, or a merge does it. Rejects with an Ending where the files cannot be made as they were planned. */
export async function missingTexts(
  scene: Scene,
  plan: PromotionPlan,
  entries: readonly LedgerEntry[],
): Promise<Texts | undefined> {
  if (!plan.isDirect) return undefined;
  const { platform, prefix, branch } = scene;
  const hashes = await Promise.all(
    plan.files.map(async ({ path }) => hashOf(await platform.readFile(branch, prefix + path))),
  );
  if (plan.files.every(({ after }, index) => hashes[index] === after)) return undefined;
  const from = plan.from === null ? undefined : configOf(scene, plan.from);
  const changes = await Promise.all(
    plan.moves.map(async ({ subject, after: pin }) => {
      const change = { subject, environment: plan.to, pin };
      if (plan.kind === 'rollback') return { ...change, source: await pastOverlay(scene, change, entries) };
      if (from !== undefined) return { ...change, source: overlayOf(subject, from) ?? null };
      return subject.kind === 'model' ? { ...change, source: null } : await textOutOf(scene, change);
    }),
  );
  const { texts } = changed(scene, changes);
  const isSame = textOf(fileMoves(scene, texts)) === textOf(plan.files);
  if (isSame) return await textsOf(scene, plan, texts, entries);
  throw no(
    'The files have changed since it was planned, and cannot be made as they were to be.',
    'Make a new plan; where this one was begun, take it back by: aigw promote abort',
  );
}

/** A prompt's text, taken out of the registry once more. Rejects with an Ending where that is another by now. */
async function textOutOf(scene: Scene, { subject, environment, pin }: Omit<Change, 'source'>): Promise<Change> {
  const target = await targetFromRegistry(scene, subject, environment, pin.version);
  if (isSame(target.pin, pin)) return target;
  throw no(
    `The content of version ${pin.version} of ${subject.name} has changed since its gates were asked.`,
    'Make a new plan; where this one was begun, take it back by: aigw promote abort',
  );
}

function textOf(files: readonly FileMove[]): string {
  return canonicalJson(files.map((file) => ({ ...file })));
}

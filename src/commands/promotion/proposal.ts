// A plan as a change of the config repo: where it lies, on which branch, and how its change request is found again.

import type { LedgerEntry } from '../../plan/ledger/entry.ts';
import { type PromotionPlan, printPlan } from '../../plan/promotion/plan.ts';
import { type ChangeRequest, PlatformTrouble, type RequestKey } from '../../ports/platform.ts';
import { bodyOf, titleOf } from '../../reports/change-request.ts';
import { hashOf, type Texts } from './change.ts';
import { no, type Scene } from './scene.ts';

/** Where the branch that holds what runs stands. Rejects with an Ending where there is none. */
export async function headOf({ platform, branch }: Scene): Promise<string> {
  const commit = await platform.commitOf(branch);
  if (commit !== undefined) return commit;
  throw no(`There is no branch ${branch}.`, 'Name the branch in aigw.yaml at spec.platform.branch.');
}

/** Tries at a branch that others push to. */
const TRIES = 3;

export function requestKeyOf({ promotion, to }: Pick<PromotionPlan, 'promotion' | 'to'>, target: string): RequestKey {
  const name = `${to}/${promotion.slice(0, 12)}`;
  return { branch: `aigw/promote/${name}`, target, marker: `<!-- aigw:promotion:${name} -->` };
}

/** From the config repo's root. */
export function planPathOf({ promotion, to }: Pick<PromotionPlan, 'promotion' | 'to'>): string {
  return `promotions/${to}/${promotion.slice(0, 12)}.json`;
}

/** The ledger as files, so that Git keeps it too: a file for each entry, from the first that is not there yet. */
async function mirrored({ platform, prefix }: Scene, ref: string, entries: readonly LedgerEntry[]): Promise<Texts> {
  const texts: Record<string, string> = {};
  for (const entry of entries.toReversed()) {
    const path = mirrorPathOf(entry);
    if ((await platform.readFile(ref, prefix + path)) !== undefined) break;
    texts[path] = `${JSON.stringify(entry, null, 2)}\n`;
  }
  return texts;
}

/** From the config repo's root. */
export function mirrorPathOf({ ticket }: LedgerEntry): string {
  return `promotions/ledger/${String(ticket).padStart(6, '0')}.json`;
}

/** Everything that a plan commits: the files that it changes, itself, and what the ledger has not told Git yet. */
export async function textsOf(
  scene: Scene,
  plan: PromotionPlan,
  texts: Texts,
  entries: readonly LedgerEntry[],
): Promise<Texts> {
  return { ...texts, ...(await mirrored(scene, plan.commit, entries)), [planPathOf(plan)]: printPlan(plan) };
}

/** Rejects with an Ending where a commit does not hold the files on which a plan is made. */
export async function assertFresh(scene: Scene, plan: PromotionPlan, commit: string): Promise<void> {
  for (const { path, before } of plan.files) {
    const text = await scene.platform.readFile(commit, scene.prefix + path);
    if (hashOf(text) !== before)
      throw no(
        `${path} is other in ${scene.branch} than here.`,
        `Bring this work tree to where ${scene.branch} is, and run again.`,
      );
  }
}

/** What is to become a commit. */
export interface Commit {
  readonly branch: string;
  readonly message: string;
  readonly texts: Texts;
  /** Asked of the commit that it goes on top of, each time anew. */
  readonly assert?: (onto: string) => Promise<void>;
}

/** Commits texts to a branch, and gives the commit at which the branch then stands. Whatever others pushed to it meanwhile stays. */
export async function publish(scene: Scene, { branch, message, texts, assert }: Commit): Promise<string> {
  const { platform, prefix, branch: base } = scene;
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [prefix + path, text]));
  for (let attempt = 1; ; attempt++) {
    const onto = await platform.commitOf(branch);
    if (onto !== undefined) await assert?.(onto);
    try {
      return (await platform.publish({ branch, onto, base, message, files })) ?? onto ?? (await headOf(scene));
    } catch (error) {
      const isConflict = error instanceof PlatformTrouble && error.kind === 'conflict';
      if (!isConflict || attempt === TRIES) throw error;
    }
  }
}

/** Puts a plan on its branch, and opens its change request or refreshes the one that is open. */
export async function propose(scene: Scene, plan: PromotionPlan, texts: Texts): Promise<ChangeRequest> {
  const key = requestKeyOf(plan, scene.branch);
  const commit = await publish(scene, { branch: key.branch, message: titleOf(plan), texts });
  const request = await scene.platform.saveRequest(key, titleOf(plan), bodyOf(plan, planPathOf(plan)));
  const verdicts = plan.moves.flatMap((move) => move.verdicts);
  const waiting = verdicts.filter(({ status }) => status === 'pending').length;
  await scene.platform.setStatus(commit, {
    context: 'aigw/promotion',
    state: waiting > 0 ? 'pending' : 'success',
    description: waiting > 0 ? `${waiting} of ${verdicts.length} gates wait.` : `${verdicts.length} gates are passed.`,
    url: undefined,
  });
  return request;
}

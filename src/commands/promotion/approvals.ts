// Who has agreed to a plan: by the ledger, and by the change request that brought it in.
import type { ResolvedConfig } from '../../config/model.ts';
import { policiesIn } from '../../config/policies.ts';
import { type ApprovalFacts, judgeApprovals } from '../../plan/gates/approval.ts';
import type { Verdict } from '../../plan/gates/verdict.ts';
import { type PromotionPlan, readPlan } from '../../plan/promotion/plan.ts';
import type { ChangeRequest } from '../../ports/platform.ts';
import { planPathOf, requestKeyOf } from './proposal.ts';
import type { Scene } from './scene.ts';

/** What policies that ask for approvals say of a plan. @param now milliseconds since 1970, by the registry's clock. */
export async function approvalVerdicts(
  scene: Scene,
  plan: Pick<PromotionPlan, 'promotion' | 'to' | 'hash' | 'by' | 'at'>,
  inputs: { readonly to: ResolvedConfig; readonly recorded: readonly ApprovalFacts[]; readonly now: number },
): Promise<readonly Verdict[]> {
  const rules = policiesIn(inputs.to).flatMap(({ spec }) => spec.approvals ?? []);
  if (rules.length === 0) return [];
  const teams = new Map<string, string[]>();
  for (const { name, spec } of inputs.to.all('Team'))
    for (const member of spec.members) teams.set(member, [...(teams.get(member) ?? []), name]);
  const request = await requestOf(scene, plan);
  const approvals = [...inputs.recorded, ...(request === undefined ? [] : await hostApprovals(scene, plan, request))]
    .filter(({ subject }) => subject === plan.hash)
    .map((approval) => ({ ...approval, teams: teams.get(approval.by) ?? [] }));
  const authors = request === undefined ? [] : await scene.platform.authors(request.number);
  const facts = { approvals, requester: plan.by.name, authors, subject: plan.hash, now: inputs.now };
  return rules.map((rule) => judgeApprovals(rule, facts));
}

async function requestOf(
  { platform, branch }: Scene,
  plan: Pick<PromotionPlan, 'promotion' | 'to'>,
): Promise<ChangeRequest | undefined> {
  const key = requestKeyOf(plan, branch);
  const [merged, open] = await Promise.all([platform.findRequest(key, 'merged'), platform.findRequest(key, 'open')]);
  return merged ?? open;
}

/** Approvals of the change request, of a commit that held this very plan. */
async function hostApprovals(
  { platform, prefix }: Scene,
  plan: Pick<PromotionPlan, 'promotion' | 'to' | 'hash' | 'at'>,
  request: ChangeRequest,
): Promise<readonly ApprovalFacts[]> {
  const approvals = await platform.approvals(request.number);
  const facts = approvals.map(async ({ login, commit, at }) => {
    const text = await platform.readFile(commit ?? request.commit, prefix + planPathOf(plan));
    // Nobody approves a plan before it is made, so that is the earliest time where the host tells none.
    const read = text === undefined ? 'nothing' : readPlan(text);
    return typeof read === 'object' && read.hash === plan.hash
      ? [{ by: login, teams: [], at: at ?? Date.parse(plan.at), subject: plan.hash }]
      : [];
  });
  return (await Promise.all(facts)).flat();
}

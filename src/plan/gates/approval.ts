// Approvals: enough people other than who asks, of the right teams, not too long ago, and of this very change.
import type { PolicyApprovals } from '../../config/schema-types.ts';
import { parseDuration } from '../../lib/quantity.ts';
import type { Verdict } from './verdict.ts';

export interface ApprovalFacts {
  /** Who approves, as the platform or the registry knows them. */
  readonly by: string;
  readonly teams: readonly string[];
  /** Milliseconds since 1970, of the server that recorded it. */
  readonly at: number;
  /** What was approved: the hash of a plan or the name of a commit. */
  readonly subject: string;
}

export interface ApprovalInputs {
  readonly approvals: readonly ApprovalFacts[];
  readonly requester: string;
  /** Who else has made a part of it. */
  readonly authors: readonly string[];
  /** What is about to be applied. */
  readonly subject: string;
  /** Milliseconds since 1970, by the same server. */
  readonly now: number;
}

export function judgeApprovals(rule: PolicyApprovals, inputs: ApprovalInputs): Verdict {
  const counted = new Set<string>();
  const refused: string[] = [];
  for (const approval of inputs.approvals) {
    const reason = reasonAgainst(approval, rule, inputs);
    if (reason === undefined) counted.add(approval.by);
    else refused.push(reason);
  }
  const isEnough = counted.size >= rule.count;
  const whose = rule.teams === undefined ? '' : ` of ${rule.teams.join(' or ')}`;
  const others = refused.length === 0 ? '' : ` Not counted: ${refused.join('; ')}.`;
  return {
    gate: 'approval',
    name: 'approvals',
    status: isEnough ? 'passed' : 'pending',
    message: `${counted.size} of ${rule.count} people${whose} have approved.${others}`,
    inputs: {
      requester: inputs.requester,
      authors: [...inputs.authors],
      subject: inputs.subject,
      approvals: inputs.approvals.map(({ by, teams, at, subject }) => ({ by, teams, at, subject })),
    },
  };
}

function reasonAgainst(
  { by, teams, at, subject }: ApprovalFacts,
  rule: PolicyApprovals,
  inputs: ApprovalInputs,
): string | undefined {
  if (by === inputs.requester) return `${by} asks for it`;
  if (inputs.authors.includes(by)) return `${by} has made a part of it`;
  if (subject !== inputs.subject) return `${by} has approved something else`;
  if (inputs.now - at > parseDuration(rule.validFor)) return `${by} approved more than ${rule.validFor} ago`;
  if (rule.teams !== undefined && !rule.teams.some((team) => teams.includes(team)))
    return `${by} is in none of the teams`;
  return undefined;
}

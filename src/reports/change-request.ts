// The words of a promotion's change request. Git hosts show them as Markdown.
import type { Verdict } from '../plan/gates/verdict.ts';
import type { Move, Subject } from '../plan/ledger/entry.ts';
import { isOverridden, type PromotionPlan } from '../plan/promotion/plan.ts';
import { escapeMarkdown, inlineCode, shortened } from './markdown-text.ts';

/** Characters of a cell, and of all rows of gates: what is longer is in the plan. Hosts take 65,536 for a whole text. */
const [LONGEST_CELL, LONGEST_TABLE] = [400, 40_000];

type Titled = Pick<PromotionPlan, 'kind' | 'from' | 'to' | 'moves'>;

/** One line; at most 200 characters, as titles of requests and first lines of commits may have. */
export function titleOf({ kind, from, to, moves }: Titled): string {
  const what = moves.map(({ subject, after }) => `${subject.kind} ${subject.name} ${after.version}`).join(', ');
  const way = kind === 'rollback' ? `in ${to}` : from === null ? `to ${to}` : `from ${from} to ${to}`;
  const verb = kind === 'rollback' ? 'Roll back' : 'Promote';
  return shortened(`${verb} ${what} ${way}`.replace(/\s+/g, ' '), 200);
}

/** Before, after, gates with values and limits, and what happens next. @param path of the plan, from the config repo's root. */
export function bodyOf(plan: PromotionPlan, path: string): string {
  const { moves, overrides, to, by, reason, hash } = plan;
  const rows = moves.flatMap((move) => move.verdicts.map((verdict) => gateRow(move.subject, verdict, plan)));
  const shown = within(rows, LONGEST_TABLE);
  const left = rows.length - shown.length;
  return [
    `**${escapeMarkdown(titleOf(plan))}**`,
    escapeMarkdown(shortened(reason, 2_000)),
    ['| subject | before | after | digest |', '|---|---|---|---|', ...moves.map(moveRow)].join('\n'),
    ...(shown.length === 0 ? [] : [['| gate | verdict | why |', '|---|---|---|', ...shown].join('\n')]),
    ...(left === 0 ? [] : [`${left} more gates are in the plan.`]),
    ...(overrides.length === 0 ? [] : [within(overrides.map(overrideLine), LONGEST_TABLE / 4).join('\n')]),
    `When this is merged, ${inlineCode(`aigw promote --plan ${path}`)} checks all of it again and moves what ${inlineCode(to)} runs.`,
    `Asked by ${escapeMarkdown(by.name)} (${escapeMarkdown(shortened(by.evidence, 300))}). Plan ${inlineCode(hash)}.`,
  ].join('\n\n');
}

/** The first of them, as many as have room. */
function within(rows: readonly string[], length: number): readonly string[] {
  let left = length;
  return rows.filter((row) => {
    left -= row.length;
    return left >= 0;
  });
}

function moveRow({ subject, before, after }: Move): string {
  const cells = [`${subject.kind} ${subject.name}`, before?.version ?? 'none', after.version, after.digest];
  return `| ${cells.map((cell) => inlineCode(shortened(cell, LONGEST_CELL))).join(' | ')} |`;
}

function gateRow(subject: Subject, verdict: Verdict, { overrides }: Pick<PromotionPlan, 'overrides'>): string {
  const status = isOverridden(verdict, overrides) ? 'overridden' : verdict.status;
  const cells = [`${subject.name}: ${verdict.gate} ${verdict.name}`, `${MARKS[status]} ${status}`, verdict.message];
  return `| ${cells.map((cell) => escapeMarkdown(shortened(cell, LONGEST_CELL))).join(' | ')} |`;
}

const MARKS = { passed: '✅', warned: '⚠️', pending: '⏳', failed: '❌', overridden: '⏭️' } as const;

function overrideLine({ gate, name, by, reason }: PromotionPlan['overrides'][number]): string {
  return `- ${escapeMarkdown(`${by} goes on in spite of ${gate} ${name}: ${shortened(reason, LONGEST_CELL)}`)}`;
}

// How a promotion is told: lines for people, gates as cases, and the plan for machines.
import type { Json } from '../../lib/json.ts';
import type { Verdict } from '../../plan/gates/verdict.ts';
import type { Move, Override } from '../../plan/ledger/entry.ts';
import { isOverridden, type PromotionPlan } from '../../plan/promotion/plan.ts';
import { titleOf } from '../../reports/change-request.ts';
import type { ReportCase, RunReportParts } from '../../reports/report.ts';

/** What is told of moves and their gates. @param next what happens next, in sentences. */
export function telling(
  plan: PromotionPlan,
  moves: readonly Move[],
  next: readonly string[],
  more: Readonly<Record<string, Json>> = {},
): Pick<RunReportParts, 'text' | 'cases' | 'result'> {
  const text = [
    `${titleOf(plan)}.`,
    ...moves.flatMap((move) => ['', ...moveLines(move, plan.overrides)]),
    ...filesAndAliases(plan),
    '',
    ...next,
  ];
  const result = { ...more, plan: plan as unknown as Json, moves: moves as unknown as Json };
  return { text, cases: moves.flatMap((move) => casesOf(move, plan.overrides)), result };
}

function moveLines({ subject, before, after, verdicts }: Move, overrides: readonly Override[]): readonly string[] {
  const width = Math.max(0, ...verdicts.map(nameOf).map(({ length }) => length));
  return [
    `${subject.kind} ${subject.name}: ${before?.version ?? 'none'} becomes ${after.version} (${after.digest})`,
    ...verdicts.map((verdict) => {
      const status = isOverridden(verdict, overrides) ? 'overridden' : verdict.status;
      return `  ${status.padEnd(10)}  ${nameOf(verdict).padEnd(width)}  ${verdict.message}`;
    }),
  ];
}

function nameOf({ gate, name }: Verdict): string {
  return name === gate || name === `${gate}s` ? gate : `${gate} ${name}`;
}

/** Which gates keep a promotion from being carried out, in a sentence; none where they let it pass. */
export function standing({ moves, overrides }: Pick<PromotionPlan, 'moves' | 'overrides'>): readonly string[] {
  const names = (wanted: Verdict['status']) => {
    const all = moves.flatMap(({ verdicts }) => verdicts);
    const meant = all.filter((verdict) => verdict.status === wanted && !isOverridden(verdict, overrides));
    return [...new Set(meant.map(nameOf))].join(', ');
  };
  const [failed, pending] = [names('failed'), names('pending')];
  if (failed !== '') return [`Its gates do not let it pass: ${failed}.`];
  return pending === '' ? [] : [`It waits for: ${pending}.`];
}

function filesAndAliases({ files, aliases }: PromotionPlan): readonly string[] {
  return [
    '',
    ...files.map(({ path, before, after }) => {
      const change = before === null ? 'new' : after === null ? 'gone' : 'changed';
      return `  ${change.padEnd(7)}  ${path}`;
    }),
    ...aliases.map(
      ({ entry, alias, before, after }) => `  alias    ${entry}@${alias}: ${before ?? 'none'} becomes ${after}`,
    ),
  ];
}

/** Gates as cases of a suite for each subject. What waits, or was overridden, is skipped. */
function casesOf({ subject, verdicts }: Move, overrides: readonly Override[]): readonly ReportCase[] {
  return verdicts.map((verdict) => {
    const isOver = isOverridden(verdict, overrides);
    const outcome =
      isOver || verdict.status === 'pending' ? 'skipped' : verdict.status === 'failed' ? 'failed' : 'passed';
    const inputs = JSON.stringify(verdict.inputs);
    const details = outcome === 'passed' ? `${verdict.message}\n${inputs}` : inputs;
    const message = isOver ? `overridden: ${verdict.message}` : verdict.message;
    return { suite: `${subject.kind} ${subject.name}`, name: nameOf(verdict), outcome, message, details };
  });
}

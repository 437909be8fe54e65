import { exampleRepo } from '../config/example-repo.ts';
import { defineDiagnostic, raise, type Severity } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const policyOf = (from: string, to: string) => `${exampleRepo()}---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: production}
spec:
  freezes:
    - {name: year-end, from: "${from}", to: "${to}", reason: closing of the books}
`;

const freezeWindow = defineDiagnostic<{ policy: string; freeze: string; problem: string; remedy: string }>({
  code: 'AIGW2075',
  name: 'freeze-window',
  severity: 'error',
  summary: 'The time in which a policy forbids promotions is empty, long over, or longer than a year.',
  message: ({ policy, freeze, problem }) => `Freeze ${freeze} of policy ${policy} ${problem}.`,
  help: ({ remedy }) => remedy,
  examples: {
    bad: policyOf('2099-12-31T00:00:00Z', '2099-12-18T00:00:00Z'),
    good: policyOf('2099-12-18T00:00:00Z', '2099-12-31T00:00:00Z'),
  },
});

const day = 86_400_000;
/** Freezes come again every year, so those of the last months may serve as a pattern for the next. */
const longOver = 90 * day;

export const check = defineCheck({
  kinds: [freezeWindow],
  byResource: true,
  run: ({ config, today }) =>
    config.all('Policy').flatMap((policy) =>
      (policy.spec.freezes ?? []).flatMap(({ name, from, to }, index) => {
        const fault = faultOf(from, to, today);
        if (fault === undefined) return [];
        const { field, severity, ...words } = fault;
        const place = policy.placeOf(['spec', 'freezes', index, field]);
        const args = { policy: policy.name, freeze: name, ...words };
        return [raise(freezeWindow, args, place, { severity })];
      }),
    ),
});

interface Fault {
  readonly field: 'from' | 'to';
  readonly severity: Severity;
  readonly problem: string;
  readonly remedy: string;
}

function faultOf(from: string, to: string, today: string): Fault | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  // Dates that are in no calendar are told elsewhere.
  if (Number.isNaN(start) || Number.isNaN(end)) return undefined;
  if (start >= end) {
    const problem = `begins on ${from} and ends on ${to}, which is not later, so it freezes nothing`;
    return {
      field: 'to',
      severity: 'error',
      problem,
      remedy: 'Write the end behind the beginning, with its time zone.',
    };
  }
  if (end < Date.parse(today) - longOver) {
    return {
      field: 'to',
      severity: 'info',
      problem: `ended on ${to}`,
      remedy: 'Remove it, or move it to the next year.',
    };
  }
  if (end - start > 366 * day) {
    const problem = `lasts from ${from} to ${to}, more than a year, in which nothing is promoted`;
    return { field: 'to', severity: 'warning', problem, remedy: 'Check the years.' };
  }
  return undefined;
}

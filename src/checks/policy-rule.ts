import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { policiesIn } from '../config/policies.ts';
import type { PolicyRule } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Place } from '../diagnostics/source.ts';
import { type Path, valueAt } from '../lib/json.ts';
import type { conditionOf } from './cel/condition.ts';
import { defineCheck } from './check.ts';

const policyOf = (condition: string) => `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: house-rules}
spec:
  rules:
    - name: short-waits
      kind: Route
      require: ${condition}
      message: Nobody waits without an end.
`;
const TIMEOUT = exampleRepo(['  backends:', '  timeout: {total: 30s}\n  backends:']);

const policyRule = defineDiagnostic<{ resource: string; rule: PolicyRule; policy: string }>({
  code: 'AIGW2073',
  name: 'policy-rule',
  severity: 'error',
  summary: 'A resource breaks a rule of a policy.',
  message: ({ resource, rule, policy }) => `${resource} breaks rule ${rule.name} of policy ${policy}: ${rule.message}`,
  help: ({ rule }) => `What must hold: ${rule.require.trim()}`,
  examples: {
    bad: exampleRepo() + policyOf('has(resource.spec.timeout)'),
    good: TIMEOUT + policyOf('has(resource.spec.timeout)'),
  },
});

const policyRuleBroken = defineDiagnostic<{ rule: string; policy: string; reason: string; on: string | undefined }>({
  code: 'AIGW2074',
  name: 'policy-rule-broken',
  severity: 'error',
  summary: 'The condition of a policy rule cannot be read, or gives no answer.',
  message: ({ rule, policy, reason, on }) =>
    on === undefined
      ? `Rule ${rule} of policy ${policy} cannot be read: ${reason}.`
      : `Rule ${rule} of policy ${policy} gives no answer for ${on}: ${reason}.`,
  help: ({ on }) =>
    on === undefined
      ? 'Correct the condition; it is in CEL, and resource stands for the resource with kind, metadata and spec.'
      : 'Ask first whether a field is there, as in has(resource.spec.region) && resource.spec.region == "eu".',
  examples: {
    bad: TIMEOUT + policyOf('has(resource.spec.timeuot)'),
    good: TIMEOUT + policyOf('has(resource.spec.timeout)'),
  },
});

export const check = defineCheck({
  kinds: [policyRule, policyRuleBroken],
  run: async ({ config }) => {
    const policies = policiesIn(config).filter(({ spec }) => spec.rules !== undefined);
    if (policies.length === 0) return [];
    const condition = await import('./cel/condition.ts');
    return policies.flatMap((policy) =>
      (policy.spec.rules ?? []).flatMap((rule, index) =>
        findingsOf(config, { policy, rule, index }, condition.conditionOf),
      ),
    );
  },
});

interface Asked {
  readonly policy: Resource<'Policy'>;
  readonly rule: PolicyRule;
  readonly index: number;
}

function findingsOf(config: ResolvedConfig, asked: Asked, read: typeof conditionOf): readonly Diagnostic[] {
  const { policy, rule, index } = asked;
  const place = policy.placeOf(['spec', 'rules', index, 'require']);
  const condition = read(rule.require, rule.kind);
  const words = { rule: rule.name, policy: policy.name };
  if ('reason' in condition) {
    return [raise(policyRuleBroken, { ...words, reason: condition.reason, on: undefined }, place)];
  }
  const findings: Diagnostic[] = [];
  let isTold = false;
  for (const resource of config.all(rule.kind)) {
    const answer = condition.ask(resource);
    if (answer === true) continue;
    if (answer === false) findings.push(breach(resource, asked, place, condition.paths));
    // Where one resource lacks a field, so do many: the rule is at fault, once.
    else if (!isTold) {
      const on = `${resource.kind} ${resource.name}`;
      const related = [{ message: 'It gives no answer for this one.', place: resource.placeOf(['metadata', 'name']) }];
      findings.push(raise(policyRuleBroken, { ...words, reason: answer.reason, on }, place, { related }));
      isTold = true;
    }
  }
  return findings;
}

function breach(resource: Resource, { policy, rule }: Asked, condition: Place, paths: readonly Path[]): Diagnostic {
  const args = { resource: `${resource.kind} ${resource.name}`, rule, policy: policy.name };
  const related = [{ message: 'The rule.', place: condition }];
  return raise(policyRule, args, placeOf(resource, paths), { related, severity: rule.severity });
}

/** The only value that the rule looks at, where the resource has it; else the resource's name. */
function placeOf(resource: Resource, paths: readonly Path[]): Place {
  const [only = [], ...others] = new Map(paths.map((path) => [path.join('.'), path])).values();
  const isThere = others.length === 0 && only.length > 0 && valueAt(resource.written, only) !== undefined;
  return resource.placeOf(isThere ? only : ['metadata', 'name']);
}

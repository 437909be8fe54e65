import { exampleRepo } from '../config/example-repo.ts';
import { policiesIn } from '../config/policies.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const POLICY = `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: house-rules}
spec: {naming: [{kind: Route, pattern: "[a-z]+(-[a-z]+)*"}]}
`;

const naming = defineDiagnostic<{ kind: string; name: string; pattern: string; policy: string }>({
  code: 'AIGW2070',
  name: 'naming',
  severity: 'error',
  summary: 'A name is not of the form that a policy demands.',
  message: ({ kind, name, pattern, policy }) =>
    `Policy ${policy} demands that names of ${kind} match ${pattern}; ${name} does not.`,
  help: ({ kind }) => `Rename this ${kind} here and where it is referred to.`,
  examples: {
    bad:
      exampleRepo(['metadata: {name: chat}', 'metadata: {name: chat-2}'], ['routes: [chat]', 'routes: [chat-2]']) +
      POLICY,
    good: exampleRepo() + POLICY,
  },
});

export const check = defineCheck({
  kinds: [naming],
  run: async ({ config }) => {
    const rules = policiesIn(config).flatMap((policy) =>
      (policy.spec.naming ?? []).map((rule, index) => ({ ...rule, index, policy })),
    );
    if (rules.length === 0) return [];
    const { compileLinearPattern } = await import('../lib/linear-pattern.ts');
    return rules.flatMap(({ kind, pattern, index, policy }) => {
      const matches = wholeMatcher(pattern, compileLinearPattern);
      return config
        .all(kind)
        .filter(({ name }) => matches?.(name) === false)
        .map((resource) => {
          const related = [
            { message: 'The policy says so.', place: policy.placeOf(['spec', 'naming', index, 'pattern']) },
          ];
          const args = { kind, name: resource.name, pattern, policy: policy.name };
          return raise(naming, args, resource.placeOf(['metadata', 'name']), { related });
        });
    });
  },
});

/** Undefined for a pattern that is none, which the check of regular expressions tells. */
function wholeMatcher(
  pattern: string,
  compile: (pattern: string) => { readonly test: (text: string) => boolean },
): ((text: string) => boolean) | undefined {
  try {
    return compile(`^(?:${pattern})$`).test;
  } catch {
    return undefined;
  }
}

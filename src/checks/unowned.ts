import { exampleRepo } from '../config/example-repo.ts';
import { policiesIn } from '../config/policies.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const POLICY = `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: house-rules}
spec: {owned: [Route]}
---
apiVersion: aigw.dev/v1alpha1
kind: Team
metadata: {name: support}
`;

const unowned = defineDiagnostic<{ kind: string; name: string; policy: string; teams: readonly string[] }>({
  code: 'AIGW2071',
  name: 'unowned',
  severity: 'error',
  summary: 'A resource names no team, though a policy demands one.',
  message: ({ kind, name, policy }) => `Policy ${policy} demands that each ${kind} name its team; ${name} names none.`,
  help: ({ teams }) =>
    `Add metadata.team${teams.length === 0 ? ' and describe that team' : ` with one of ${teams.slice(0, 8).join(', ')}${teams.length > 8 ? ', …' : ''}`}.`,
  examples: {
    bad: exampleRepo() + POLICY,
    good: exampleRepo(['metadata: {name: chat}', 'metadata: {name: chat, team: support}']) + POLICY,
  },
});

export const check = defineCheck({
  kinds: [unowned],
  run: ({ config }) => {
    const teams = config.all('Team').map(({ name }) => name);
    return policiesIn(config).flatMap((policy) =>
      policy.spec.owned.flatMap((kind, index) =>
        config
          .all(kind)
          .filter(({ metadata }) => metadata.team === undefined)
          .map((resource) => {
            const related = [{ message: 'The policy says so.', place: policy.placeOf(['spec', 'owned', index]) }];
            const args = { kind, name: resource.name, policy: policy.name, teams };
            return raise(unowned, args, resource.placeOf(['metadata', 'name']), { related });
          }),
      ),
    );
  },
});

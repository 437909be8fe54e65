import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { referencesOf } from '../config/references.ts';
import { KINDS, type Kind } from '../config/schema-types.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const SPARE = `---
apiVersion: aigw.dev/v1alpha1
kind: Limit
metadata: {name: spare}
spec: {for: {each: team}, concurrency: 20}
`;

const unusedResource = defineDiagnostic<{ kind: string; name: string }>({
  code: 'AIGW2002',
  name: 'unused-resource',
  severity: 'warning',
  summary: 'A resource is described and never used.',
  message: ({ kind, name }) => `${kind} ${name} is not used by any gateway.`,
  help: ({ kind }) => `Refer to it where it should act, or delete this ${kind}.`,
  examples: { bad: `${exampleRepo()}${SPARE}`, good: exampleRepo() },
});

/** Kinds that act by being there. */
const ROOTS: readonly Kind[] = ['Repository', 'Environment', 'Gateway', 'Policy'];

export const check = defineCheck({
  kinds: [unusedResource],
  everywhere: true,
  run: ({ config }) => {
    // What a resource with faults uses is not known, so nothing can be called unused.
    if (KINDS.some((kind) => config.declared(kind).size > config.all(kind).length)) return [];
    const used = usedIn(config);
    return KINDS.flatMap((kind) => config.all(kind))
      .filter((resource) => !used.has(resource))
      .map((resource) => {
        const { kind, name } = resource;
        return raise(unusedResource, { kind, name }, resource.placeOf(['metadata', 'name']));
      });
  },
});

/** What gateways reach; and teams, which are used wherever they are named. */
function usedIn(config: ResolvedConfig): ReadonlySet<Resource> {
  const used = new Set<Resource>();
  for (const root of ROOTS.flatMap((kind) => config.all(kind)))
    for (const resource of reachOf(config, root)) used.add(resource);
  for (const resource of used) {
    for (const { kind, name } of referencesOf(resource)) {
      const team = kind === 'Team' ? config.find(kind, name) : undefined;
      for (const owned of team === undefined ? [] : reachOf(config, team)) used.add(owned);
    }
  }
  return used;
}

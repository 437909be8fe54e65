import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import { secretReferencesOf } from '../../config/secret-references.ts';
import { isObject } from '../../lib/json.ts';
import { type ExternalValue, externalSecretOf } from '../external-secret.ts';
import { secretKeyOf, storeSourceOf } from '../secrets.ts';
import type { RenderedFile, Workload } from '../target.ts';

/** An ExternalSecret for each Kubernetes Secret that a reference needs and a store can fill; undefined where there is none. */
export function externalSecrets(
  config: ResolvedConfig,
  reached: readonly Resource[],
  workloads: readonly Workload[],
): RenderedFile | undefined {
  const secrets = new Map<string, { store: string; data: Map<string, ExternalValue>; sources: Set<Resource> }>();
  for (const { resource, reference, owner } of [...reached.flatMap(heldBy), ...workloads.flatMap(neededBy)]) {
    const source = storeSourceOf(config, reference);
    if (source === undefined) continue;
    const { name, key } = secretKeyOf(reference, owner);
    const known = secrets.get(name) ?? { store: source.store, data: new Map(), sources: new Set() };
    known.data.set(key, { key, remote: source.remote });
    known.sources.add(resource);
    secrets.set(name, known);
  }
  if (secrets.size === 0) return undefined;
  const sorted = [...secrets].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    path: 'secrets/external-secrets.yaml',
    content: {
      kind: 'objects',
      objects: sorted.map(([name, { store, data }]) => externalSecretOf(config, name, store, [...data.values()])),
    },
    sources: [...new Set(sorted.flatMap(([, { sources }]) => [...sources]))],
  };
}

interface Need {
  readonly resource: Resource;
  readonly reference: SecretReference;
  /** Whose process has the variables that `{env}` names. */
  readonly owner: string;
}

function heldBy(resource: Resource): readonly Need[] {
  return secretReferencesOf(resource).map((reference) => ({ resource, reference, owner: resource.name }));
}

/** What a container needs besides what the config names: a target's own keys. */
function neededBy({ name, resource, env }: Workload): readonly Need[] {
  return Object.values(env)
    .filter(isObject)
    .map((value) => ({ resource, reference: value as unknown as SecretReference, owner: name }));
}

import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { secretReferencesOf } from '../../config/secret-references.ts';
import { type ExternalValue, externalSecretOf } from '../external-secret.ts';
import { secretKeyOf, storeSourceOf } from '../secrets.ts';
import type { RenderedFile } from '../target.ts';

/** An ExternalSecret for each Kubernetes Secret that a reference needs and a store can fill; undefined where there is none. */
export function externalSecrets(config: ResolvedConfig, reached: readonly Resource[]): RenderedFile | undefined {
  const secrets = new Map<string, { store: string; data: Map<string, ExternalValue>; sources: Set<Resource> }>();
  for (const resource of reached) {
    for (const reference of secretReferencesOf(resource)) {
      const source = storeSourceOf(config, reference);
      if (source === undefined) continue;
      const { name, key } = secretKeyOf(reference, resource.name);
      const known = secrets.get(name) ?? { store: source.store, data: new Map(), sources: new Set() };
      known.data.set(key, { key, remote: source.remote });
      known.sources.add(resource);
      secrets.set(name, known);
    }
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

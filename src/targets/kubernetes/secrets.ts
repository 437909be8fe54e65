import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import { secretReferencesOf } from '../../config/secret-references.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { metadataOf } from '../objects.ts';
import { secretKeyOf } from '../secrets.ts';
import type { RenderedFile } from '../target.ts';

interface Source {
  readonly store: string;
  readonly remote: { readonly key: string; readonly property?: string };
}

/** An ExternalSecret for each Kubernetes Secret that a reference needs and a store can fill; undefined where there is none. */
export function externalSecrets(config: ResolvedConfig, reached: readonly Resource[]): RenderedFile | undefined {
  const secrets = new Map<string, { store: string; data: Map<string, Json>; sources: Set<Resource> }>();
  for (const resource of reached) {
    for (const reference of secretReferencesOf(resource)) {
      const source = sourceOf(config, reference);
      if (source === undefined) continue;
      const { name, key } = secretKeyOf(reference, resource.name);
      const known = secrets.get(name) ?? { store: source.store, data: new Map(), sources: new Set() };
      known.data.set(key, { secretKey: key, remoteRef: source.remote });
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
      objects: sorted.map(([name, { store, data }]) => externalSecret(config, name, store, [...data.values()])),
    },
    sources: [...new Set(sorted.flatMap(([, { sources }]) => [...sources]))],
  };
}

/** Where a store has the value. Environment variables and Secrets without a store are filled by somebody else. */
function sourceOf(config: ResolvedConfig, reference: SecretReference): Source | undefined {
  const { store, vaultStore } = config.settings.spec.secrets ?? {};
  if ('secret' in reference) {
    return store === undefined ? undefined : { store, remote: { key: reference.secret, property: reference.key } };
  }
  if ('vault' in reference) {
    return vaultStore === undefined
      ? undefined
      : { store: vaultStore, remote: { key: reference.vault, property: reference.key } };
  }
  return 'external' in reference ? { store: reference.external, remote: { key: reference.key } } : undefined;
}

/** External Secrets 2.x, `external-secrets.io/v1`; the operator's own defaults are written out, or Argo CD would see drift. */
function externalSecret(config: ResolvedConfig, name: string, store: string, data: readonly Json[]): JsonObject {
  const { storeKind = 'ClusterSecretStore', refresh = '1h' } = config.settings.spec.secrets ?? {};
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: metadataOf(config, config.settings, name),
    spec: {
      refreshInterval: refresh,
      secretStoreRef: { kind: storeKind, name: store },
      target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: data.map((entry) => withRemoteDefaults(entry as JsonObject)),
    },
  };
}

function withRemoteDefaults({ secretKey, remoteRef }: JsonObject): JsonObject {
  const defaults = { conversionStrategy: 'Default', decodingStrategy: 'None', metadataPolicy: 'None' };
  return { secretKey: secretKey ?? null, remoteRef: { ...(remoteRef as JsonObject), ...defaults } };
}

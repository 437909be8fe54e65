import type { ResolvedConfig } from '../config/model.ts';
import type { JsonObject } from '../lib/json.ts';
import { metadataOf } from './objects.ts';
import type { StoreSource } from './secrets.ts';

/** One key of the Secret that an ExternalSecret fills. */
export interface ExternalValue {
  readonly key: string;
  readonly remote: StoreSource['remote'];
}

/** External Secrets 2.x, `external-secrets.io/v1`; the operator's own defaults are written out, or Argo CD would see drift. */
export function externalSecretOf(
  config: ResolvedConfig,
  name: string,
  store: string,
  values: readonly ExternalValue[],
): JsonObject {
  const { storeKind = 'ClusterSecretStore', refresh = '1h' } = config.settings.spec.secrets ?? {};
  const defaults = { conversionStrategy: 'Default', decodingStrategy: 'None', metadataPolicy: 'None' };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: metadataOf(config, config.settings, name),
    spec: {
      refreshInterval: refresh,
      secretStoreRef: { kind: storeKind, name: store },
      target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: values.map(({ key, remote }) => ({ secretKey: key, remoteRef: { ...remote, ...defaults } })),
    },
  };
}

// Envoy AI Gateway and Envoy Gateway read Secrets under keys that they fix. Where a reference names another key, an ExternalSecret of
// the gateway's own fetches the value under the fixed one; without a store that can, the reference cannot be used.
import type { ResolvedConfig } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { externalSecretOf } from '../external-secret.ts';
import { secretKeyOf, storeSourceOf } from '../secrets.ts';

/** A Secret, and the ExternalSecret that fills it where nobody else does. */
export interface FixedSecret {
  readonly name: string;
  readonly external?: JsonObject;
}

/**
 * The Secret that holds the reference's value under `key`; `ownName` is the name of one that has to be made. Undefined where the value cannot
 * get there: environment variables never do, and a Secret with another key only through a store.
 */
export function fixedSecretOf(
  config: ResolvedConfig,
  reference: SecretReference,
  key: string,
  ownName: string,
): FixedSecret | undefined {
  if ('env' in reference) return undefined;
  const source = storeSourceOf(config, reference);
  const plain = secretKeyOf(reference, ownName);
  if (plain.key === key && ('secret' in reference || source !== undefined)) return { name: plain.name };
  if (source === undefined) return undefined;
  return { name: ownName, external: externalSecretOf(config, ownName, source.store, [{ key, remote: source.remote }]) };
}

/** Why a reference cannot be used under a fixed key, and what to do. */
export function fixedKeyReason(reference: SecretReference, key: string): string {
  if ('env' in reference)
    return 'Envoy AI Gateway reads credentials from Kubernetes Secrets, never from its environment.';
  if ('secret' in reference) {
    return `It is read under the key \`${key}\`; name the key so, or give the environment a secrets.store that it can be fetched from.`;
  }
  return 'It is read from a Kubernetes Secret, and the environment has no store that fills one from this reference.';
}

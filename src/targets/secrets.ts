// Where a secret reference ends up on Kubernetes. Every target that names a Secret asks here, so that all agree.
import type { ResolvedConfig } from '../config/model.ts';
import type { SecretReference } from '../config/schema-types.ts';
import { sha256 } from '../lib/sha256.ts';

/** A key of a Kubernetes Secret. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/**
 * The Kubernetes Secret and key that a reference stands for. `{secret, key}` names it outright; Vault paths and External Secrets stores
 * get a Secret of their own, filled by an ExternalSecret. `{env: NAME}` is the key NAME of the Secret OWNER-env, where
 * owner is the gateway or model whose process has the variable.
 */
export function secretKeyOf(reference: SecretReference, owner: string): SecretKey {
  if ('secret' in reference) return { name: reference.secret, key: reference.key };
  if ('env' in reference) return { name: `${owner}-env`, key: reference.env };
  if ('vault' in reference) return { name: slugOf('vault', reference.vault), key: dataKeyOf(reference.key) };
  return { name: slugOf('external', reference.external), key: dataKeyOf(reference.key) };
}

/** An External Secrets store, and where in it a value lies. */
export interface StoreSource {
  readonly store: string;
  readonly remote: { readonly key: string; readonly property?: string };
}

/** Where a store has the value. Environment variables and Secrets without a store are filled by somebody else. */
export function storeSourceOf(config: ResolvedConfig, reference: SecretReference): StoreSource | undefined {
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

/** A key of a Secret's data holds letters, digits, hyphens, dots and underscores alone; a store's key may hold slashes. */
function dataKeyOf(key: string): string {
  return /^[-._a-zA-Z0-9]+$/.test(key) ? key : slugOf('key', key);
}

/** A DNS label that reads like `text` and is unlike any other text's: it ends in eight digits of its SHA-256. */
function slugOf(prefix: string, text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return `${prefix}-${words}-${sha256(text).slice(0, 8)}`;
}

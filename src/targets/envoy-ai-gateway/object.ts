// The objects that this target writes: their API groups, their envelope, and their names.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import { metadataOf } from '../objects.ts';

/** API version of each kind. QuotaPolicy exists as v1alpha1 alone; the others are what Envoy AI Gateway 1.0 and 1.1 store. */
const API_VERSIONS = {
  AIGatewayRoute: 'aigateway.envoyproxy.io/v1beta1',
  AIServiceBackend: 'aigateway.envoyproxy.io/v1beta1',
  BackendSecurityPolicy: 'aigateway.envoyproxy.io/v1beta1',
  GatewayConfig: 'aigateway.envoyproxy.io/v1beta1',
  MCPRoute: 'aigateway.envoyproxy.io/v1beta1',
  QuotaPolicy: 'aigateway.envoyproxy.io/v1alpha1',
  Backend: 'gateway.envoyproxy.io/v1alpha1',
  BackendTrafficPolicy: 'gateway.envoyproxy.io/v1alpha1',
  ClientTrafficPolicy: 'gateway.envoyproxy.io/v1alpha1',
  EnvoyExtensionPolicy: 'gateway.envoyproxy.io/v1alpha1',
  EnvoyProxy: 'gateway.envoyproxy.io/v1alpha1',
  HTTPRouteFilter: 'gateway.envoyproxy.io/v1alpha1',
  SecurityPolicy: 'gateway.envoyproxy.io/v1alpha1',
  BackendTLSPolicy: 'gateway.networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
  GatewayClass: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  ExternalSecret: 'external-secrets.io/v1',
  Service: 'v1',
} as const;

export type ObjectKind = keyof typeof API_VERSIONS;

/** What an object is written from: the config for namespace and labels, and the resource that it speaks for. */
export interface Origin {
  readonly config: ResolvedConfig;
  readonly resource: Resource;
}

/** A complete object of `kind`. GatewayClass alone lies in no namespace. */
export function objectOf(
  { config, resource }: Origin,
  kind: ObjectKind,
  name: string,
  spec: JsonObject,
  annotations: JsonObject = {},
): JsonObject {
  const metadata = metadataOf(config, resource, name, kind === 'GatewayClass' ? 'cluster' : 'namespaced');
  return {
    apiVersion: API_VERSIONS[kind],
    kind,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    spec,
  };
}

/** A map without the entries that have no value. */
export function defined(entries: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** The group, kind and name by which one object of the same namespace speaks of another. */
export function targetOf(kind: ObjectKind, name: string, sectionName?: string): JsonObject {
  const group = API_VERSIONS[kind].split('/')[0] ?? '';
  return defined({ group, kind, name, sectionName });
}

/** How a policy or a listener names a Secret of its own namespace; the API server's defaults written out. */
export function secretOf(name: string): JsonObject {
  return { group: '', kind: 'Secret', name };
}

/** A mutation of headers or of a body, or nothing where it would change nothing. */
export function mutationOf(set: readonly JsonObject[], remove: readonly string[]): JsonObject | undefined {
  if (set.length === 0 && remove.length === 0) return undefined;
  return defined({ set: set.length === 0 ? undefined : set, remove: remove.length === 0 ? undefined : remove });
}

/** Maps merge by key, the second one wins; anything else is replaced. */
export function mergeDeep(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    merged[key] = isObject(below) && isObject(value) ? mergeDeep(below, value) : value;
  }
  return merged;
}

/** Eight hexadecimal digits that stand for a text. */
export function digestOf(text: string): string {
  return sha256(text).slice(0, 8);
}

const MOST_CHARACTERS = 63;

/**
 * A DNS label for the parts, such as `llm-product-question`: stable, and unlike that of any other parts which `taken` does not share
 * the plain form with. Parts that hold a dot, do not fit, or read like others' get eight digits of their SHA-256 at the end.
 */
export function labelOf(parts: readonly string[], isAmbiguous = false): string {
  const plain = parts.join('-').replaceAll('.', '-');
  const exact = parts.every((part) => !part.includes('.')) && plain.length <= MOST_CHARACTERS && !isAmbiguous;
  if (exact) return plain;
  return `${plain.slice(0, MOST_CHARACTERS - 9).replace(/-+$/, '')}-${digestOf(parts.join('\0'))}`;
}

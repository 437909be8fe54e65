// The rendered objects of an Envoy AI Gateway as its standalone mode takes them. Only what a cluster would give is put in its place: secrets
// that a store would hold, addresses that a cluster's names would lead to, keys that an identity provider would publish.
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';

export interface Surroundings {
  /** The port of the loopback interface behind each upstream, HOST:PORT. */
  readonly portOf: (address: string) => number;
  /** PEM: of the server, and of the authority that it trusts. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** A JSON Web Key Set. */
  readonly keys: string;
}

/** What a secret holds that no object tells the content of. */
export function keyIn(secret: string): string {
  return `key-of-${secret}`;
}

/** Objects that mean nothing without a cluster. */
const CLUSTER_ONLY = new Set(['ExternalSecret', 'Service', 'BackendTLSPolicy', 'GatewayConfig', 'QuotaPolicy']);

export function standaloneObjects(rendered: readonly JsonObject[], surroundings: Surroundings): readonly JsonObject[] {
  const plain = new Set(rendered.filter(isPlainRoute).map(nameOf));
  const objects = rendered
    .filter(({ kind }) => !CLUSTER_ONLY.has(String(kind)))
    .map((object) => renamed(adapt(object, surroundings), plain));
  return [...secretsFor(rendered, surroundings), ...objects];
}

/**
 * In a cluster, routes that Envoy AI Gateway has not made itself go past its filter. Standalone mode (1.0.0) cannot see who made a route and
 * lets those alone go past whose names begin so; all others it refuses as paths that it does not know.
 */
const PAST_ITS_FILTER = 'ai-eg-mcp-plain-';

function renamed(object: JsonObject, plain: ReadonlySet<string>): JsonObject {
  const { metadata, spec } = object;
  if (isPlainRoute(object) && isObject(metadata))
    return { ...object, metadata: { ...metadata, name: PAST_ITS_FILTER + nameOf(object) } };
  if (!isObject(spec) || !Array.isArray(spec['targetRefs'])) return object;
  const targetRefs = listOf(spec['targetRefs']).map((target) =>
    target['kind'] === 'HTTPRoute' && plain.has(String(target['name']))
      ? { ...target, name: PAST_ITS_FILTER + target['name'] }
      : target,
  );
  return { ...object, spec: { ...spec, targetRefs } };
}

/** Not said to be one that the gateway has made itself. */
function isPlainRoute({ kind, metadata }: JsonObject): boolean {
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  return kind === 'HTTPRoute' && !(isObject(annotations) && annotations['ai-gateway-generated'] === 'true');
}

function nameOf({ metadata }: JsonObject): string {
  return isObject(metadata) ? String(metadata['name']) : '';
}

function adapt(object: JsonObject, surroundings: Surroundings): JsonObject {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const change = CHANGES[String(object['kind'])];
  return change === undefined ? object : { ...object, spec: change(spec, surroundings) };
}

type Change = (spec: JsonObject, surroundings: Surroundings) => JsonObject;

const CHANGES: Readonly<Record<string, Change>> = {
  // Its Envoy is a process here; nobody collects its traces.
  EnvoyProxy: ({ telemetry: _, ...spec }) => ({ ...spec, provider: { type: 'Host', host: {} } }),
  Backend: (spec, { portOf }) => ({
    ...spec,
    endpoints: listOf(spec['endpoints']).map((endpoint) => local(endpoint, portOf)),
  }),
  BackendTrafficPolicy: (spec) => withoutCosts(spec) as JsonObject,
  SecurityPolicy: (spec, { keys }) => (isObject(spec['jwt']) ? { ...spec, jwt: withKeys(spec['jwt'], keys) } : spec),
};

/** Still a name: to addresses, Envoy AI Gateway 1.0.0 gives no priorities, so that nothing would fall back. */
function local(endpoint: JsonObject, portOf: Surroundings['portOf']): JsonObject {
  const { fqdn } = endpoint;
  if (!isObject(fqdn)) return endpoint;
  return { fqdn: { hostname: 'localhost', port: portOf(`${fqdn['hostname']}:${fqdn['port']}`) } };
}

/**
 * Standalone, Envoy Gateway (1.8.1) keeps objects in a store that panics on numbers of 64 bits, such as what a request costs. Where tokens are
 * counted that is nothing; without saying so, it is one of them.
 */
function withoutCosts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutCosts);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, each]) => !(isObject(each) && each['from'] === 'Number'));
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutCosts(each)]));
}

function withKeys(jwt: JsonObject, keys: string): JsonObject {
  const providers = listOf(jwt['providers']).map(({ remoteJWKS: _, ...provider }) => ({
    ...provider,
    localJWKS: { type: 'Inline', inline: keys },
  }));
  return { ...jwt, providers };
}

/** A secret for each that is named: with the keys that an ExternalSecret gives it, or with all that an object may look for. */
function secretsFor(rendered: readonly JsonObject[], { certificate }: Surroundings): readonly JsonObject[] {
  const given = new Map(
    rendered.flatMap(({ kind, spec }) =>
      kind === 'ExternalSecret' && isObject(spec) && isObject(spec['target'])
        ? [[String(spec['target']['name']), listOf(spec['data']).map(({ secretKey }) => String(secretKey))] as const]
        : [],
    ),
  );
  const { cert, key } = certificate;
  return [...new Set(rendered.flatMap(secretNames))].map((name) => {
    const own = given.get(name)?.map((each) => [each, each === 'apiKey' ? keyIn(name) : keyIn(each)] as const);
    const texts = own ?? Object.entries({ apiKey: keyIn(name), 'tls.crt': cert, 'tls.key': key, 'ca.crt': cert });
    const data = Object.fromEntries(texts.map(([field, text]) => [field, Buffer.from(text).toString('base64')]));
    // A listener takes no certificate from a secret of another type.
    const type = own === undefined ? { type: 'kubernetes.io/tls' } : {};
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: namespaceOf(rendered) }, ...type, data };
  });
}

function secretNames(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(secretNames);
  if (!isObject(value)) return [];
  const own = value['kind'] === 'Secret' && typeof value['name'] === 'string' ? [value['name']] : [];
  return [...own, ...Object.values(value).flatMap(secretNames)];
}

function namespaceOf(objects: readonly JsonObject[]): string {
  for (const { metadata } of objects)
    if (isObject(metadata) && typeof metadata['namespace'] === 'string') return metadata['namespace'];
  return 'default';
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((each) => isObject(each)) : [];
}

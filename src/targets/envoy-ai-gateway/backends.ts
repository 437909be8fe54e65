// Who answers: a Backend for each address, and for each model an AIServiceBackend with what its provider wants to see.
import type { Resource } from '../../config/model.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { identityHeaders } from './identity.ts';
import { countsByConsumer } from './limits.ts';
import { mostAdded } from './matches.ts';
import { defined, labelOf, mutationOf, objectOf, targetOf } from './object.ts';
import { orderHeader } from './order.ts';
import { fixedSecretOf } from './secrets.ts';
import { endpointOf, isServedHere, isTranslated, schemaOf, type Upstream, upstreamOf } from './upstream.ts';
import { type Answerer, mirrorsOf, modelsOf, serviceName, type View } from './view.ts';

/** The most targets that one policy may name. */
const MOST_TARGETS = 16;

/** The keys under which BackendSecurityPolicy reads its Secrets. */
export const CREDENTIAL_KEYS = { key: 'apiKey', aws: 'credentials', gcp: 'service_account.json' } as const;

/** The address of a model that this gateway sends requests to. */
export function addressOf({ config }: View, { model, provider }: Answerer): Upstream {
  return upstreamOf(config, model, provider);
}

/**
 * Name of the Backend: one for each provider, and one for each model that this environment serves itself. `ending` tells further
 * Backends of the same address apart.
 */
export function backendName(view: View, { model, provider }: Answerer, ...ending: readonly string[]): string {
  if (!isServedHere(model, provider)) return view.nameOf(provider.name, ...ending);
  const isTaken = view.config.find('Provider', `${model.name}-model`) !== undefined;
  return isTaken ? view.nameOf(`${model.name}.model`, ...ending) : view.nameOf(model.name, 'model', ...ending);
}

/** Backends of plain routes that answer only when those of the first tier do not; Envoy Gateway knows one such tier. */
export function fallbacksOf(view: View): readonly Answerer[] {
  const plain = view.routes.filter(({ form }) => form === 'plain').flatMap(({ answerers }) => answerers);
  const second = plain.filter(({ tier }) => tier === 1);
  return [...new Map(second.map((answerer) => [backendName(view, answerer), answerer])).values()];
}

/** Backends, their TLS, and for models what speaks to them and with which credential. */
export function backendObjects(view: View): readonly JsonObject[] {
  const all = [...modelsOf(view, 'models'), ...modelsOf(view, 'plain'), ...mirrorsOf(view)];
  const addresses = new Map(all.map((answerer) => [backendName(view, answerer), answerer]));
  return [
    ...[...addresses].flatMap(([name, answerer]) => addressObjects(view, name, answerer)),
    ...fallbacksOf(view).flatMap((answerer) =>
      addressObjects(view, backendName(view, answerer, 'fallback'), answerer, true),
    ),
    ...modelsOf(view, 'models').map((answerer) => serviceBackend(view, answerer)),
    ...credentialPolicies(view),
  ];
}

function addressObjects(view: View, name: string, answerer: Answerer, fallback?: true): readonly JsonObject[] {
  const { model, provider } = answerer;
  const resource = isServedHere(model, provider) ? model : provider;
  return backendWithTls(view, {
    name,
    resource,
    upstream: addressOf(view, answerer),
    tls: provider.spec.tls,
    fallback,
  });
}

export interface BackendPlan {
  readonly name: string;
  readonly resource: Resource;
  readonly upstream: Upstream;
  readonly tls?: Resource<'Provider'>['spec']['tls'];
  readonly fallback?: true | undefined;
}

/** A Backend, and where the connection is encrypted, the policy that checks the other side's certificate. */
export function backendWithTls(
  { config }: View,
  { name, resource, upstream, tls, fallback }: BackendPlan,
): readonly JsonObject[] {
  const origin = { config, resource };
  const hostname = tls?.serverName ?? upstream.host;
  const authority = authorityOf(config, tls, name);
  const backend = objectOf(
    origin,
    'Backend',
    name,
    defined({
      type: 'Endpoints',
      endpoints: [endpointOf(upstream)],
      fallback,
      tls:
        upstream.secure && tls?.clientCertificate !== undefined
          ? clientTls(tls.clientCertificate, hostname, authority.trust)
          : undefined,
    }),
  );
  if (!upstream.secure) return [backend];
  const policy = objectOf(origin, 'BackendTLSPolicy', name, {
    targetRefs: [targetOf('Backend', name)],
    validation: { hostname, ...authority.trust },
  });
  return [...authority.external, backend, policy];
}

function clientTls(secret: string, sni: string, trust: JsonObject): JsonObject {
  return {
    clientCertificateRef: { group: '', kind: 'Secret', name: secret },
    sni,
    insecureSkipVerify: false,
    ...trust,
  };
}

/** Whom to believe that the other side is who it says: the given authority, else those of the system. */
function authorityOf(
  config: View['config'],
  tls: BackendPlan['tls'],
  name: string,
): { trust: JsonObject; external: readonly JsonObject[] } {
  const secret = tls?.ca === undefined ? undefined : fixedSecretOf(config, tls.ca, 'ca.crt', labelOf([name, 'ca']));
  if (secret === undefined) return { trust: { wellKnownCACertificates: 'System' }, external: [] };
  return {
    trust: { caCertificateRefs: [{ group: '', kind: 'Secret', name: secret.name }] },
    external: secret.external === undefined ? [] : [secret.external],
  };
}

function serviceBackend(view: View, answerer: Answerer): JsonObject {
  const { model, provider } = answerer;
  const upstream = addressOf(view, answerer);
  return objectOf(
    { config: view.config, resource: model },
    'AIServiceBackend',
    serviceName(view, model),
    defined({
      schema: schemaOf(model, provider, upstream),
      backendRef: targetOf('Backend', backendName(view, answerer)),
      headerMutation: headersOf(view, provider),
      bodyMutation: isTranslated(provider) ? undefined : bodyOf(model),
    }),
  );
}

/** The most headers that a mutation may remove. */
const MOST_REMOVED = 16;

/**
 * What only the gateway needs to know stays there, unless tokens are counted by it; a client's token too, where the provider's own
 * key does not take its place.
 */
function headersOf(view: View, { spec }: Resource<'Provider'>): JsonObject | undefined {
  const set = Object.entries(spec.headers ?? {}).map(([name, value]) => ({ name, value }));
  const replacesToken = BEARERS.has(spec.api) && (spec.credential !== undefined || spec.identity !== undefined);
  const identity = countsByConsumer(view) ? [] : identityHeaders(view);
  const order = Array.from({ length: mostAdded(view) }, (_, index) => orderHeader(index + 1));
  const own = new Set(set.map(({ name }) => name.toLowerCase()));
  const remove = [...(replacesToken ? [] : ['authorization']), ...identity, ...order].filter((name) => !own.has(name));
  return mutationOf(set, remove.slice(0, MOST_REMOVED));
}

/** APIs whose credential goes into the header in which clients send their tokens. */
const BEARERS: ReadonlySet<string> = new Set(['openai', 'mistral', 'gemini', 'cohere', 'bedrock', 'vertex-ai']);

function bodyOf({ spec: { parameters } }: Resource<'Model'>): JsonObject | undefined {
  const set = Object.entries(parameters?.fixed ?? {}).map(([path, value]) => ({ path, value: JSON.stringify(value) }));
  return mutationOf(set, parameters?.forbidden ?? []);
}

/** One policy for each provider and sixteen of its models. */
function credentialPolicies(view: View): readonly JsonObject[] {
  const byProvider = new Map<Resource<'Provider'>, Resource<'Model'>[]>();
  for (const { model, provider } of modelsOf(view, 'models')) {
    byProvider.set(provider, [...(byProvider.get(provider) ?? []), model]);
  }
  return [...byProvider].flatMap(([provider, models]) => {
    const found = credentialOf(view, provider);
    if (found === undefined) return [];
    const policies: JsonObject[] = [];
    for (let from = 0; from < models.length; from += MOST_TARGETS) {
      const name =
        from === 0 ? view.nameOf(provider.name) : view.nameOf(provider.name, String(from / MOST_TARGETS + 1));
      const targetRefs = models
        .slice(from, from + MOST_TARGETS)
        .map((model) => targetOf('AIServiceBackend', serviceName(view, model)));
      policies.push(
        objectOf({ config: view.config, resource: provider }, 'BackendSecurityPolicy', name, {
          targetRefs,
          ...found.spec,
        }),
      );
    }
    return [...found.external, ...policies];
  });
}

interface Credential {
  readonly spec: JsonObject;
  readonly external: readonly JsonObject[];
}

/** What a provider is shown; undefined where nothing is, or where it cannot be had. */
function credentialOf(view: View, provider: Resource<'Provider'>): Credential | undefined {
  const { spec } = provider;
  const key = credentialKeyOf(spec.api);
  const secret =
    spec.credential === undefined
      ? undefined
      : fixedSecretOf(view.config, spec.credential, key, view.nameOf(provider.name, 'credential'));
  if (secret === undefined && !(spec.identity === 'workload' && ['bedrock', 'vertex-ai'].includes(spec.api)))
    return undefined;
  const reference: Json | undefined =
    secret === undefined ? undefined : { group: '', kind: 'Secret', name: secret.name };
  return {
    spec: credentialSpec(spec, reference),
    external: secret?.external === undefined ? [] : [secret.external],
  };
}

/** The key of the Secret that Envoy AI Gateway reads for an API. */
export function credentialKeyOf(api: Resource<'Provider'>['spec']['api']): string {
  if (api === 'bedrock') return CREDENTIAL_KEYS.aws;
  return api === 'vertex-ai' ? CREDENTIAL_KEYS.gcp : CREDENTIAL_KEYS.key;
}

/** Without a Secret, AWS and GCP credentials are those of the pod. */
function credentialSpec(
  { api, region, project }: Resource<'Provider'>['spec'],
  secretRef: Json | undefined,
): JsonObject {
  switch (api) {
    case 'bedrock': {
      const credentialsFile = secretRef === undefined ? undefined : { secretRef, profile: 'default' };
      return { type: 'AWSCredentials', awsCredentials: defined({ region: region ?? '', credentialsFile }) };
    }
    case 'vertex-ai': {
      const credentialsFile = secretRef === undefined ? undefined : { secretRef };
      const gcpCredentials = defined({ projectName: project ?? '', region: region ?? '', credentialsFile });
      return { type: 'GCPCredentials', gcpCredentials };
    }
    case 'azure-openai':
      return { type: 'AzureAPIKey', azureAPIKey: defined({ secretRef }) };
    case 'anthropic':
      return { type: 'AnthropicAPIKey', anthropicAPIKey: defined({ secretRef }) };
    default:
      return { type: 'APIKey', apiKey: defined({ secretRef }) };
  }
}

// What becomes of the fields of Gateway, Provider, Model, ToolServer and Observability.
import type { Resource } from '../../config/model.ts';
import type { ModelHealth, SecretReference } from '../../config/schema-types.ts';
import { valueAt } from '../../lib/json.ts';
import type { SetField, Support, SupportTable } from '../target.ts';
import { answerersOf, approximate, asItIs, dropped, elsewhere, exact, ofAnswerer, viewAt } from './answers.ts';
import { addressOf, credentialKeyOf } from './backends.ts';
import { identityOf } from './identity.ts';
import { countsPrice, isWindow } from './limits.ts';
import { gatewayOrder, hasDoors, isShadowing } from './matches.ts';
import { INJECTED_KEY } from './plain-routes.ts';
import { sharedHealth } from './policies.ts';
import { keptQuota } from './quotas.ts';
import { fixedKeyReason, fixedSecretOf } from './secrets.ts';
import { isModelApi, isTranslated, NOWHERE } from './upstream.ts';
import type { Answerer, View } from './view.ts';

/** Whether a reference can be used under the key that Envoy reads it by. */
function underKey({ config, value }: SetField, key: string, usable: Support = exact): Support {
  const reference = value as unknown as SecretReference;
  if (fixedSecretOf(config, reference, key, 'any') !== undefined) return usable;
  return dropped(fixedKeyReason(reference, key));
}

const otherTarget = elsewhere('It is for another target.');

export const gatewaySupport: SupportTable = {
  Gateway: exact,
  'Gateway.target.edition': elsewhere('Envoy AI Gateway has one edition.'),
  'Gateway.listeners.tls.clientCa': (field) => underKey(field, 'ca.crt'),
  'Gateway.routes': (field) => orderSupport(viewAt(field)),
  'Gateway.apiKeyHeader': (field) =>
    identityOf(viewAt(field)).keys.length > 0 ? exact : elsewhere('No consumer of this gateway has an API key.'),
  'Gateway.guardrails': dropped(
    'Envoy AI Gateway 1.0 and 1.1 have no guardrails; put the check into a service of its own, or behind a gateway that has them.',
  ),
  'Gateway.toolServers': (field) =>
    hasDoors(viewAt(field))
      ? approximate(
          'Only consumers with API keys reach the tools: keys and tokens cannot both be asked for at one path.',
        )
      : exact,
  'Gateway.observability': elsewhere('What it names is told of field by field.'),
  'Gateway.workload.replicas.max': ({ resource }) =>
    valueAt(resource.written, ['spec', 'workload', 'scaling']) === undefined
      ? elsewhere('Nothing says what the number of pods follows (workload.scaling), so it stays at the least.')
      : exact,
  'Gateway.workload.resources.gpu': dropped('A gateway computes nothing on graphics processors.'),
  'Gateway.workload.scaling': ({ value, resource }) => scalingSupport(value, resource),
  'Gateway.targets.litellm': otherTarget,
  'Gateway.targets.envoy-ai-gateway': approximate(
    'It is merged into the rendered objects of these kinds as it stands; what it does there is not known to aigw.',
  ),
};

function scalingSupport(value: SetField['value'], resource: Resource): Support {
  if (valueAt(value, ['on']) === 'prometheus') {
    return dropped('Envoy Gateway scales its proxies by processor and memory alone.');
  }
  const [min = 1, max] = ['min', 'max'].map((key) => valueAt(resource.written, ['spec', 'workload', 'replicas', key]));
  return Number(max ?? min) > Number(min)
    ? exact
    : elsewhere('There is no room to scale: workload.replicas.max is not above min.');
}

/** Whether the first route that matches is certain to win. */
function orderSupport(view: View): Support {
  const shadowing = view.routes.filter((route) => isShadowing(view, route)).map(({ route }) => route.name);
  if (shadowing.length > 0) {
    return dropped(
      `${shadowing.join(', ')} takes every path, so it would take the requests for models too; give it a path of its own.`,
    );
  }
  const doors = hasDoors(view) ? ['the door for tokens', 'the door for keys'] : [];
  const names = [...view.routes.map(({ route }) => route.name), ...doors, 'the answer to unknown models'];
  const [pair] = gatewayOrder(view).uncertain;
  if (pair === undefined) return exact;
  const [first = '', second = ''] = pair.map((index) => names[index]);
  return approximate(
    `Gateway API tries the more specific match first: requests that ${first} and ${second} both match may go to ${second}.`,
  );
}

const isSecure = (view: View, answerer: Answerer): boolean => addressOf(view, answerer).secure;
const onTls = ofAnswerer((answerer, _, view) =>
  isSecure(view, answerer) ? exact : dropped('The connection is not encrypted; its URL begins with http.'),
);

const knownApi = ofAnswerer((answerer, { value }, view) => {
  if (addressOf(view, answerer).host === NOWHERE)
    return dropped('Nothing says where it is: it needs a url or a region.');
  return ['mistral', 'gemini', 'cohere'].includes(String(value))
    ? approximate("It is spoken to in OpenAI's protocol, which it offers too.")
    : exact;
});

export const providerSupport: SupportTable = {
  Provider: exact,
  'Provider.api': (field) =>
    field.value === 'sagemaker' ? dropped('Envoy AI Gateway does not speak to SageMaker endpoints.') : knownApi(field),
  'Provider.url': ofAnswerer(() => exact),
  'Provider.gateway': ofAnswerer(({ provider: { spec } }) =>
    spec.url === undefined ? exact : elsewhere('The URL says where it is.'),
  ),
  'Provider.apiVersion': ofAnswerer(({ provider: { spec } }) =>
    ['azure-openai', 'vertex-ai', 'cohere'].includes(spec.api)
      ? exact
      : dropped('Envoy AI Gateway has no place for a version of this API.'),
  ),
  'Provider.region': ofAnswerer(({ provider: { spec } }) =>
    ['bedrock', 'vertex-ai'].includes(spec.api)
      ? exact
      : elsewhere('Policies check it; the address decides where requests go.'),
  ),
  'Provider.project': ofAnswerer(({ provider: { spec } }) =>
    spec.api === 'vertex-ai' ? exact : elsewhere('This API has no project.'),
  ),
  'Provider.credential': ofAnswerer(({ provider: { spec } }, field) =>
    isModelApi(spec.api)
      ? underKey(field, credentialKeyOf(spec.api))
      : underKey(field, INJECTED_KEY, approximate('It is sent as it is, as the whole of the header Authorization.')),
  ),
  'Provider.identity': ofAnswerer(({ provider: { spec } }) =>
    ['bedrock', 'vertex-ai'].includes(spec.api)
      ? exact
      : dropped('Envoy AI Gateway uses the identity of its pod with AWS and GCP alone.'),
  ),
  'Provider.headers': ofAnswerer(() => exact),
  'Provider.tls.ca': ofAnswerer((answerer, field, view) =>
    isSecure(view, answerer)
      ? underKey(field, 'ca.crt')
      : dropped('The connection is not encrypted; its URL begins with http.'),
  ),
  'Provider.tls.serverName': onTls,
  'Provider.tls.clientCertificate': onTls,
};

const registered = elsewhere('It says what the serving container loads.');
const known = elsewhere('Checks and offline tests use it; a gateway does not.');

const changesBody = ofAnswerer(({ provider }) => {
  if (!isModelApi(provider.spec.api)) return dropped('Bodies of plain HTTP requests are not changed.');
  if (!isTranslated(provider)) return exact;
  return dropped(
    "Bodies are changed after they have been translated into this provider's own format, where the parameters have other names.",
  );
});

export const modelSupport: SupportTable = {
  Model: exact,
  'Model.upstreamModel': ofAnswerer(({ provider }) =>
    isModelApi(provider.spec.api) ? exact : elsewhere('Plain HTTP requests name no model; the path leads to it.'),
  ),
  'Model.aliases': (field) => {
    const isAsked = viewAt(field).routes.some(
      ({ route, form }) =>
        form === 'models' && (route.spec.match ?? []).some(({ model }) => model === field.resource.name),
    );
    return isAsked ? exact : elsewhere('No route of this gateway asks for the model by its name.');
  },
  'Model.registry': registered,
  'Model.version': registered,
  'Model.digest': registered,
  'Model.context': known,
  'Model.capabilities': ofAnswerer(({ provider: { spec } }) => (spec.api === 'cohere' ? exact : known)),
  'Model.price': (field) => {
    const view = viewAt(field);
    const isCounted = answerersOf(view, field.resource).some(({ model }) => countsPrice(view, model));
    return isCounted ? exact : elsewhere('No budget of this gateway counts it; reports and offline tests do.');
  },
  'Model.tokenizer': known,
  'Model.parameters.default': dropped(
    'Envoy AI Gateway sets a field of the body always or never, not only where it is missing.',
  ),
  'Model.parameters.fixed': changesBody,
  'Model.parameters.forbidden': changesBody,
  'Model.quota': ofAnswerer(quotaSupport),
  'Model.quota.per': ofAnswerer((answerer, field) => {
    const whole = quotaSupport(answerer, field);
    if (whole.status === 'dropped') return whole;
    if (isWindow(String(field.value))) return exact;
    return approximate('Quotas are kept in windows of 1s, 1m, 1h or 1d; the rate is scaled to the longest that fits.');
  }),
  'Model.quota.burst': dropped('A quota has one window and no burst.'),
  'Model.concurrency': ofAnswerer(() =>
    dropped(
      'Envoy counts the requests that are under way by route, not by model.',
      'Each route that may send requests to the model lets at most so many be under way, in each pod of the proxy.',
    ),
  ),
  'Model.health': ofAnswerer(({ model }, _, view) => {
    const routes = view.routes.filter(({ answerers }) => answerers.some((answerer) => answerer.model === model));
    const isShared = (health: ModelHealth | undefined): boolean => health !== undefined;
    return routes.every((route) => isShared(sharedHealth(route)))
      ? exact
      : dropped(
          'Envoy probes all backends of a route alike; the models of a route of this gateway have different probes, or none.',
        );
  }),
  'Model.serving': ofAnswerer(() => exact),
  'Model.deprecated': known,
  'Model.targets': otherTarget,
};

/** A quota is one rate, told by the model's name at the provider. */
function quotaSupport({ model, provider }: Answerer, { path }: SetField): Support {
  if (!isModelApi(provider.spec.api)) return dropped('Quotas are kept for requests that name a model.');
  if (keptQuota(model) === undefined) {
    return dropped("A quota knows a model by the name that the gateway sends on, and here that is the client's.");
  }
  if (typeof path[2] === 'number' && path[2] > 0) return dropped('A quota has one rate; the first one is kept.');
  return approximate(
    "The rate limit service counts it, which has to be switched on (with Redis) in EnvoyGateway's configuration; without it, nothing is kept. " +
      'In 1.0 and 1.1 it is not enforced on routes with several backends.',
  );
}

export const toolSupport: SupportTable = {
  ToolServer: exact,
  'ToolServer.transport': ({ value }) =>
    value === 'sse' ? dropped("Envoy AI Gateway speaks MCP's streamable HTTP alone.") : asItIs,
  'ToolServer.credential': (field) => underKey(field, 'apiKey'),
  'ToolServer.prefix': dropped(
    "Envoy AI Gateway puts its own prefix before a tool's name: the server's name and two underscores.",
  ),
  'ToolServer.access': (field) =>
    identityOf(viewAt(field)).tokens.length > 0
      ? approximate('Consumers with tokens are told by claims, which must be plain texts here and no lists.')
      : exact,
  'ToolServer.access.scopes': dropped(
    'Scopes of single tools are only checked where the gateway itself is the OAuth client.',
  ),
  'ToolServer.timeout': dropped('Envoy AI Gateway gives every call of a tool 30 minutes.'),
};

const collected = elsewhere(
  'Envoy writes JSON lines to its standard output, where an agent of the cluster takes them up.',
);
const watched = elsewhere('The environment watches it, not the gateway.');
const isOtlp = ({ resource }: SetField): boolean => valueAt(resource.written, ['spec', 'logs', 'sink']) === 'otlp';

export const observabilitySupport: SupportTable = {
  Observability: exact,
  'Observability.metrics.enabled': ({ value }) =>
    value === false
      ? approximate("Envoy's own metrics are switched off; those of Envoy AI Gateway's process beside it are not.")
      : asItIs,
  'Observability.metrics.labels': dropped(
    'Headers become labels for all gateways of an installation (Helm value controller.metricsRequestHeaderAttributes), not for one.',
  ),
  'Observability.logs.level': approximate(
    "It is the level of Envoy's own log; each request has its line at any level.",
  ),
  'Observability.logs.payloads': ({ value }) =>
    value === 'none' ? asItIs : dropped('Prompts and answers are not in what Envoy can log.'),
  'Observability.logs.sink': (field) => {
    if (field.value !== 'otlp') return collected;
    const url = valueAt(field.resource.written, ['spec', 'logs', 'url']);
    return url === undefined ? dropped('No URL says where the collector is.') : exact;
  },
  'Observability.logs.url': (field) => (isOtlp(field) ? exact : collected),
  'Observability.logs.credential': (field) =>
    isOtlp(field) ? dropped('Envoy Gateway takes credentials of a log collector as plain text alone.') : collected,
  'Observability.traces.protocol': ({ value }) =>
    value === 'http'
      ? approximate(
          "Envoy's own spans are left out, since it sends them over gRPC alone; those of model requests are sent.",
        )
      : asItIs,
  'Observability.objectives': watched,
  'Observability.alerts': watched,
  'Observability.dashboards': watched,
  'Observability.costBy': watched,
};

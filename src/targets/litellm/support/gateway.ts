import type { SetField, Support, SupportTable } from '../../target.ts';
import { takesPlainKey } from '../access.ts';
import { approximate, dropped, elsewhere, exact, KEYS } from './answers.ts';
import { namedBudgets, namedLimits } from './limits.ts';

const INGRESS = 'the Ingress in front of the proxy does it';
const POD = 'the Deployment does it';

/** The fields of gateways, consumers and teams. */
export const gatewaySupport: SupportTable = {
  'Gateway.target': exact,
  'Gateway.target.class': elsewhere('LiteLLM has no GatewayClass.'),
  'Gateway.listeners': exact,
  'Gateway.listeners.name': elsewhere('it is for people; LiteLLM listens on one port, which needs no name.'),
  'Gateway.listeners.host': elsewhere(`${INGRESS}; LiteLLM answers to any host.`),
  'Gateway.listeners.port': portSupport,
  'Gateway.listeners.protocol': ({ value }) =>
    value === 'http' ? exact : elsewhere(`${INGRESS}; LiteLLM itself speaks HTTP.`),
  'Gateway.listeners.tls': exact,
  'Gateway.listeners.tls.secret': elsewhere(`${INGRESS}.`),
  'Gateway.listeners.tls.minVersion': approximate('the Ingress controller decides which TLS versions it accepts.'),
  'Gateway.listeners.tls.clientCa': dropped('neither LiteLLM nor a plain Ingress asks clients for certificates.'),
  'Gateway.routes': exact,
  'Gateway.consumers': approximate(
    'it keeps keys in its database; litellm-access.json holds the calls of its API that make them, which have to be sent before anybody can call.',
  ),
  'Gateway.apiKeyHeader': headerSupport,
  'Gateway.guardrails': exact,
  'Gateway.limits': namedLimits(['gateway', 'route', 'model', 'team', 'consumer'], exact),
  'Gateway.budgets': namedBudgets(['gateway', 'route', 'model', 'team', 'consumer'], exact),
  'Gateway.toolServers': exact,
  'Gateway.observability': exact,
  'Gateway.workload': elsewhere(`${POD}.`),
  'Gateway.workload.image': exact,
  'Gateway.targets': exact,
  'Gateway.targets.litellm': approximate('laid over the rendered file as it is.'),
  'Gateway.targets.envoy-ai-gateway': elsewhere('it is meant for another target.'),

  'Consumer.team': approximate(`${KEYS}.`),
  'Consumer.auth': exact,
  'Consumer.auth.name': exact,
  'Consumer.auth.apiKey': approximate(`${KEYS}; it takes only keys that begin with sk-.`),
  'Consumer.auth.jwt': jwtSupport,
  'Consumer.auth.mtls': dropped('it asks clients for no certificates.'),
  'Consumer.models': approximate(
    `${KEYS}; a route is open to a consumer that may use all the models which answer there at once; it falls back to those alone that the consumer may use.`,
  ),
  'Consumer.limits': (field) => namedLimits(['consumer'], severalKeys(field))(field),
  'Consumer.budgets': (field) => namedBudgets(['consumer'], severalKeys(field))(field),
  'Team.contact': elsewhere('it tells people whom to ask.'),
  'Team.members': elsewhere('promotions ask for their approval.'),
  'Team.costCentre': approximate(`as a team's metadata, ${KEYS}.`),
  'Team.limits': namedLimits(['team'], approximate(`${KEYS}.`)),
  'Team.budgets': namedBudgets(['team'], approximate(`${KEYS}.`)),
};

function headerSupport({ value }: SetField): Support {
  if (value === 'authorization') return exact;
  return approximate(
    takesPlainKey(String(value))
      ? 'it takes keys in authorization and other usual headers too.'
      : 'a key in this header has to follow the word Bearer.',
  );
}

function portSupport({ gateway, path, value }: SetField): Support {
  const index = path.find((step) => typeof step === 'number') ?? 0;
  if (index > 0) return approximate('LiteLLM listens on the port of the first listener alone.');
  const secured = gateway.spec.listeners[0]?.protocol === 'https';
  if (secured) return elsewhere(`${INGRESS}; the proxy itself listens on ${Number(value) < 1024 ? 4000 : value}.`);
  return Number(value) < 1024 ? approximate('without root rights, LiteLLM listens on 4000 in place of it.') : exact;
}

function jwtSupport({ gateway }: SetField): Support {
  return dropped(
    gateway.spec.target.edition === 'oss'
      ? 'its login with tokens belongs to the enterprise edition.'
      : 'its login with tokens knows teams and users, no consumers told by their claims.',
  );
}

/** Each key of a consumer counts for itself. */
function severalKeys({ resource }: SetField): Support {
  const { auth = [] } = resource.spec as { auth?: readonly object[] };
  const own = auth.length > 1 ? '; each of its keys has the allowance for itself' : '';
  return approximate(`${KEYS}${own}.`);
}

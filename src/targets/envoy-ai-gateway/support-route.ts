// What becomes of the fields of Route.
import type { Json } from '../../lib/json.ts';
import { valueAt } from '../../lib/json.ts';
import type { SetField, Support, SupportTable } from '../target.ts';
import { ABSENCE, approximate, asItIs, asksForAbsence, dropped, elsewhere, exact, ofRoute } from './answers.ts';
import { addressOf } from './backends.ts';
import { consumerConditions, identityOf } from './identity.ts';
import { alternativesOf } from './matches.ts';
import { bufferLimit, keepsShares, stickyHeader } from './policies.ts';
import { isAddress, isModelApi, isTranslated } from './upstream.ts';
import { mirrorOf, type RouteView, type View } from './view.ts';

const BY_SCRIPT = 'A few lines of Lua on the gateway do it for this route.';
const unread = 'Envoy AI Gateway routes by model, path and headers, and looks no further into a request.';
const noFeature = (what: string): Support =>
  dropped(`Envoy AI Gateway has no ${what}; put a gateway that has them behind this one.`);

const matcher = ofRoute((_, { value }) => (asksForAbsence(value) ? dropped(ABSENCE) : exact));

/** For answers that only an HTTPRoute of one's own can change. */
const ofAnswer = ofRoute(({ form }) =>
  form === 'plain' ? exact : dropped('An AIGatewayRoute changes requests, not answers.', BY_SCRIPT),
);

const breaks = ({ route: { spec } }: RouteView): boolean =>
  spec.circuitBreaker?.failures !== undefined || spec.circuitBreaker?.errorPercent !== undefined;

export const routeSupport: SupportTable = {
  Route: exact,
  'Route.match.host': matcher,
  'Route.match.path': ofRoute(({ form }, { value }) => {
    if (asksForAbsence(value)) return dropped(ABSENCE);
    const isPrefix = valueAt(value, ['prefix']) !== undefined;
    return form === 'plain' && isPrefix
      ? approximate('A prefix ends between two elements of the path: /v1/chat is no prefix of /v1/chatty.')
      : exact;
  }),
  'Route.match.method': ofRoute(({ form }, { value }) =>
    form === 'models' && value === 'POST' ? elsewhere('Requests to models are always sent with POST.') : exact,
  ),
  'Route.match.headers': matcher,
  'Route.match.model': ofRoute(({ form }, { value }) => {
    if (form === 'plain') return dropped('Plain HTTP requests name no model.');
    return asksForAbsence(value) ? dropped('Requests to models always name one.') : exact;
  }),
  'Route.match.consumers': ofRoute(consumerSupport),
  'Route.match.input': dropped(unread),
  'Route.match.parameters': dropped(unread),
  'Route.consumers': ofRoute((_, __, view) => {
    const { certificates, keys, tokens } = identityOf(view);
    if (keys.length > 0 || tokens.length > 0 || certificates.length === 0) return exact;
    return dropped(
      'Consumers with certificates cannot be told apart behind the listener, so nobody may use the route.',
    );
  }),
  'Route.api.version': elsewhere('It groups routes for people and reports.'),
  'Route.api.deprecated': ofAnswer,
  'Route.api.sunset': ofAnswer,
  'Route.api.replacement': elsewhere('It tells people where to go.'),
  'Route.request.schema': dropped('Envoy AI Gateway does not check bodies against schemas.'),
  'Route.request.maxSize': ofRoute(({ form }, _, view) => {
    if (form === 'plain') return exact;
    if (bufferLimit(view) !== undefined) {
      return approximate(
        "Bodies are measured before the model is known, so the largest of the gateway's sizes holds for all of its routes.",
      );
    }
    return dropped(
      'Bodies are measured before the model is known, and other routes of the gateway have no limit.',
      BY_SCRIPT,
    );
  }),
  'Route.request.body': ofRoute(({ form, answerers }, { value }) => {
    if (form === 'plain') return dropped('Bodies of plain HTTP requests are not changed.');
    const translated = answerers.filter(({ provider }) => isTranslated(provider)).map(({ model }) => model.name);
    if (translated.length === 0) return exact;
    const what = valueAt(value, ['set']) === undefined ? 'are removed' : 'are not set and only removed';
    return approximate(
      `For ${translated.join(', ')}, fields ${what} after the translation into the provider's own format.`,
    );
  }),
  'Route.request.rewritePrefix': ofRoute((route, _, view) => {
    if (route.form === 'models') return dropped("The path of a request to a model follows from the provider's API.");
    return alternativesOf(view, route).every(({ pathMatch }) => pathMatch.type === 'PathPrefix')
      ? exact
      : dropped('Only a path that is matched by its prefix can be replaced.');
  }),
  'Route.response.schema': dropped('Envoy AI Gateway does not check answers against schemas.'),
  'Route.response.headers': ofAnswer,
  'Route.response.body': dropped('Envoy AI Gateway does not change the bodies of answers.'),
  'Route.requires': elsewhere('Checks see to it.'),
  'Route.prompt': noFeature('prompt templates'),
  'Route.context': noFeature('memory of conversations'),
  'Route.guardrails': noFeature('guardrails'),
  'Route.cache': noFeature('caches'),
  'Route.backends.name': elsewhere(
    "Envoy AI Gateway knows a backend by its model's name; its metrics have no label for the backend's own.",
  ),
  'Route.backends.model': ofRoute((route, { value }, view) => answererSupport(route, value, view)),
  'Route.backends.chain': noFeature('chains'),
  'Route.backends.prompt': noFeature('prompt templates'),
  'Route.balance': ({ value }) =>
    value === 'weight' ? asItIs : dropped('Envoy chooses between the backends of a route by weight alone.'),
  'Route.sticky.by': ofRoute((route, _, view) => stickySupport(route, view)),
  'Route.sticky.name': ofRoute(({ route }) =>
    ['header', 'cookie', 'session'].includes(route.spec.sticky?.by ?? '')
      ? exact
      : elsewhere('sticky.by says all there is to say.'),
  ),
  'Route.sticky.ttl': ofRoute(({ route }) =>
    route.spec.sticky?.by === 'cookie'
      ? exact
      : dropped('It holds for as long as the backends stay the same, without a clock.'),
  ),
  'Route.mirror': ofRoute(({ form }, { value }, view) => {
    if (form === 'models') return dropped('An AIGatewayRoute does not copy requests.');
    const isPlain = Array.isArray(value) && value.every((entry) => mirrorOf(view, String(valueAt(entry, ['model']))));
    return isPlain ? exact : dropped('Plain HTTP requests can only be copied to a server that speaks plain HTTP.');
  }),
  'Route.fallback.when': ofRoute(({ route }, { value }) => whenSupport(value, route.spec.retry?.when)),
  'Route.fallback.tiers': ofRoute((route, _, view) => tiersSupport(route, view)),
  'Route.retry.when': ofRoute(({ route: { spec }, answerers }, { value }) => {
    const hasTiers = new Set(answerers.map(({ tier }) => tier)).size > 1;
    return hasTiers ? onSupport(value, spec.fallback?.when ?? []) : exact;
  }),
  'Route.timeout.firstToken': ofRoute(({ form }, _, view) =>
    form === 'models' && view.isLatest
      ? approximate('It is the longest silence of a backend, before the first byte and between any two, for each try.')
      : dropped('Before version 1.1, no time of its own is kept for the first token of an answer.'),
  ),
  'Route.timeout.idle': ofRoute(() => approximate('The wait for the first byte counts as silence too.')),
  'Route.circuitBreaker.failures': approximate('Each pod of the proxy counts for itself.'),
  'Route.circuitBreaker.errorPercent': approximate(
    'Each pod of the proxy counts for itself, at the end of each window, and from 50 requests in it on.',
  ),
  'Route.circuitBreaker.minimumRequests': dropped(
    'Envoy Gateway leaves it at the 50 requests that Envoy takes by itself.',
  ),
  'Route.circuitBreaker.window': ofRoute((route) =>
    breaks(route)
      ? approximate('The count begins anew with each window.')
      : elsewhere('Nothing that is counted opens the breaker.'),
  ),
  'Route.circuitBreaker.cooldown': ofRoute((route) =>
    breaks(route)
      ? approximate('It grows with each time that the backend is left alone in a row.')
      : elsewhere('Nothing opens the breaker for a time.'),
  ),
  'Route.circuitBreaker.maxConcurrent': approximate(
    'Each pod of the proxy counts for itself; the answer beyond is 503.',
  ),
  'Route.rollout': elsewhere('aigw moves the weights in Git; the gateway has them as they are.'),
};

/** Keys are told by the gateway's own header; claims only where they are plain texts; certificates not at all. */
function consumerSupport({ form }: RouteView, { value }: SetField, view: View): Support {
  if (form === 'plain')
    return dropped('A plain route is chosen before it is known who asks; restrict it with consumers.');
  const admitted = view.gateway.spec.consumers;
  const names = (Array.isArray(value) ? value.map(String) : []).filter((name) => admitted.includes(name));
  const unknown = names.filter((name) => consumerConditions(view, [name]).length === 0);
  if (unknown.length > 0) return dropped(`${unknown.join(', ')} cannot be told apart behind the listener.`);
  return identityOf(view).tokens.some(({ consumer }) => names.includes(consumer.name))
    ? approximate('Consumers with tokens are told by claims, which must be plain texts here and no lists.')
    : exact;
}

function answererSupport(route: RouteView, value: Json, view: View): Support {
  if (route.answerers.some(({ model }) => model.name === value)) return exact;
  const model = view.config.find('Model', String(value));
  const provider = model && view.config.find('Provider', model.spec.provider);
  if (provider === undefined || provider.spec.api === 'sagemaker')
    return dropped('No provider that this target knows serves it.');
  const other = isModelApi(provider.spec.api) ? "speaks a model's API" : 'speaks plain HTTP';
  return dropped(`It ${other}, unlike the first model of the route; a route is of one form.`);
}

function stickySupport(route: RouteView, view: View): Support {
  const { sticky } = route.route.spec;
  if (!keepsShares(route)) {
    return dropped(
      'Envoy Gateway hashes over all backends alike, so unequal weights would be lost; they are kept, and nobody sticks.',
    );
  }
  if (sticky?.by === 'cookie' || sticky?.by === 'source-ip' || stickyHeader(view, route) !== undefined) return exact;
  if (sticky?.by === 'consumer')
    return dropped('Only consumers with API keys have a header by which all of them are told.');
  return dropped('No header tells what belongs together; name it in sticky.name or in the context policy.');
}

/** What retry.when and fallback.when call the same thing. */
const RETRIED: Readonly<Record<string, readonly string[]>> = {
  error: ['connect', '5xx'],
  timeout: ['timeout'],
  'rate-limited': ['rate-limited'],
};

const ONE_LIST = approximate(
  'Envoy has one list of reasons, so what falls back is first tried again, and what is tried again falls back.',
);

function onSupport(value: Json, when: readonly string[]): Support {
  const on = Array.isArray(value) ? value.map(String) : [];
  return isSame(on, when) ? exact : ONE_LIST;
}

function isSame(on: readonly string[], when: readonly string[]): boolean {
  const wanted = new Set(when.flatMap((word) => RETRIED[word] ?? []));
  return wanted.size === on.length && on.every((word) => wanted.has(word));
}

/** Envoy has one list of reasons to try again, in the same tier or in the next one. */
function whenSupport(value: Json, on: readonly string[] | undefined): Support {
  const words = Array.isArray(value) ? value.map(String) : [];
  const unknown = words.filter((word) => RETRIED[word] === undefined);
  if (unknown.length > 0) return dropped(`Envoy does not see ${unknown.join(', ')} in an answer.`);
  return on === undefined || isSame(on, words) ? exact : ONE_LIST;
}

function tiersSupport({ form, answerers, route }: RouteView, view: View): Support {
  if (form === 'plain') {
    return (route.spec.fallback?.tiers.length ?? 0) > 1
      ? dropped('A plain route has one tier of fallback; the first is used.')
      : exact;
  }
  const kinds = new Set(answerers.map((answerer) => isAddress(addressOf(view, answerer).host)));
  if (kinds.size > 1)
    return dropped(
      'Envoy Gateway keeps backends with IP addresses apart from those with names, so none falls back to the other.',
    );
  return exact;
}

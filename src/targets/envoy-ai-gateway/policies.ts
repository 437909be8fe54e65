// How a gateway and its routes treat their backends: BackendTrafficPolicies on the Gateway and on each generated HTTPRoute.

import type { Resource } from '../../config/model.ts';
import type { ModelHealth, RouteCircuitBreaker } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { parseSize } from '../../lib/quantity.ts';
import { byteQuantity } from '../quantities.ts';
import { modeOf } from '../support.ts';
import { gatewayDuration } from './durations.ts';
import { CONSUMER_HEADER, identityOf } from './identity.ts';
import { gatewayRules, routeRules } from './limits.ts';
import { alternativesOf } from './matches.ts';
import { defined, objectOf, targetOf } from './object.ts';
import type { RouteView, View } from './view.ts';

/** The policies of a gateway: its own, and one for each route that needs one. `names` are the HTTPRoutes of a route. */
export function trafficObjects(view: View, namesOf: (route: RouteView) => readonly string[]): readonly JsonObject[] {
  const own = gatewayPolicy(view);
  const routes = view.routes.filter((route) => alternativesOf(view, route).length > 0);
  return [
    ...(own === undefined ? [] : [own]),
    ...routes.flatMap((route) => namesOf(route).flatMap((name) => routePolicy(view, route, name, own !== undefined))),
  ];
}

function gatewayPolicy(view: View): JsonObject | undefined {
  const rules = gatewayRules(view).map(({ rule }) => rule);
  const buffer = bufferLimit(view);
  if (rules.length === 0 && buffer === undefined) return undefined;
  const spec = defined({
    targetRefs: [targetOf('Gateway', view.nameOf())],
    rateLimit: rules.length === 0 ? undefined : { global: { rules } },
    requestBuffer: buffer === undefined ? undefined : { limit: buffer },
  });
  return objectOf({ config: view.config, resource: view.gateway }, 'BackendTrafficPolicy', view.nameOf(), spec);
}

/**
 * The largest body that any route accepts, for all of them: bodies are measured before the route is known. Undefined where a
 * model route accepts any.
 */
export function bufferLimit(view: View): string | undefined {
  const sizes = view.routes.filter(({ form }) => form === 'models').map(({ route }) => route.spec.request?.maxSize);
  const known = sizes.flatMap((size) => (size === undefined ? [] : [parseSize(size)]));
  if (sizes.length === 0 || known.length < sizes.length) return undefined;
  return byteQuantity(Math.max(...known));
}

function routePolicy(view: View, route: RouteView, name: string, hasParent: boolean): readonly JsonObject[] {
  const { spec } = route.route;
  const rules = routeRules(view, route).map(({ rule }) => rule);
  const settings = defined({
    circuitBreaker: concurrencyOf(view, route),
    healthCheck: healthCheckOf(spec.circuitBreaker, sharedHealth(route)),
    loadBalancer: stickinessOf(view, route),
    rateLimit: rules.length === 0 ? undefined : { global: { rules } },
    requestBuffer:
      route.form === 'plain' && spec.request?.maxSize
        ? { limit: byteQuantity(parseSize(spec.request.maxSize)) }
        : undefined,
    retry: retryOf(route),
    timeout: timeoutOf(spec),
  });
  if (Object.keys(settings).length === 0) return [];
  const targetRefs = [targetOf('HTTPRoute', name)];
  const merge = hasParent ? { mergeType: 'StrategicMerge' } : {};
  const policy = { targetRefs, ...merge, ...settings };
  return [objectOf({ config: view.config, resource: route.route }, 'BackendTrafficPolicy', name, policy)];
}

/**
 * The requests that may be under way on a route at one time: what its breaker says, the strictest limit that counts by route, or, where they ask
 * for emulation, what its models bear.
 */
export function concurrencyLimit(view: View, { route, answerers }: RouteView): number | undefined {
  const named = (names: readonly string[]): readonly Resource<'Limit'>[] =>
    names.flatMap((name) => view.config.find('Limit', name) ?? []);
  const own = named(route.spec.limits).filter(({ spec }) => spec.for.each === 'route' || spec.for.each === 'gateway');
  const shared = named(view.gateway.spec.limits).filter(({ spec }) => spec.for.each === 'route');
  const limits = [...own, ...shared]
    .filter(({ spec }) => spec.for.consumers === undefined && spec.for.models === undefined)
    .flatMap(({ spec }) => spec.concurrency ?? []);
  const models = answerers.map(({ model }) => model).filter((model) => modeOf(model, 'concurrency') === 'emulate');
  const all = [
    ...limits,
    ...models.flatMap(({ spec }) => spec.concurrency ?? []),
    ...(route.spec.circuitBreaker?.maxConcurrent === undefined ? [] : [route.spec.circuitBreaker.maxConcurrent]),
  ];
  return all.length === 0 ? undefined : Math.min(...all);
}

/** Envoy's thresholds, with the defaults that the API server would fill in. */
function concurrencyOf(view: View, route: RouteView): JsonObject | undefined {
  const most = concurrencyLimit(view, route);
  if (most === undefined) return undefined;
  return { maxConnections: 1024, maxParallelRequests: most, maxParallelRetries: 1024, maxPendingRequests: 1024 };
}

/** The health check that all answerers of a route share; Envoy knows one for all of a route's backends. */
export function sharedHealth({ answerers }: RouteView): ModelHealth | undefined {
  const all = answerers.map(({ model }) => model.spec.health);
  const [first] = all;
  return all.every((health) => JSON.stringify(health) === JSON.stringify(first)) ? first : undefined;
}

/** With panicThreshold 0, a backend that is left out gets nothing, even if it is the only one. */
function healthCheckOf(
  breaker: RouteCircuitBreaker | undefined,
  health: ModelHealth | undefined,
): JsonObject | undefined {
  const passive = passiveCheckOf(breaker);
  const active = health === undefined ? undefined : activeCheckOf(health);
  if (passive === undefined && active === undefined) return undefined;
  return defined({ active, passive, panicThreshold: 0 });
}

/** More failures in a row than any backend has: how a breaker by share alone is told not to count them. */
const NEVER = 2_147_483_647;

function passiveCheckOf(breaker: RouteCircuitBreaker | undefined): JsonObject | undefined {
  if (breaker === undefined || (breaker.failures === undefined && breaker.errorPercent === undefined)) return undefined;
  const { errorPercent } = breaker;
  return defined({
    alwaysEjectOneEndpoint: false,
    baseEjectionTime: gatewayDuration(breaker.cooldown),
    consecutive5XxErrors: breaker.failures ?? NEVER,
    consecutiveLocalOriginFailures: 5,
    failurePercentageThreshold: errorPercent === undefined ? undefined : Math.round(errorPercent),
    interval: breaker.window === undefined ? '3s' : gatewayDuration(breaker.window),
    maxEjectionPercent: 100,
    splitExternalLocalOriginErrors: false,
  });
}

/** Failures are counted for the listed statuses alone; any other unexpected one leaves the backend out at once. */
function activeCheckOf({ path, interval, timeout, failures }: ModelHealth): JsonObject {
  const times = {
    interval: gatewayDuration(interval),
    timeout: gatewayDuration(timeout),
    healthyThreshold: 1,
    unhealthyThreshold: failures,
  };
  if (path === undefined) return { type: 'TCP', tcp: {}, ...times };
  const expectedStatuses = [200, 201, 202, 203, 204, 205, 206];
  const retriableStatuses = [408, 425, 429, 500, 502, 503, 504];
  return { type: 'HTTP', http: { path, expectedStatuses, retriableStatuses }, ...times };
}

/**
 * Whether a route's shares allow stickiness: Envoy Gateway 1.8.1 hashes over all backends of a tier alike and forgets their weights, so
 * only equal shares stay what they are.
 */
export function keepsShares({ answerers }: RouteView): boolean {
  const weights = answerers.filter(({ tier, weight }) => tier === 0 && weight > 0).map(({ weight }) => weight);
  return weights.every((weight) => weight === weights[0]);
}

/** The header by which requests are told to belong together; undefined where it is none that this gateway has. */
export function stickyHeader(view: View, { route: { spec } }: RouteView): string | undefined {
  const context = spec.context === undefined ? undefined : view.config.find('ContextPolicy', spec.context);
  switch (spec.sticky?.by) {
    case 'header':
      return spec.sticky.name;
    case 'session':
      return spec.sticky.name ?? context?.spec.session?.header;
    case 'consumer':
      return identityOf(view).tokens.length === 0 && identityOf(view).keys.length > 0 ? CONSUMER_HEADER : undefined;
    default:
      return undefined;
  }
}

function stickinessOf(view: View, route: RouteView): JsonObject | undefined {
  const { sticky } = route.route.spec;
  if (sticky === undefined || !keepsShares(route)) return undefined;
  const hash = hashOf(sticky, stickyHeader(view, route));
  return hash && { type: 'ConsistentHash', consistentHash: { ...hash, tableSize: 65_537 } };
}

function hashOf(
  { by, name, ttl }: NonNullable<Resource<'Route'>['spec']['sticky']>,
  header: string | undefined,
): JsonObject | undefined {
  if (by === 'source-ip') return { type: 'SourceIP' };
  if (by === 'cookie') {
    const cookie = defined({ name: name ?? 'aigw-session', ttl: ttl === undefined ? undefined : gatewayDuration(ttl) });
    return { type: 'Cookie', cookie };
  }
  return header === undefined ? undefined : { type: 'Headers', headers: [{ name: header }] };
}

/** Statuses that servers fail with. Named one by one, since Envoy's own `5xx` means timeouts and broken connections too. */
const FAILURES = [
  500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530,
] as const;

interface Cause {
  readonly triggers: readonly string[];
  readonly statuses: readonly number[];
}

const BY_STATUS = 'retriable-status-codes';

/** What each word of retry.when and fallback.when means to Envoy. */
const CAUSES: Readonly<Record<string, Cause>> = {
  connect: { triggers: ['connect-failure', 'refused-stream', 'reset-before-request'], statuses: [] },
  timeout: { triggers: ['reset'], statuses: [] },
  '5xx': { triggers: [BY_STATUS], statuses: FAILURES },
  'rate-limited': { triggers: [BY_STATUS], statuses: [429] },
  conflict: { triggers: [BY_STATUS], statuses: [409] },
  error: { triggers: ['connect-failure', 'refused-stream', 'reset-before-request', BY_STATUS], statuses: FAILURES },
};

/**
 * Retries and fallback, which are one to Envoy: a request is tried so often in a tier, then in the next one. A tier without a known
 * model does not count.
 */
function retryOf({ route: { spec }, answerers }: RouteView): JsonObject | undefined {
  const tiers = new Set(answerers.map(({ tier }) => tier)).size;
  const { retry, fallback } = spec;
  if (retry === undefined && (fallback === undefined || tiers < 2)) return undefined;
  const perTier = (retry?.attempts ?? 0) + 1;
  const words = [...(retry?.when ?? []), ...(tiers < 2 ? [] : (fallback?.when ?? []))];
  const causes = words.flatMap((word) => CAUSES[word] ?? []);
  const statuses = [...new Set(causes.flatMap((cause) => cause.statuses))].toSorted((a, b) => a - b);
  const { initial, max } = retry?.backoff ?? { initial: '100ms', max: '10s' };
  return defined({
    numRetries: perTier * Math.max(1, tiers) - 1,
    numAttemptsPerPriority: tiers < 2 ? undefined : perTier,
    perRetry: defined({
      backOff: { baseInterval: gatewayDuration(initial), maxInterval: gatewayDuration(max) },
      timeout: retry?.perTry === undefined ? undefined : gatewayDuration(retry.perTry),
    }),
    retryOn: defined({
      triggers: [...new Set(causes.flatMap(({ triggers }) => triggers))].toSorted(),
      httpStatusCodes: statuses.length === 0 ? undefined : statuses,
    }),
  });
}

/** The time for the whole answer stands at the route itself. */
function timeoutOf({ timeout }: Resource<'Route'>['spec']): JsonObject | undefined {
  if (timeout?.connect === undefined && timeout?.idle === undefined) return undefined;
  return defined({
    tcp: timeout.connect === undefined ? undefined : { connectTimeout: gatewayDuration(timeout.connect) },
    http: timeout.idle === undefined ? undefined : { streamIdleTimeout: gatewayDuration(timeout.idle) },
  });
}

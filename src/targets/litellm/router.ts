import type { Resource } from '../../config/model.ts';
import type { RouteRetry } from '../../config/schema-types.ts';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { isPattern } from './claims.ts';
import { opens } from './deployment.ts';
import { type Group, tierName } from './groups.ts';
import { seconds } from './quantities.ts';

type Route = Resource<'Route'>;

const STRATEGIES = {
  weight: 'simple-shuffle',
  'least-latency': 'latency-based-routing',
  'least-cost': 'cost-based-routing',
  'least-busy': 'least-busy',
} as const;

/** What makes LiteLLM's plain fallbacks act: any failure but these two, which have lists of their own. */
const SPECIAL = {
  'context-too-long': 'context_window_fallbacks',
  'content-refused': 'content_policy_fallbacks',
} as const;

/** router_settings: who answers when somebody does not, how often is tried again, and how a deployment is chosen. */
export function routerSettings(groups: readonly Group[], entries: readonly JsonObject[]): JsonObject {
  const visible = groups.filter(({ role }) => role === 'entry');
  const limited = entries.some(({ litellm_params: params }) => isLimited(params ?? {}));
  return {
    routing_strategy: 'simple-shuffle',
    ...routingGroups(groups),
    model_group_alias: Object.fromEntries(
      visible.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, { model: name, hidden: false }])),
    ),
    num_retries: 0,
    ...retryPolicies(groups, waitingNames(entries)),
    ...fallbacks(groups),
    max_fallbacks: Math.max(5, ...groups.map(({ route }) => (route?.spec.fallback?.tiers.length ?? 0) + 2)),
    // Counts input tokens against max_input_tokens before a deployment is chosen.
    enable_pre_call_checks: true,
    optional_pre_call_checks: limited ? ['enforce_model_rate_limits'] : [],
    ...affinity(groups),
    disable_cooldowns: !groups.some(
      ({ route }) => route?.spec.circuitBreaker !== undefined && opens(route.spec.circuitBreaker),
    ),
  };
}

/** Groups whose routes do not split by weight. A routing group's own name must be no model's. */
function routingGroups(groups: readonly Group[]): JsonObject {
  const special = groups.filter(
    ({ role, route }) => role === 'entry' && (route?.spec.balance ?? 'weight') !== 'weight',
  );
  if (special.length === 0) return {};
  return {
    routing_groups: special.map(({ name, route }) => ({
      group_name: `~balance/${name}`,
      models: [name],
      routing_strategy: STRATEGIES[route?.spec.balance ?? 'weight'],
    })),
  };
}

/** Whether LiteLLM counts for a deployment with these parameters. */
export function isLimited(params: Json): boolean {
  return isObject(params) && Object.keys(params).some((key) => /^(rpm|tpm|itpm|otpm)$/.test(key));
}

/**
 * The groups whose only deployment has a rate of its own. Beyond it, LiteLLM (1.106) refuses with a 429 that asks to come again in a minute,
 * does so itself if it may try again, and falls back on nobody meanwhile.
 */
function waitingNames(entries: readonly JsonObject[]): ReadonlySet<unknown> {
  const groups = Map.groupBy(entries, ({ model_name: name }) => name);
  const waiting = [...groups].filter(
    ([, [only, ...more]]) => more.length === 0 && isLimited(only?.['litellm_params'] ?? {}),
  );
  return new Set(waiting.map(([name]) => name));
}

/**
 * Retries by kind of error, for every name that a group has. Names that a pattern matches cannot be listed, so the first pattern's policy is
 * the router's own, and every other group says its own, if only that there are none.
 */
function retryPolicies(groups: readonly Group[], waiting: ReadonlySet<unknown>): JsonObject {
  const first = groups.find(({ name, route }) => isPattern(name) && route?.spec.retry !== undefined);
  const pattern = first && retryPolicy(first, waiting);
  const own = groups
    .filter(({ name }) => !isPattern(name))
    .filter(({ route }) => pattern !== undefined || route?.spec.retry !== undefined)
    .flatMap((group) => [group.name, ...group.aliases].map((each) => [each, retryPolicy(group, waiting)]));
  return {
    ...(pattern === undefined ? {} : { retry_policy: pattern }),
    ...(own.length === 0 ? {} : { model_group_retry_policy: Object.fromEntries(own) }),
  };
}

/** A refused connection is an InternalServerError to LiteLLM, as a 500 is; 502, 504 and 409 have no name and count as default. */
function retryPolicy({ name, route }: Group, waiting: ReadonlySet<unknown>): JsonObject {
  const { attempts = 0, when = [] } = route?.spec.retry ?? {};
  const after = (...kinds: RouteRetry['when']) => (kinds.some((kind) => when.includes(kind)) ? attempts : 0);
  return {
    TimeoutErrorRetries: after('timeout'),
    RateLimitErrorRetries: waiting.has(name) ? 0 : after('rate-limited'),
    InternalServerErrorRetries: after('5xx', 'connect'),
    ServiceUnavailableErrorRetries: after('5xx'),
    DefaultRetries: after('5xx', 'connect', 'conflict'),
    AuthenticationErrorRetries: 0,
    BadRequestErrorRetries: 0,
    ContentPolicyViolationErrorRetries: 0,
    NotFoundErrorRetries: 0,
  };
}

/**
 * The three lists of fallbacks. LiteLLM takes the plain one for errors that a special list does not speak of, so a group in any list is in
 * all of them, with nobody to fall to where the config names nobody.
 */
function fallbacks(groups: readonly Group[]): JsonObject {
  const switches = Map.groupBy(
    groups.filter(({ role }) => role === 'switch'),
    ({ route }) => route,
  );
  const lists = groups
    .filter(({ role, name }) => (role === 'entry' || role === 'overflow') && !isPattern(name))
    .flatMap((group) => listsOf(group, switches.get(group.route) ?? []));
  const filled = lists.filter(({ plain, context, content }) =>
    [plain, context, content].some((list) => list.length > 0),
  );
  if (filled.length === 0) return {};
  return {
    fallbacks: filled.map(({ name, plain }) => ({ [name]: plain })),
    [SPECIAL['context-too-long']]: filled.map(({ name, context }) => ({ [name]: context })),
    [SPECIAL['content-refused']]: filled.map(({ name, content }) => ({ [name]: content })),
  };
}

interface Lists {
  readonly name: string;
  readonly plain: readonly string[];
  readonly context: readonly string[];
  readonly content: readonly string[];
}

function listsOf({ name, aliases, route, overflow }: Group, switches: readonly Group[]): readonly Lists[] {
  const { when = [], tiers = [] } = route?.spec.fallback ?? {};
  const names = tiers.map((_tier, index) => tierName(route?.name ?? '', index + 1));
  const plain = when.some((trigger) => trigger !== 'context-too-long' && trigger !== 'content-refused') ? names : [];
  return [name, ...aliases].map((each) => ({
    name: each,
    plain: [...plain, ...switches.map((group) => group.name)],
    context: [
      ...(overflow[each] === undefined ? [] : [overflow[each]]),
      ...(when.includes('context-too-long') ? names : []),
    ],
    content: when.includes('content-refused') ? names : [],
  }));
}

/** What keeps a conversation or a consumer with one backend. */
function affinity(groups: readonly Group[]): JsonObject {
  const sticky = groups.filter(({ role, route }) => role === 'entry' && affinityOf(route) !== undefined);
  if (sticky.length === 0) return {};
  const times = sticky.flatMap(({ route }) =>
    route?.spec.sticky?.ttl === undefined ? [] : [seconds(route.spec.sticky.ttl)],
  );
  return {
    model_group_affinity_config: Object.fromEntries(
      sticky.flatMap(({ name, aliases, route }) => [name, ...aliases].map((each) => [each, [affinityOf(route) ?? '']])),
    ),
    ...(times.length === 0 ? {} : { deployment_affinity_ttl_seconds: Math.max(...times) }),
  };
}

/** LiteLLM's word for what belongs together; undefined where it has none. */
export function affinityOf(route: Route | undefined): string | undefined {
  const { by, name } = route?.spec.sticky ?? {};
  if (by === 'consumer') return 'deployment_affinity';
  return by === 'session' || (by === 'header' && name !== undefined && isSessionHeader(name))
    ? 'session_affinity'
    : undefined;
}

/** Headers in which LiteLLM 1.106 finds a conversation's id. */
function isSessionHeader(name: string): boolean {
  return /^x-([a-z0-9-]+-)?session-id$/.test(name.toLowerCase());
}

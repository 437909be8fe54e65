// What a route's `match` becomes: header conditions for model requests, path, method and headers for plain ones; and the order of both.
import type { Matcher, RouteMatch } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import {
  type HeaderCondition,
  type HeaderTest,
  headerMatchOf,
  hostTest,
  MODEL_HEADER,
  PATH_HEADER,
  pathTest,
  testOf,
} from './conditions.ts';
import { consumerConditions, identityOf } from './identity.ts';
import { type Order, type OrderedMatch, orderOf } from './order.ts';
import type { RouteView, View } from './view.ts';

/** A request's token has three parts of base64url; an API key that looks the same is taken for one. */
export const TOKEN_CONDITION: HeaderCondition = {
  name: 'authorization',
  test: { kind: 'pattern', pattern: '(?i:bearer) [-_A-Za-z0-9]+\\.[-_A-Za-z0-9]+\\.[-_A-Za-z0-9]*' },
};

/** Where a plain route's path begins. */
export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

/** One alternative of a route, as it is rendered. Model routes have neither path nor method of their own. */
export interface Alternative extends OrderedMatch {
  readonly pathMatch: PathMatch;
  readonly method: string | undefined;
}

const ANY_PATH: PathMatch = { type: 'PathPrefix', value: '/' };

const alternatives = new WeakMap<RouteView, readonly Alternative[]>();

/** The alternatives of a route. None where no request can fulfil any, such as of a model route that asks for GET. */
export function alternativesOf(view: View, route: RouteView): readonly Alternative[] {
  const known = alternatives.get(route) ?? makeAlternatives(view, route);
  alternatives.set(route, known);
  return known;
}

function makeAlternatives(view: View, { route, form }: RouteView): readonly Alternative[] {
  const matches = route.spec.match ?? [{}];
  if (form === 'none') return [];
  return matches.flatMap((match) => (form === 'models' ? modelAlternatives(view, match) : [plainAlternative(match)]));
}

/** Envoy AI Gateway takes model requests with POST alone. */
function modelAlternatives(view: View, match: RouteMatch): readonly Alternative[] {
  if (match.method !== undefined && match.method !== 'POST') return [];
  const consumers = match.consumers === undefined ? [[]] : consumerConditions(view, match.consumers);
  return modelTests(view, match.model).flatMap((test) =>
    consumers.map((who) => ({
      conditions: uniqueByName([
        { name: MODEL_HEADER, test },
        ...condition('host', match.host, hostTest),
        ...condition(PATH_HEADER, match.path, pathTest),
        ...headerConditions(match),
        ...who,
      ]),
      guards: [],
      path: 0,
      pathMatch: ANY_PATH,
      method: undefined,
    })),
  );
}

/** A model of this repo is meant by its aliases too; each name is an exact match of its own, which `/v1/models` lists. */
function modelTests({ config }: View, matcher: Matcher | undefined): readonly HeaderTest[] {
  if (matcher === undefined) return [{ kind: 'present' }];
  if (typeof matcher === 'string') {
    const aliases = config.find('Model', matcher)?.spec.aliases ?? [];
    return [matcher, ...aliases].map((word) => ({ kind: 'words', words: [word] }));
  }
  return [testOf(matcher) ?? { kind: 'present' }];
}

function plainAlternative(match: RouteMatch): Alternative {
  const pathMatch = pathMatchOf(match.path);
  const method = match.method === undefined ? [] : [match.method];
  return {
    conditions: uniqueByName([...condition('host', match.host, hostTest), ...headerConditions(match)]),
    guards: [
      ...(pathMatch === ANY_PATH ? [] : [{ name: ':path', test: guardOf(pathMatch) }]),
      ...method.map((word) => ({ name: ':method', test: { kind: 'words' as const, words: [word] } })),
    ],
    path: pathRank(pathMatch),
    pathMatch,
    method: match.method,
  };
}

/** Gateway API's prefixes end between two elements of a path. */
function pathMatchOf(matcher: Matcher | undefined): PathMatch {
  if (matcher === undefined) return ANY_PATH;
  if (typeof matcher === 'string') return { type: 'Exact', value: matcher };
  if ('prefix' in matcher) return { type: 'PathPrefix', value: matcher.prefix };
  return 'regex' in matcher ? { type: 'RegularExpression', value: matcher.regex } : ANY_PATH;
}

function guardOf({ type, value }: PathMatch): HeaderTest {
  if (type === 'Exact') return { kind: 'words', words: [value] };
  return type === 'PathPrefix' ? { kind: 'prefix', prefix: value } : { kind: 'pattern', pattern: value };
}

/** Exact before pattern before prefix, then by length; `/` counts nothing. */
function pathRank({ type, value }: PathMatch): number {
  const rank = { Exact: 2, RegularExpression: 1, PathPrefix: 0 }[type];
  return rank * 100_000 + (type === 'PathPrefix' && value === '/' ? 0 : value.length);
}

function headerConditions({ headers }: RouteMatch): readonly HeaderCondition[] {
  return Object.entries(headers ?? {}).flatMap(([name, matcher]) => condition(name, matcher, testOf));
}

function condition(
  name: string,
  matcher: Matcher | undefined,
  test: (matcher: Matcher) => HeaderTest | undefined,
): readonly HeaderCondition[] {
  const found = matcher === undefined ? undefined : test(matcher);
  return found === undefined ? [] : [{ name, test: found }];
}

function uniqueByName(conditions: readonly HeaderCondition[]): readonly HeaderCondition[] {
  return [...new Map(conditions.toReversed().map((one) => [one.name, one])).values()].toReversed();
}

/**
 * Whether a plain route would take model requests from the other routes of its gateway: they are told apart by path, before the model is
 * known. Such a route is not rendered.
 */
export function isShadowing(view: View, route: RouteView): boolean {
  return (
    route.form === 'plain' &&
    view.routes.some(({ form }) => form === 'models') &&
    alternativesOf(view, route).some(({ pathMatch: { type, value } }) => type === 'PathPrefix' && value === '/')
  );
}

/** An alternative of a plain route as an HTTPRouteMatch, with the API server's defaults. */
export function plainMatchOf({ conditions, pathMatch, method }: Alternative): JsonObject {
  return {
    path: { ...pathMatch },
    ...(conditions.length === 0 ? {} : { headers: conditions.map(headerMatchOf) }),
    ...(method === undefined ? {} : { method }),
  };
}

/** A gateway whose consumers come with keys and with tokens has two doors, where it is decided which of the two a request is asked for. */
export function hasDoors(view: View): boolean {
  const { keys, tokens } = identityOf(view);
  return keys.length > 0 && tokens.length > 0 && view.routes.some(({ form }) => form === 'models');
}

/** The door for tokens stands before the one for everything else that has a credential. */
export function doorConditions({ gateway }: View): readonly [readonly HeaderCondition[], readonly HeaderCondition[]] {
  return [[TOKEN_CONDITION], [{ name: gateway.spec.apiKeyHeader, test: { kind: 'present' } }]];
}

const orders = new WeakMap<View, Order>();

/**
 * The order of a gateway's routes, then of its doors, then of the answer to a model that no route knows, which Envoy AI Gateway adds to each
 * AIGatewayRoute without any condition.
 */
export function gatewayOrder(view: View): Order {
  const known = orders.get(view);
  if (known !== undefined) return known;
  const bare = (conditions: readonly HeaderCondition[]): OrderedMatch => ({ conditions, guards: [], path: 0 });
  const doors = hasDoors(view) ? doorConditions(view).map((conditions) => ({ matches: [bare(conditions)] })) : [];
  const unknown = view.routes.some(({ form }) => form === 'models') ? [{ matches: [bare([])] }] : [];
  const routes = view.routes.map((route) => ({ matches: isShadowing(view, route) ? [] : alternativesOf(view, route) }));
  const order = orderOf([...routes, ...doors, ...unknown]);
  orders.set(view, order);
  return order;
}

/** The most conditions that had to be added to any match. */
export function mostAdded(view: View): number {
  return gatewayOrder(view).most;
}

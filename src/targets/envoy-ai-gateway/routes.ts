// Model routes: an AIGatewayRoute for each, whose controller makes an HTTPRoute of the same name that policies attach to.
import type { Resource } from '../../config/model.ts';
import type { BodyEdits, HeaderEdits } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { headerMatchOf } from './conditions.ts';
import { gatewayDuration } from './durations.ts';
import { requestCostsOf } from './limits.ts';
import { alternativesOf, gatewayOrder } from './matches.ts';
import { defined, mutationOf, objectOf, targetOf } from './object.ts';
import { addedConditions } from './order.ts';
import { isTranslated, overrideOf } from './upstream.ts';
import { type Answerer, type RouteView, serviceName, type View } from './view.ts';

/** The most alternatives of a rule, and so of the matches that one rule can hold. */
const MOST_MATCHES = 128;

/** How long a request may take where its route does not say; what v1.0 and v1.1 take by themselves, written out. */
const DEFAULT_TOTAL = '60s';

/** The AIGatewayRoutes of a gateway. A route that no request can match, or that nobody answers, has none. */
export function routeObjects(view: View): readonly JsonObject[] {
  return view.routes.flatMap((route, index) => {
    const matches = matchesOf(view, route, index);
    return route.form !== 'models' || matches.length === 0 ? [] : [modelRoute(view, route, matches)];
  });
}

function matchesOf(view: View, route: RouteView, index: number): readonly JsonObject[] {
  const added = gatewayOrder(view).added[index] ?? [];
  return alternativesOf(view, route).map(({ conditions }, number) => ({
    headers: [...conditions, ...addedConditions(added[number] ?? 0)].map(headerMatchOf),
  }));
}

function modelRoute(view: View, route: RouteView, matches: readonly JsonObject[]): JsonObject {
  const rules: JsonObject[] = [];
  for (let from = 0; from < matches.length; from += MOST_MATCHES) {
    const name = from === 0 ? route.name : `${route.name}.${from / MOST_MATCHES + 1}`;
    rules.push(ruleOf(view, route, matches.slice(from, from + MOST_MATCHES), name));
  }
  const costs = requestCostsOf(view, route);
  return objectOf(
    { config: view.config, resource: route.route },
    'AIGatewayRoute',
    route.name,
    defined({
      parentRefs: [targetOf('Gateway', view.nameOf())],
      llmRequestCosts: costs.length === 0 ? undefined : costs,
      rules,
    }),
  );
}

/** Rules have names since v1.1, and a time in which bytes must come. */
function ruleOf(view: View, route: RouteView, matches: readonly JsonObject[], name: string): JsonObject {
  const { timeout } = route.route.spec;
  const first = timeout?.firstToken;
  return defined({
    name: view.isLatest ? name : undefined,
    matches,
    backendRefs: route.answerers.map((answerer) => backendRefOf(view, route.route, answerer)),
    timeouts: { request: timeout?.total === undefined ? DEFAULT_TOTAL : gatewayDuration(timeout.total) },
    streamIdleTimeout: view.isLatest && first !== undefined ? gatewayDuration(first) : undefined,
    modelsOwnedBy: 'Envoy AI Gateway',
  });
}

/** Tiers are priorities, 0 first; weights count within one. */
function backendRefOf(
  view: View,
  { spec }: Resource<'Route'>,
  { model, provider, tier, weight }: Answerer,
): JsonObject {
  return defined({
    name: serviceName(view, model),
    modelNameOverride: overrideOf(model),
    priority: tier,
    weight,
    headerMutation: headerMutation(spec.request?.headers),
    bodyMutation: bodyMutation(spec.request?.body, model, isTranslated(provider)),
  });
}

function headerMutation(edits: HeaderEdits | undefined): JsonObject | undefined {
  const set = Object.entries(edits?.set ?? {}).map(([name, value]) => ({ name, value }));
  return mutationOf(set, edits?.remove ?? []);
}

/** What a route changes wins over what an AIServiceBackend changes, so it leaves alone what the model has fixed or forbidden. */
function bodyMutation(
  edits: BodyEdits | undefined,
  { spec: { parameters } }: Resource<'Model'>,
  isOtherFormat: boolean,
): JsonObject | undefined {
  const decided = new Set([...Object.keys(parameters?.fixed ?? {}), ...(parameters?.forbidden ?? [])]);
  const set = Object.entries(isOtherFormat ? {} : (edits?.set ?? {}))
    .filter(([path]) => !decided.has(path))
    .map(([path, value]) => ({ path, value: JSON.stringify(value) }));
  return mutationOf(
    set,
    (edits?.remove ?? []).filter((path) => !decided.has(path)),
  );
}

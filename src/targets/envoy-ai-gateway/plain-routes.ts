// Routes to servers that speak plain HTTP: an HTTPRoute of Gateway API for each, matched by path, method and headers.
import type { Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { addressOf, backendName } from './backends.ts';
import { gatewayDuration } from './durations.ts';
import { identityHeaders, identityOf } from './identity.ts';
import {
  type Alternative,
  alternativesOf,
  gatewayOrder,
  isShadowing,
  plainMatchOf,
  TOKEN_CONDITION,
} from './matches.ts';
import { defined, mutationOf, objectOf, targetOf } from './object.ts';
import { addedConditions } from './order.ts';
import { fixedSecretOf } from './secrets.ts';
import { allowedOn, policyOf, wayOf } from './security.ts';
import { type Answerer, mirrorOf, type RouteView, type View } from './view.ts';

/** The key under which Envoy Gateway reads the credential that a filter puts into requests. */
export const INJECTED_KEY = 'credential';

/** A route is matched once, so where consumers come with keys and with tokens, it has a lane for each. */
interface Lane {
  readonly name: string;
  readonly way: 'keys' | 'tokens';
}

/** The HTTPRoutes of a route. */
export function lanesOf(view: View, route: RouteView): readonly Lane[] {
  if (route.form !== 'plain' || isShadowing(view, route)) return [];
  const { keys, tokens } = identityOf(view);
  if (keys.length === 0 || tokens.length === 0) return [{ name: route.name, way: wayOf(view) }];
  return [
    { name: view.nameOf(route.route.name, 'tokens'), way: 'tokens' },
    { name: route.name, way: 'keys' },
  ];
}

/** HTTPRoutes with their filters, and who may use them. */
export function plainRouteObjects(view: View): readonly JsonObject[] {
  return view.routes.flatMap((route, index) => {
    const lanes = lanesOf(view, route);
    if (lanes.length === 0) return [];
    return [...filterObjects(view, route), ...lanes.flatMap((lane) => laneObjects(view, route, index, lane))];
  });
}

function laneObjects(view: View, route: RouteView, index: number, lane: Lane): readonly JsonObject[] {
  const added = gatewayOrder(view).added[index] ?? [];
  const rules = alternativesOf(view, route).map((alternative, number) => {
    const own = [...alternative.conditions, ...addedConditions(added[number] ?? 0)];
    const hasTwo = lanesOf(view, route).length > 1;
    const conditions = hasTwo && lane.way === 'tokens' ? [...own, TOKEN_CONDITION] : own;
    return ruleOf(view, route, { ...alternative, conditions }, number);
  });
  const spec = { parentRefs: [targetOf('Gateway', view.nameOf())], rules };
  return [
    objectOf({ config: view.config, resource: route.route }, 'HTTPRoute', lane.name, spec),
    policyOf(view, route, lane.name, allowedOn(view, route), lane.way),
  ];
}

/** Each alternative is a rule of its own, because the path that it replaces is its own. */
function ruleOf(view: View, route: RouteView, alternative: Alternative, number: number): JsonObject {
  const { spec } = route.route;
  const primary = route.answerers.filter(({ tier }) => tier < 2);
  return {
    name:
      number === 0 ? route.route.name.replaceAll('.', '-') : `${route.route.name.replaceAll('.', '-')}-${number + 1}`,
    matches: [plainMatchOf(alternative)],
    filters: [
      ...headerFilters(view, route),
      ...mirrorFilters(view, spec),
      { type: 'ExtensionRef', extensionRef: targetOf('HTTPRouteFilter', filterName(view, route, number)) },
    ],
    backendRefs: primary.map((answerer) => ({
      ...targetOf('Backend', plainBackend(view, answerer)),
      weight: answerer.weight,
    })),
    timeouts: { request: spec.timeout?.total === undefined ? '15s' : gatewayDuration(spec.timeout.total) },
  };
}

/** A backend of the second tier is one that Envoy Gateway calls a fallback. */
function plainBackend(view: View, answerer: Answerer): string {
  return answerer.tier === 0 ? backendName(view, answerer) : backendName(view, answerer, 'fallback');
}

/** What only the gateway needs to know stays there; a client's token too, where no credential takes its place. */
function headerFilters(view: View, { route: { spec }, answerers }: RouteView): readonly JsonObject[] {
  const provided = answerers[0]?.provider.spec.headers ?? {};
  const asked = { ...provided, ...spec.request?.headers?.set };
  const set = Object.entries(asked).map(([name, value]) => ({ name, value }));
  const token = answerers.some(({ provider }) => provider.spec.credential !== undefined) ? [] : ['authorization'];
  const hidden = [...token, ...identityHeaders(view)].filter((name) => !Object.hasOwn(asked, name));
  const request = mutationOf(set, [...new Set([...(spec.request?.headers?.remove ?? []), ...hidden])]);
  const response = mutationOf(responseHeaders(spec), spec.response?.headers?.remove ?? []);
  return [
    ...(request === undefined ? [] : [{ type: 'RequestHeaderModifier', requestHeaderModifier: request }]),
    ...(response === undefined ? [] : [{ type: 'ResponseHeaderModifier', responseHeaderModifier: response }]),
  ];
}

/** Deprecation as in RFC 9745, sunset as in RFC 8594. */
export function responseHeaders({ api, response }: Resource<'Route'>['spec']): readonly JsonObject[] {
  const deprecation = api?.deprecated && { name: 'deprecation', value: `@${Date.parse(api.deprecated) / 1000}` };
  const sunset = api?.sunset && { name: 'sunset', value: new Date(Date.parse(api.sunset)).toUTCString() };
  const set = Object.entries(response?.headers?.set ?? {}).map(([name, value]) => ({ name, value }));
  return [...set, ...(deprecation ? [deprecation] : []), ...(sunset ? [sunset] : [])];
}

function mirrorFilters(view: View, { mirror }: Resource<'Route'>['spec']): readonly JsonObject[] {
  return (mirror ?? []).flatMap(({ model: name, percent }) => {
    const answerer = mirrorOf(view, name);
    if (answerer === undefined) return [];
    const fraction = { numerator: Math.round(percent * 100), denominator: 10_000 };
    return [
      {
        type: 'RequestMirror',
        requestMirror: { backendRef: targetOf('Backend', backendName(view, answerer)), fraction },
      },
    ];
  });
}

function filterName(view: View, { route }: RouteView, number: number): string {
  return number === 0 ? view.nameOf(route.name) : view.nameOf(route.name, String(number + 1));
}

/** What Gateway API has no word for: the backend's own host, the path below its base URL, and its credential. */
function filterObjects(view: View, route: RouteView): readonly JsonObject[] {
  const [first] = route.answerers;
  if (first === undefined) return [];
  const credential = injectionOf(view, first);
  const filters = alternativesOf(view, route).map((alternative, number) => {
    const path = pathRewrite(alternative, route.route.spec, addressOf(view, first).path);
    const urlRewrite = defined({ hostname: { type: 'Backend' }, path });
    const spec = defined({ urlRewrite, credentialInjection: credential?.spec });
    return objectOf(
      { config: view.config, resource: route.route },
      'HTTPRouteFilter',
      filterName(view, route, number),
      spec,
    );
  });
  return [...(credential?.external ?? []), ...filters];
}

function injectionOf(
  { config, nameOf }: View,
  { provider }: Answerer,
): { spec: JsonObject; external: readonly JsonObject[] } | undefined {
  if (provider.spec.credential === undefined) return undefined;
  const secret = fixedSecretOf(config, provider.spec.credential, INJECTED_KEY, nameOf(provider.name, 'credential'));
  if (secret === undefined) return undefined;
  return {
    spec: { overwrite: true, credential: { valueRef: { group: '', kind: 'Secret', name: secret.name } } },
    external: secret.external === undefined ? [] : [secret.external],
  };
}

/** The path prefix that was matched gives way to the route's, below the base URL's own path. */
function pathRewrite(
  { pathMatch }: Alternative,
  { request }: Resource<'Route'>['spec'],
  base: string,
): JsonObject | undefined {
  const { type, value } = pathMatch;
  if (type !== 'PathPrefix') return undefined;
  const matched = value.replace(/\/+$/, '');
  const wanted = `${base}${(request?.rewritePrefix ?? matched).replace(/\/+$/, '')}`;
  if (wanted === matched) return undefined;
  const pattern = `^${matched.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
  return { type: 'ReplaceRegexMatch', replaceRegexMatch: { pattern, substitution: wanted.replaceAll('\\', '\\\\') } };
}

import { exampleRepo } from '../config/example-repo.ts';
import { type MatchScene, matchImplies } from '../config/match.ts';
import { loadWholeMatch, type WholeMatch } from '../config/matcher.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import type { Matcher, RouteMatch } from '../config/schema-types.ts';
import { gatewaysOf, type Named, routesOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { isObject } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const SHORT_CHAT = `---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: short-chat}
spec:
  match: [{model: large, input: {tokens: {max: 500}}}]
  backends: [{name: main, model: small, weight: 100}]
`;

const routeShadowed = defineDiagnostic<{ route: string; gateway: string; earlier: string }>({
  code: 'AIGW2005',
  name: 'route-shadowed',
  severity: 'error',
  summary: 'Routes that stand earlier in the list of a gateway take every request that this one would take.',
  message: ({ route, gateway, earlier }) =>
    `Route ${route} never gets a request in gateway ${gateway}: all that it matches is taken by ${earlier} before it.`,
  help: ({ route, earlier }) =>
    `The first route that matches wins: list ${route} before ${earlier}, let it match something else, or take it out.`,
  examples: {
    bad: exampleRepo(['routes: [chat]', 'routes: [chat, short-chat]']) + SHORT_CHAT,
    good: exampleRepo(['routes: [chat]', 'routes: [short-chat, chat]']) + SHORT_CHAT,
  },
});

type Route = Resource<'Route'>;
type Gateway = Resource<'Gateway'>;

/** One alternative of a route in a gateway's list. */
interface Alternative {
  readonly route: Named<Route>;
  readonly match: RouteMatch;
  /** Which one of the route; undefined for a route without match. */
  readonly index: number | undefined;
}

/** The alternatives seen so far, except those that are themselves taken by others. */
interface Seen {
  /** By the names of the model that they ask for. */
  readonly byModel: Map<string, Alternative[]>;
  /** By the first segment of their path, those that do not ask for one model by its name. */
  readonly byPath: Map<string, Alternative[]>;
  /** All others. */
  readonly open: Alternative[];
}

export const check = defineCheck({
  kinds: [routeShadowed],
  run: async ({ config }) => {
    const whole = await engineFor(config);
    return gatewaysOf(config).flatMap((gateway) => findingsIn(config, gateway, whole));
  },
});

/** The engine of regular expressions where a match has any. */
async function engineFor(config: ResolvedConfig): Promise<WholeMatch> {
  const hasExpression = ({ host, path, model, headers }: RouteMatch) =>
    [host, path, model, ...Object.values(headers ?? {})].some((matcher) => isObject(matcher) && 'regex' in matcher);
  const needed = config.all('Route').some(({ spec }) => spec.match?.some(hasExpression));
  return needed ? loadWholeMatch() : () => undefined;
}

function findingsIn(config: ResolvedConfig, gateway: Gateway, whole: WholeMatch): readonly Diagnostic[] {
  const { consumers, listeners } = gateway.spec;
  const hosts = listeners.flatMap(({ host }) => (host === undefined || host.startsWith('*') ? [] : [host]));
  const scene: MatchScene = {
    consumers,
    hosts: hosts.length === listeners.length ? hosts : undefined,
    namesOf: (model) => [model, ...(config.find('Model', model)?.spec.aliases ?? [])],
    whole,
  };
  const seen: Seen = { byModel: new Map(), byPath: new Map(), open: [] };
  return routesOf(config, gateway).flatMap((route) => {
    const alternatives = alternativesOf(route);
    const takers = alternatives.map((alternative) => takerOf(alternative, seen, scene));
    for (const [index, alternative] of alternatives.entries()) {
      if (takers[index] === undefined) add(seen, alternative, scene);
    }
    const certain = takers.filter((taker) => taker !== undefined);
    return certain.length === takers.length ? [shadowed(gateway, route, certain)] : [];
  });
}

function alternativesOf(route: Named<Route>): readonly Alternative[] {
  const { match } = route.resource.spec;
  if (match === undefined) return [{ route, match: {}, index: undefined }];
  return match.map((alternative, index) => ({ route, match: alternative, index }));
}

/** An earlier alternative that takes all that this one takes. */
function takerOf({ match }: Alternative, seen: Seen, scene: MatchScene): Alternative | undefined {
  const takes = (earlier: Alternative) => matchImplies(match, earlier.match, scene);
  const named = typeof match.model === 'string' ? seen.byModel.get(match.model)?.find(takes) : undefined;
  const segment = firstSegment(match.path);
  const near = named === undefined && segment !== undefined ? seen.byPath.get(segment)?.find(takes) : undefined;
  return named ?? near ?? seen.open.find(takes);
}

function add({ byModel, byPath, open }: Seen, alternative: Alternative, { namesOf }: MatchScene): void {
  const { model, path } = alternative.match;
  const segment = firstSegment(path);
  if (typeof model === 'string') for (const name of namesOf(model)) insert(byModel, name, alternative);
  else if (segment !== undefined) insert(byPath, segment, alternative);
  else open.push(alternative);
}

function insert(index: Map<string, Alternative[]>, key: string, alternative: Alternative): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [alternative]);
  else known.push(alternative);
}

/** What every path that a matcher takes begins with, up to its second slash; undefined where that is not one text. */
function firstSegment(matcher: Matcher | undefined): string | undefined {
  if (typeof matcher === 'object' && !('prefix' in matcher)) return undefined;
  const text = typeof matcher === 'object' ? matcher.prefix : (matcher ?? '');
  return /^\/[^/]+/.exec(text)?.[0];
}

function shadowed(gateway: Gateway, { resource, path }: Named<Route>, takers: readonly Alternative[]): Diagnostic {
  const earlier = new Set(takers.map(({ route }) => route));
  const names = [...earlier].map((route) => route.resource.name).join(' and ');
  const related = [
    ...[...earlier].map((route) => ({
      message: `Route ${route.resource.name} is tried first.`,
      place: gateway.placeOf(route.path),
    })),
    ...[...new Set(takers)].map(({ route, index }) => ({
      message: index === undefined ? 'It takes every request.' : 'It takes these requests.',
      place: route.resource.placeOf(index === undefined ? ['metadata', 'name'] : ['spec', 'match', index]),
    })),
  ];
  const args = { route: resource.name, gateway: gateway.name, earlier: names };
  return raise(routeShadowed, args, gateway.placeOf(path), { related });
}

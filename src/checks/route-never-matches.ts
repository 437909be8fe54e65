import { exampleRepo } from '../config/example-repo.ts';
import { loadWholeMatch, type WholeMatch } from '../config/matcher.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import type { Matcher, RouteMatch } from '../config/schema-types.ts';
import { gatewaysByRoute } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import { formatPath, isObject, type Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const MATCH = '  match: [{model: large}]';

const routeNeverMatches = defineDiagnostic<{ what: string; reason: string; remedy: string }>({
  code: 'AIGW2004',
  name: 'route-never-matches',
  severity: 'error',
  summary: 'A route, or one alternative of its match, can never serve a request.',
  message: ({ what, reason }) => `${what} can never serve a request: ${reason}.`,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([MATCH, `${MATCH}\n  consumers: []`]),
    good: exampleRepo([MATCH, `${MATCH}\n  consumers: [app]`]),
  },
});

type Route = Resource<'Route'>;
type Gateway = Resource<'Gateway'>;

/** Why nothing gets through, where that stands, and what to do. */
interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
  readonly path: Path;
  readonly related?: readonly Related[];
}

interface Scene {
  readonly route: Route;
  /** Those that list the route. */
  readonly gateways: readonly Gateway[];
  readonly whole: WholeMatch;
}

export const check = defineCheck({
  kinds: [routeNeverMatches],
  run: async ({ config }) => {
    const whole = await engineFor(config);
    const gateways = gatewaysByRoute(config);
    return config.all('Route').flatMap((route) => findingsOn({ route, gateways: gateways.get(route) ?? [], whole }));
  },
});

/** The engine of regular expressions where hosts need it. */
async function engineFor(config: ResolvedConfig): Promise<WholeMatch> {
  const needed = config
    .all('Route')
    .some(({ spec }) => spec.match?.some(({ host }) => isObject(host) && 'regex' in host));
  return needed ? loadWholeMatch() : () => undefined;
}

function findingsOn(scene: Scene): readonly Diagnostic[] {
  const { route } = scene;
  const { match = [], consumers } = route.spec;
  const tell = (what: string, { reason, remedy, path, related = [] }: Obstacle) =>
    raise(routeNeverMatches, { what, reason, remedy }, route.placeOf(path), { related });
  const ofRoute = nobody(scene, consumers, ['spec', 'consumers']).map((obstacle) =>
    tell(`Route ${route.name}`, obstacle),
  );
  const ofMatch = match.flatMap((alternative, index) => {
    const what = match.length === 1 ? `Route ${route.name}` : `Alternative ${index + 1} of route ${route.name}`;
    return obstaclesTo(scene, alternative, ['spec', 'match', index]).map((obstacle) => tell(what, obstacle));
  });
  return [...ofRoute, ...ofMatch];
}

function obstaclesTo(scene: Scene, match: RouteMatch, at: Path): readonly Obstacle[] {
  const { input, parameters, host, path } = match;
  const ranges: readonly (readonly [Path, unknown])[] = [
    [['input', 'tokens'], input?.tokens],
    [['input', 'characters'], input?.characters],
    ...Object.entries(parameters ?? {}).map(([name, condition]) => [['parameters', name], condition] as const),
  ];
  const hostPath = [...at, 'host'];
  return [
    ...ranges.flatMap(([below, range]) => emptyRange(below, range, [...at, ...below])),
    ...notAPath(path, [...at, 'path']),
    ...absence('path', path, [...at, 'path']),
    ...absence('host', host, hostPath),
    ...unserved(scene, host, hostPath),
    ...outsiders(scene, match.consumers, [...at, 'consumers']),
  ];
}

function emptyRange(field: Path, range: unknown, path: Path): readonly Obstacle[] {
  const { min, max } = isObject(range) ? range : {};
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
  const reason = `the min of ${formatPath(field)}, ${min}, is above its max, ${max}`;
  return [{ reason, remedy: 'Swap the two, or leave one of them out.', path: [...path, 'min'] }];
}

function notAPath(matcher: Matcher | undefined, path: Path): readonly Obstacle[] {
  const prefix = isObject(matcher) && 'prefix' in matcher ? matcher.prefix : undefined;
  const text = typeof matcher === 'string' ? matcher : prefix;
  if (text === undefined) return [];
  const at = prefix === undefined ? path : [...path, 'prefix'];
  if (!text.startsWith('/')) {
    return [{ reason: `a path begins with /, and ${text} does not`, remedy: `Write /${text}.`, path: at }];
  }
  const [query] = /[?#]/.exec(text) ?? [];
  if (query === undefined) return [];
  const remedy = 'End it before that sign; parameters of the query are no part of the path.';
  return [{ reason: `a path holds no ${query}, and ${text} does`, remedy, path: at }];
}

function absence(field: string, matcher: Matcher | undefined, path: Path): readonly Obstacle[] {
  if (!isObject(matcher) || !('present' in matcher) || matcher['present'] !== false) return [];
  return [{ reason: `every request has a ${field}`, remedy: `Leave ${field} out to match any.`, path }];
}

function unserved({ gateways, whole }: Scene, host: Matcher | undefined, path: Path): readonly Obstacle[] {
  const listeners = gateways.flatMap((gateway) =>
    gateway.spec.listeners.map((listener, index) => ({ gateway, listener, index })),
  );
  if (host === undefined || listeners.length === 0) return [];
  if (listeners.some(({ listener }) => mayServe(listener.host, host, whole))) return [];
  const served = [...new Set(listeners.map(({ listener }) => listener.host))].join(', ');
  const related = listeners.map(({ gateway, listener, index }) => ({
    message: `Gateway ${gateway.name} serves ${listener.host}.`,
    place: gateway.placeOf(['spec', 'listeners', index, 'host']),
  }));
  const reason = `no listener of ${named('gateway', gateways)} serves its host, only ${served}`;
  return [{ reason, remedy: 'Match a host that a listener serves, or add a listener for it.', path, related }];
}

/** Whether a listener may get requests that a matcher takes; true where that is not certain. */
function mayServe(listener: string | undefined, matcher: Matcher, whole: WholeMatch): boolean {
  if (listener === undefined) return true;
  const wildcard = listener.startsWith('*.');
  if (typeof matcher === 'string') {
    const host = matcher.toLowerCase().replace(/:[0-9]+$/, '');
    return wildcard ? host.endsWith(listener.slice(1)) : host === listener;
  }
  if (wildcard || 'present' in matcher) return true;
  if ('prefix' in matcher) return listener.startsWith(matcher.prefix.toLowerCase().replace(/:[0-9]*$/, ''));
  return whole(matcher.regex, listener) !== false || matcher.regex.includes(':');
}

/** A list of consumers of which nobody may use the route. */
function outsiders(scene: Scene, consumers: readonly string[] | undefined, path: Path): readonly Obstacle[] {
  const { route } = scene;
  const allowed = route.spec.consumers;
  if (consumers === undefined || consumers.length === 0 || allowed === undefined) return nobody(scene, consumers, path);
  if (consumers.some((name) => allowed.includes(name))) return nobody(scene, consumers, path);
  return [
    {
      reason: `none of its consumers (${consumers.join(', ')}) may use the route`,
      remedy: "Add them to the route's own consumers, or match consumers that are among those.",
      path,
      related: [{ message: 'These may use the route.', place: route.placeOf(['spec', 'consumers']) }],
    },
  ];
}

/** A list of consumers that is empty, or of which no gateway that uses the route admits any. */
function nobody({ gateways }: Scene, consumers: readonly string[] | undefined, path: Path): readonly Obstacle[] {
  if (consumers === undefined) return [];
  if (consumers.length === 0) {
    return [
      { reason: 'its list of consumers is empty', remedy: 'Name consumers, or leave the list out to allow all.', path },
    ];
  }
  const closed = gateways.filter(({ spec }) => spec.consumers.length > 0);
  if (closed.length === 0 || closed.some(({ spec }) => spec.consumers.some((name) => consumers.includes(name))))
    return [];
  const related = closed.map((gateway) => ({
    message: `Gateway ${gateway.name} admits these.`,
    place: gateway.placeOf(['spec', 'consumers']),
  }));
  const reason = `${named('gateway', closed)} ${closed.length === 1 ? 'admits' : 'admit'} none of its consumers (${consumers.join(', ')})`;
  return [{ reason, remedy: "Add them to the gateway's consumers, or name consumers that it admits.", path, related }];
}

function named(noun: string, resources: readonly Resource[]): string {
  return `${noun}${resources.length === 1 ? '' : 's'} ${resources.map(({ name }) => name).join(' and ')}`;
}

import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, raise, type Severity } from '../diagnostics/diagnostic.ts';
import { valueAt } from '../lib/json.ts';
import { formatDuration, parseDuration } from '../lib/quantity.ts';
import { defineCheck } from './check.ts';

const MATCH = '  match: [{model: large}]';

const timeoutsConflict = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2022',
  name: 'timeouts-conflict',
  severity: 'error',
  summary: 'Times contradict each other, so that one of them never counts.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([MATCH, `${MATCH}\n  timeout: {firstToken: 90s, total: 60s}`]),
    good: exampleRepo([MATCH, `${MATCH}\n  timeout: {firstToken: 10s, total: 60s}`]),
  },
});

type Route = Resource<'Route'>;

/** A time that a resource sets or has by default. */
interface Time {
  readonly field: string;
  readonly text: string;
}

/** Two times, the first of which must be below the second. */
interface Order {
  readonly lower: Time | undefined;
  readonly upper: Time | undefined;
  readonly severity: Severity;
  /** They may be equal. */
  readonly orEqual?: boolean;
}

export const check = defineCheck({
  kinds: [timeoutsConflict],
  run: ({ config }) => [
    ...config.all('Route').flatMap((route) => [...ofRoute(route), ...lateTries(route), ...ofSteps(config, route)]),
    ...config.all('Model').flatMap(ofModel),
  ],
});

function ofRoute(route: Route): readonly Diagnostic[] {
  const { timeout = {}, retry } = route.spec;
  const connect = time('timeout.connect', timeout.connect);
  const firstToken = time('timeout.firstToken', timeout.firstToken);
  const total = time('timeout.total', timeout.total);
  const perTry = time('retry.perTry', retry?.perTry);
  const orders: readonly Order[] = [
    { lower: connect, upper: total, severity: 'error' },
    { lower: firstToken, upper: total, severity: 'error' },
    { lower: time('timeout.idle', timeout.idle), upper: total, severity: 'warning' },
    { lower: connect, upper: firstToken, severity: 'warning' },
    { lower: perTry, upper: total, severity: 'warning', orEqual: true },
    { lower: connect, upper: perTry, severity: 'error' },
    { lower: firstToken, upper: perTry, severity: 'error' },
    {
      lower: time('retry.backoff.initial', retry?.backoff?.initial),
      upper: time('retry.backoff.max', retry?.backoff?.max),
      severity: 'error',
      orEqual: true,
    },
  ];
  return orders.flatMap((order) => outOfOrder(route, order));
}

function ofModel(model: Resource<'Model'>): readonly Diagnostic[] {
  const { interval, timeout } = model.spec.health ?? {};
  const lower = time('health.timeout', timeout);
  return outOfOrder(model, { lower, upper: time('health.interval', interval), severity: 'warning', orEqual: true });
}

function time(field: string, text: string | undefined): Time | undefined {
  return text === undefined ? undefined : { field, text };
}

function outOfOrder(resource: Resource, { lower, upper, severity, orEqual = false }: Order): readonly Diagnostic[] {
  if (lower === undefined || upper === undefined) return [];
  const excess = parseDuration(lower.text) - parseDuration(upper.text);
  if (excess < 0 || (orEqual && excess === 0)) return [];
  const places = [lower, upper].map(({ field }) => ['spec', ...field.split('.')]);
  const written = places.filter((path) => valueAt(resource.written, path) !== undefined);
  const [place = [], ...others] = written;
  const relation = orEqual ? 'above' : 'not below';
  const args = {
    problem: `${lower.field} of ${resource.kind.toLowerCase()} ${resource.name} is ${lower.text}, which is ${relation} ${upper.field} (${upper.text}).`,
    remedy: `Set ${lower.field} below ${upper.text}, or raise ${upper.field}; one that is left out may have a default.`,
  };
  const related = others.map((path) => ({
    message: `${upper.field} is ${upper.text}.`,
    place: resource.placeOf(path),
  }));
  return [raise(timeoutsConflict, args, resource.placeOf(place), { related, severity })];
}

/** Tries that would begin when the time for the whole answer is over. */
function lateTries(route: Route): readonly Diagnostic[] {
  const { retry, timeout } = route.spec;
  if (retry?.perTry === undefined || timeout?.total === undefined) return [];
  const [perTry, total] = [parseDuration(retry.perTry), parseDuration(timeout.total)];
  if (perTry >= total || retry.attempts * perTry < total) return [];
  const spent = formatDuration(retry.attempts * perTry);
  const args = {
    problem: `Route ${route.name} tries again ${retry.attempts} times, and ${retry.attempts} tries of ${retry.perTry} take ${spent}, which leaves the last one nothing of timeout.total, ${timeout.total}.`,
    remedy: 'Lower retry.attempts or retry.perTry, or raise timeout.total.',
  };
  const related = [
    { message: `timeout.total is ${timeout.total}.`, place: route.placeOf(['spec', 'timeout', 'total']) },
  ];
  return [
    raise(timeoutsConflict, args, route.placeOf(['spec', 'retry', 'attempts']), { related, severity: 'warning' }),
  ];
}

/** Steps of chains that may take longer than the route that waits for them. */
function ofSteps(config: ResolvedConfig, route: Route): readonly Diagnostic[] {
  const { timeout, backends = [] } = route.spec;
  const total = timeout?.total;
  if (total === undefined) return [];
  const chains = new Set(
    backends.flatMap(({ chain }) => (chain === undefined ? [] : (config.find('Chain', chain) ?? []))),
  );
  return [...chains].flatMap((chain) =>
    chain.spec.steps.flatMap(({ name, timeout: own }, index) => {
      if (own === undefined || parseDuration(own) <= parseDuration(total)) return [];
      const args = {
        problem: `Step ${name} of chain ${chain.name} may take ${own}, and route ${route.name} waits ${total} in all.`,
        remedy: `Set the timeout of the step below ${total}, or raise timeout.total of the route.`,
      };
      const related = [{ message: `The route waits ${total}.`, place: route.placeOf(['spec', 'timeout', 'total']) }];
      const place = chain.placeOf(['spec', 'steps', index, 'timeout']);
      return [raise(timeoutsConflict, args, place, { related, severity: 'warning' })];
    }),
  );
}

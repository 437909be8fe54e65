// How much may be asked. LiteLLM counts by the minute: for a deployment in its file, for a key or a team in its database.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { Rate } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { parseDuration, parseSize } from '../../lib/quantity.ts';
import type { Scene } from './deployment.ts';
import type { Deployment, Group } from './groups.ts';

/** What may be asked, by the minute; tokens by the day too. */
export interface Allowance {
  readonly requests?: number;
  readonly tokens?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly dailyTokens?: number;
  readonly parallel?: number;
}

type Limit = Resource<'Limit'>;

/** The rate by the minute; undefined for a window longer than a minute, which LiteLLM cannot count. */
export function perMinute({ requests, tokens, per }: Omit<Rate, 'count'>): number | undefined {
  const window = parseDuration(per);
  if (window > 60_000) return undefined;
  return Math.max(1, Math.floor(((requests ?? tokens ?? 0) * 60_000) / window));
}

/** The allowance that rates and a cap on requests in flight make together. */
export function allowanceOf(rates: readonly Rate[], concurrency: number | undefined): Allowance {
  return tightest([...rates.map(rateAllowance), concurrency === undefined ? {} : { parallel: concurrency }]);
}

/** The smallest number of each kind. */
export function tightest(allowances: readonly Allowance[]): Allowance {
  const smallest = new Map<string, number>();
  for (const [name, value] of allowances.flatMap((allowance) => Object.entries(allowance) as [string, number][])) {
    smallest.set(name, Math.min(value, smallest.get(name) ?? value));
  }
  return Object.fromEntries(smallest);
}

/** Whether LiteLLM counts for such a limit: single consumers by their keys, single models by the names that they answer to. */
export function isCounted({ spec: { for: whose } }: Limit): boolean {
  if (whose.each === 'source-ip' || (whose.consumers !== undefined && whose.each !== 'consumer')) return false;
  return whose.models === undefined || whose.each !== 'gateway';
}

/** Limits of a list by name that LiteLLM counts for. */
export function limitsOf(
  config: ResolvedConfig,
  names: readonly string[],
  each: readonly Limit['spec']['for']['each'][],
): readonly Limit[] {
  return names
    .flatMap((name) => config.find('Limit', name) ?? [])
    .filter((limit) => each.includes(limit.spec.for.each) && isCounted(limit));
}

/** The size of a request above which the proxy refuses it: one for all routes, so the largest, and in the enterprise edition only. */
export function largestRequest({ config, gateway }: Pick<Scene, 'config' | 'gateway'>): JsonObject {
  const routes = gateway.spec.routes.flatMap((name) => config.find('Route', name) ?? []);
  const sizes = routes.flatMap(({ spec }) => spec.request?.maxSize ?? []);
  if (gateway.spec.target.edition !== 'enterprise' || sizes.length === 0 || sizes.length < routes.length) return {};
  return { max_request_size_mb: Math.max(1, Math.ceil(Math.max(...sizes.map(parseSize)) / 2 ** 20)) };
}

/** Rates and slots of one deployment: its part of the model's quota, and of limits on its model and route. */
export function rateParams(
  { config, gateway }: Pick<Scene, 'config' | 'gateway'>,
  group: Group,
  deployment: Deployment,
): JsonObject {
  const { model, route } = deployment;
  const part = group.role === 'entry' || group.role === 'overflow' ? (deployment.percent ?? 100) / 100 : 1;
  const names = [...gateway.spec.limits, ...(route?.spec.limits ?? [])];
  const limits = limitsOf(config, names, ['model', 'route']).filter(
    ({ spec }) => spec.for.models?.includes(model.name) ?? true,
  );
  const shared = tightest([
    allowanceOf(model.spec.quota ?? [], undefined),
    ...limits.map(({ spec }) => allowanceOf(spec.allow ?? [], spec.concurrency)),
    allowanceOf([], route?.spec.circuitBreaker?.maxConcurrent),
  ]);
  const { requests, tokens, inputTokens, outputTokens, parallel } = tightest([
    scaled(shared, part),
    allowanceOf([], model.spec.concurrency),
  ]);
  return withoutUndefined({
    rpm: requests,
    tpm: tokens,
    itpm: inputTokens,
    otpm: outputTokens,
    max_parallel_requests: parallel,
  });
}

/** The entries whose value is defined. */
export function withoutUndefined(map: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, JsonObject[string]] => entry[1] !== undefined),
  );
}

function rateAllowance(rate: Rate): Allowance {
  const limit = perMinute(rate);
  if (limit === undefined) return rate.tokens !== undefined && rate.per === '1d' ? { dailyTokens: rate.tokens } : {};
  if (rate.requests !== undefined) return { requests: limit };
  if (rate.count === 'input') return { inputTokens: limit };
  return rate.count === 'output' ? { outputTokens: limit } : { tokens: limit };
}

function scaled(allowance: Allowance, part: number): Allowance {
  return Object.fromEntries(
    Object.entries(allowance).map(([name, value]: [string, number]) => [name, Math.max(1, Math.floor(value * part))]),
  );
}

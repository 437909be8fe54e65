// What requests cost, and how much of it limits let through.
import { parseDuration } from '../lib/quantity.ts';
import type { Held, Holder, MeteredBudget, Metering } from './metering.ts';
import { limitsHeldBy } from './metering.ts';
import type { ResolvedConfig, Resource } from './model.ts';
import { answerTokens } from './prompt-size.ts';
import type { Rate } from './schema-types.ts';

type Model = Resource<'Model'>;
type Limit = Resource<'Limit'>;
type Budget = Resource<'Budget'>;

const million = 1_000_000;

/** True for a model whose price says something. */
export function hasPrice({ spec: { price } }: Model): boolean {
  return price !== undefined && Object.keys(price).some((key) => key !== 'currency');
}

/** What a million tokens cost at most, whatever they are used for. */
function dearestTokens({ spec: { price } }: Model): number {
  const { input = 0, cacheWrite = 0, output = 0, reasoning = 0 } = price ?? {};
  return Math.max(input, cacheWrite, output, reasoning);
}

/** What a million tokens cost at least. */
function cheapestTokens({ spec: { price } }: Model): number {
  const { input = 0, cachedInput = input, output = input } = price ?? {};
  return Math.min(input, cachedInput, output);
}

/** The dearest request that a model can take: a full window, and the longest answer in it. */
export interface LargestRequest {
  readonly model: Model;
  readonly input: number;
  readonly output: number;
  readonly cost: number;
}

/** Undefined where the window is not known, and tokens cost. */
export function largestRequest(model: Model): LargestRequest | undefined {
  const { price, context } = model.spec;
  const fee = price?.request ?? 0;
  if (context === undefined) return dearestTokens(model) > 0 ? undefined : { model, input: 0, output: 0, cost: fee };
  const output = Math.min(answerTokens(model) ?? 0, context.window);
  const input = context.window - output;
  const reading = Math.max(price?.input ?? 0, price?.cacheWrite ?? 0);
  const writing = Math.max(price?.output ?? 0, price?.reasoning ?? 0);
  const mixed = (input * reading + output * writing) / million;
  return mixed * million >= context.window * reading
    ? { model, input, output, cost: mixed + fee }
    : { model, input: context.window, output: 0, cost: (context.window * reading) / million + fee };
}

/** One rate of a limit, seen from a budget. */
export interface Ceiling {
  readonly limit: Held<Limit>;
  readonly rate: Rate;
  /** Which of the limit's rates. */
  readonly index: number;
  /** How many allowances of the limit feed one purse of the budget. */
  readonly allowances: number;
  /** The most money that can be spent in the budget's window; infinite where prices leave it open. */
  readonly most: number;
  /** The least money that one allowance costs in the budget's window, when it is used to the full. */
  readonly least: number;
}

/** What each rate that holds for all that a budget counts says about the money of one purse. */
export function ceilingsOf(
  config: ResolvedConfig,
  metering: Metering,
  { resource: budget, holder, models }: MeteredBudget,
): readonly Ceiling[] {
  const window = parseDuration(budget.spec.limit.per);
  return limitsHeldBy(config, holder).flatMap((limit) => {
    const allowances = coversAll(limit.resource, budget, models)
      ? allowancesOf(limit.resource, budget, holder, metering)
      : undefined;
    if (allowances === undefined) return [];
    return (limit.resource.spec.allow ?? []).map((rate, index): Ceiling => {
      const times = window / parseDuration(rate.per);
      const amount = rate.requests ?? rate.tokens ?? 0;
      // A window of the budget may begin within one of the rate.
      const most = allowances * ((times + 1) * amount + (rate.burst ?? 0)) * dearest(rate, models);
      return { limit, rate, index, allowances, most, least: times * amount * cheapest(rate, models) };
    });
  });
}

/** True where everything that the budget counts is held to the limit. */
function coversAll(
  { spec: { for: held } }: Limit,
  { spec: { for: counted } }: Budget,
  models: readonly Model[],
): boolean {
  const consumers = held.consumers;
  if (consumers !== undefined && counted.consumers?.every((name) => consumers.includes(name)) !== true) return false;
  return held.models === undefined || models.every(({ name }) => held.models?.includes(name));
}

/** Undefined where nobody can say how many there are. */
function allowancesOf(limit: Limit, budget: Budget, holder: Holder, { trafficOf }: Metering): number | undefined {
  const [each, purse] = [limit.spec.for.each, budget.spec.for.each];
  if (each === 'source-ip') return undefined;
  const traffic = trafficOf(holder);
  // Each gateway counts by itself.
  const gateways = Math.max(1, traffic.gateways.length);
  if (each === 'gateway' || each === purse || (each === 'team' && purse === 'consumer')) return gateways;
  const { consumers, routes, models } = traffic;
  if (each === 'consumer') return gateways * consumers.length;
  if (each === 'team') return gateways * new Set(consumers.map(({ spec }) => spec.team)).size;
  return gateways * (each === 'route' ? routes.length : models.length);
}

/** The most that one unit of a rate costs. */
function dearest({ requests, count }: Rate, models: readonly Model[]): number {
  if (requests !== undefined)
    return Math.max(...models.map((model) => largestRequest(model)?.cost ?? Number.POSITIVE_INFINITY));
  const isOpen = models.some(({ spec: { price } }) => {
    const uncounted = { total: 0, input: price?.output ?? 0, output: price?.input ?? 0 }[count];
    return uncounted > 0 || (price?.request ?? 0) > 0;
  });
  return isOpen ? Number.POSITIVE_INFINITY : Math.max(...models.map(dearestTokens)) / million;
}

/** The least that one unit of a rate costs. */
function cheapest({ requests, count }: Rate, models: readonly Model[]): number {
  const prices = models.map((model) => {
    const price = model.spec.price;
    if (requests !== undefined) return price?.request ?? 0;
    return (count === 'output' ? (price?.output ?? 0) : cheapestTokens(model)) / million;
  });
  return Math.min(...prices);
}

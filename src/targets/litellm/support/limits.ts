import type { ResolvedConfig, Resource } from '../../../config/model.ts';
import type { Rate } from '../../../config/schema-types.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { budgetsOf, exceededStatus, isKept } from '../budgets.ts';
import { isCounted, perMinute } from '../limits.ts';
import {
  approximate,
  countsInEachPod,
  dropped,
  EACH_POD,
  elsewhere,
  exact,
  KEYS,
  MONITORING,
  withoutEffect,
} from './answers.ts';

type Limit = Resource<'Limit'>;
type Budget = Resource<'Budget'>;
type Each = Limit['spec']['for']['each'];
type Purse = Budget['spec']['for']['each'];

const ONE_STATUS = 'it has one status for all budgets of consumers, teams and gateways, and that is';
const PROXY = 'for the whole proxy it limits requests in flight alone.';

/** The fields of limits and budgets. */
export const limitSupport: SupportTable = {
  'Limit.for': exact,
  'Limit.for.each': eachSupport,
  'Limit.for.consumers': ({ resource }) =>
    eachOf(resource) === 'consumer'
      ? approximate(`${KEYS}.`)
      : dropped('it counts for single consumers in limits for each consumer alone; this limit is left out.'),
  'Limit.for.models': ({ resource }) =>
    eachOf(resource) === 'gateway'
      ? dropped('for the whole proxy it counts whatever model is asked; this limit is left out.')
      : approximate('it holds for the names of routes all of whose models are among these.'),
  'Limit.allow': allowSupport,
  'Limit.allow.count': countSupport,
  'Limit.allow.burst': dropped('it counts by the minute and knows no bursts.'),
  'Limit.concurrency': concurrencySupport,
  'Limit.exceeded': exact,
  'Limit.exceeded.status': ({ value }) => (value === 429 ? exact : dropped('it answers with 429.')),
  'Limit.exceeded.message': dropped('it answers in its own words.'),

  'Budget.for': exact,
  'Budget.for.each': purseSupport,
  'Budget.for.consumers': ({ resource }) =>
    eachOf(resource) === 'consumer'
      ? approximate(`${KEYS}.`)
      : dropped('it keeps purses of single consumers for each consumer alone; this budget is left out.'),
  'Budget.for.models': ({ resource }) =>
    eachOf(resource) === 'model' || eachOf(resource) === 'route'
      ? approximate('the backends of these models share it by weight.')
      : dropped('the purse of a consumer, a team or the proxy is for all models; this budget is left out.'),
  'Budget.limit': exact,
  'Budget.limit.currency': currencySupport,
  'Budget.limit.per': ({ value }) =>
    String(value).endsWith('y') ? dropped('it knows no window of years; this budget is left out.') : exact,
  'Budget.warn': exact,
  'Budget.warn.percent': warnSupport,
  'Budget.warn.notify': elsewhere(MONITORING),
  'Budget.exceeded': exact,
  'Budget.exceeded.action': actionSupport,
  'Budget.exceeded.model': approximate('it answers after all fallback tiers, for any error that they leave.'),
  'Budget.exceeded.status': statusSupport,
  'Budget.exceeded.message': dropped('it answers in its own words.'),
};

/** LiteLLM's prices and budgets bear no currency. */
export function currencySupport({ value }: SetField): Support {
  return value === 'USD'
    ? elsewhere('its amounts bear no currency, and are called dollars.')
    : approximate('it has no currencies: amounts are counted as they are, and called dollars.');
}

/** The limits that a route names: those of its consumers and teams hold for its names, for which LiteLLM counts by the minute alone. */
export function routeLimits(field: SetField): Support {
  const limits = namesIn(field.value).flatMap((name) => field.config.find('Limit', name) ?? []);
  const coarse = limits
    .filter((limit) => ['consumer', 'team'].includes(eachOf(limit)) && isCounted(limit))
    .filter(
      ({ spec: { allow = [], concurrency } }) => concurrency !== undefined || allow.some(({ per }) => per === '1d'),
    );
  if (coarse.length === 0) return namedLimits(['route', 'model', 'team', 'consumer'], exact)(field);
  const names = coarse.map(({ name }) => name).join(', ');
  return dropped(
    `on single routes it counts requests and tokens of consumers and teams by the minute, no days and no requests in flight; ${names} asks for more.`,
  );
}

/** The limits that a resource names: those that count for others than it can tell apart there do nothing. */
export function namedLimits(whose: readonly Each[], usual: Support): (field: SetField) => Support {
  return ({ config, value }) => {
    const limits = namesIn(value).flatMap((name) => config.find('Limit', name) ?? []);
    const idle = limits.filter((limit) => !isCounted(limit) || !countsAnything(limit));
    const misplaced = limits.filter((limit) => !idle.includes(limit) && !whose.includes(eachOf(limit)));
    return named(misplaced, idle, 'counts', whose) ?? usual;
  };
}

/** The budgets that a resource names; of several for one purse LiteLLM keeps the tightest, but for keys and teams. */
export function namedBudgets(whose: readonly Each[], usual: Support): (field: SetField) => Support {
  return ({ config, value }) => {
    const names = namesIn(value);
    const budgets = names.flatMap((name) => config.find('Budget', name) ?? []);
    const idle = budgets.filter((budget) => !isKept(budget));
    const misplaced = budgets.filter((budget) => !idle.includes(budget) && !whose.includes(eachOf(budget)));
    const purses: readonly Purse[][] = [['gateway'], ['model', 'route']];
    const looser = purses.flatMap((purse) =>
      looserOf(
        config,
        names,
        purse.filter((each) => whose.includes(each)),
      ),
    );
    if (misplaced.length === 0 && looser.length > 0)
      return dropped(`of several budgets for one purse it keeps the tightest; left out: ${looser.join(', ')}.`);
    return named(misplaced, idle, 'keeps purses', whose) ?? usual;
  };
}

/** Budgets that a tighter one of another window leaves no purse for. */
function looserOf(config: ResolvedConfig, names: readonly string[], purse: readonly Purse[]): readonly string[] {
  return budgetsOf(config, names, purse)
    .filter(({ spec }, index, all) =>
      all.some((tighter, at) => at < index && sharesPurse(tighter.spec.for, spec.for) && !follows(tighter, spec)),
    )
    .map(({ name }) => name);
}

/** Whether two budgets might be for the same deployment. */
function sharesPurse(one: Budget['spec']['for'], other: Budget['spec']['for']): boolean {
  if (one.models === undefined || other.models === undefined) return true;
  return one.models.some((model) => other.models?.includes(model));
}

/** Whether whoever keeps to the tighter budget keeps to the other by that. */
function follows({ spec }: Budget, looser: Budget['spec']): boolean {
  return spec.limit.per === looser.limit.per && JSON.stringify(spec.for) === JSON.stringify(looser.for);
}

function named(
  misplaced: readonly (Limit | Budget)[],
  idle: readonly (Limit | Budget)[],
  verb: string,
  whose: readonly Each[],
): Support | undefined {
  if (misplaced.length > 0) {
    const names = misplaced.map(({ name, spec }) => `${name} is for each ${spec.for.each}`);
    return dropped(`here it ${verb} for each ${whose.join(' or ')} alone; ${names.join(', ')}.`);
  }
  return idle.length === 0 ? undefined : withoutEffect(`it leaves out ${idle.map(({ name }) => name).join(', ')}`);
}

function namesIn(value: SetField['value']): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function eachOf(resource: Pick<Resource, 'spec'>): Each {
  return (resource as Limit).spec.for.each;
}

function countsAnything(limit: Limit): boolean {
  const { allow = [], concurrency } = limit.spec;
  return concurrency !== undefined || (eachOf(limit) !== 'gateway' && allow.some((rate) => isRateCounted(limit, rate)));
}

/** Tokens by the day are counted for whole keys and teams, other rates by the minute. */
function isRateCounted(limit: Limit, rate: Rate): boolean {
  if (perMinute(rate) !== undefined) return true;
  const whole = ['consumer', 'team'].includes(eachOf(limit)) && limit.spec.for.models === undefined;
  return whole && rate.tokens !== undefined && rate.per === '1d';
}

function eachSupport(field: SetField): Support {
  const { spec } = field.resource as Limit;
  const pods = countsInEachPod(field) ? ` Besides, ${EACH_POD}.` : '';
  switch (spec.for.each) {
    case 'source-ip':
      return dropped('it does not count by address; this limit is left out.');
    case 'gateway':
      return spec.concurrency === undefined ? dropped(PROXY) : exact;
    case 'model':
    case 'route':
      return approximate(`split among a route's backends by weight; each fallback tier counts for itself.${pods}`);
    case 'consumer':
    case 'team':
      return approximate(`${KEYS}.${pods}`);
  }
}

function allowSupport({ resource }: SetField): Support {
  const limit = resource as Limit;
  const rates = limit.spec.allow ?? [];
  if (eachOf(limit) === 'gateway')
    return limit.spec.concurrency === undefined ? withoutEffect(PROXY.slice(0, -1)) : dropped(PROXY);
  if (eachOf(limit) === 'source-ip') return withoutEffect('it does not count by address');
  if (!rates.every((rate) => isRateCounted(limit, rate)))
    return dropped('it counts by the minute, and tokens of a key or team by the day too; a longer window is left out.');
  return rates.every(({ per }) => per === '1m' || per === '1d') ? exact : approximate('counted by the minute.');
}

function countSupport({ resource, value }: SetField): Support {
  const each = eachOf(resource);
  if (value === 'total' || each === 'model' || each === 'route') return exact;
  return approximate('for keys and teams it counts input and output together.');
}

function concurrencySupport({ resource }: SetField): Support {
  const each = eachOf(resource);
  if (each === 'consumer') return approximate(`${KEYS}.`);
  if (each === 'team') return dropped('it limits requests in flight for keys, not for teams.');
  return each === 'gateway'
    ? exact
    : approximate('split among the backends by weight, and each pod has as many for itself.');
}

function purseSupport(field: SetField): Support {
  const each = eachOf(field.resource);
  const pods = countsInEachPod(field) ? ` Besides, ${EACH_POD}.` : '';
  if (each === 'model' || each === 'route') {
    return approximate(
      `split among a route's backends by weight; each fallback tier has the whole amount for itself.${pods}`,
    );
  }
  return each === 'gateway'
    ? approximate("the spending of all keys is added up in LiteLLM's database.")
    : approximate(`${KEYS}.`);
}

function warnSupport({ resource, value }: SetField): Support {
  const each = eachOf(resource);
  if (each !== 'consumer' && each !== 'team') return elsewhere(MONITORING);
  return value === 100 ? dropped('it warns below the whole amount alone.') : approximate(`${KEYS}.`);
}

function actionSupport({ resource, value }: SetField): Support {
  const each = eachOf(resource);
  if (value === 'alert') return elsewhere(MONITORING);
  if (value === 'refuse') return exact;
  return each === 'model' || each === 'route'
    ? approximate('when the purse of every backend is empty, the request falls back.')
    : dropped(
        "it switches to another model when a backend's purse is empty, not when that of a key, a team or the whole proxy is.",
      );
}

function statusSupport({ config, gateway, resource, value }: SetField): Support {
  const each = eachOf(resource);
  if (each === 'model' || each === 'route') return value === 429 ? exact : dropped('it answers with 429.');
  const status = exceededStatus({ config, gateway });
  return value === status ? exact : dropped(`${ONE_STATUS} ${status}.`);
}

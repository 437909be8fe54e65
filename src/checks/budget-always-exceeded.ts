import { exampleBudget } from '../config/example-repo.ts';
import { type MeteredBudget, type Metering, meteredBudgets, meteringOf } from '../config/metering.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { ceilingsOf, hasPrice, largestRequest } from '../config/spending.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import { moneyText, numberText } from '../lib/number-text.ts';
import { formatDuration, parseDuration } from '../lib/quantity.ts';
import { defineCheck } from './check.ts';

const budgetAlwaysExceeded = defineDiagnostic<{ budget: Resource<'Budget'>; reason: string }>({
  code: 'AIGW2051',
  name: 'budget-always-exceeded',
  severity: 'warning',
  summary: 'A budget is so small that one request, or a moment at the allowed rate, spends it.',
  message: ({ budget, reason }) => {
    const { amount, currency, per } = budget.spec.limit;
    return `Budget ${budget.name} of ${moneyText(amount, currency)} per ${per} is spent at once: ${reason}.`;
  },
  help: () =>
    'Raise the amount or shorten its window, lower the limits, or bound the length of answers with parameters.fixed.max_tokens; check the unit of prices, which are per million tokens.',
  examples: {
    bad: exampleBudget('for: {each: gateway}\nlimit: {amount: 0.2, currency: USD, per: 1mo}'),
    good: exampleBudget('for: {each: gateway}\nlimit: {amount: 200, currency: USD, per: 1mo}'),
  },
});

/** A budget that lasts for less than this part of its window at the allowed rate is taken for a slip of units. */
const tooShort = 1 / 1000;

export const check = defineCheck({
  kinds: [budgetAlwaysExceeded],
  run: ({ config }) => {
    const metering = meteringOf(config);
    return meteredBudgets(config, metering).flatMap((held) => findingsOf(config, metering, held));
  },
});

function findingsOf(config: ResolvedConfig, metering: Metering, held: MeteredBudget): readonly Diagnostic[] {
  const { resource: budget } = held;
  const { currency } = budget.spec.limit;
  const models = held.models.filter((model) => hasPrice(model) && model.spec.price?.currency === currency);
  if (models.length === 0) return [];
  const place = budget.placeOf(['spec', 'limit', 'amount']);
  return (
    byEveryRequest(budget, models, place) ??
    byOneRequest(budget, models, place) ??
    byRate(config, metering, { ...held, models })
  );
}

type Place = ReturnType<Resource['placeOf']>;

function byEveryRequest(budget: Resource<'Budget'>, models: readonly Resource<'Model'>[], place: Place) {
  const { amount, currency } = budget.spec.limit;
  const fee = Math.min(...models.map(({ spec }) => spec.price?.request ?? 0));
  if (fee <= amount) return undefined;
  const reason = `every request costs at least ${moneyText(fee, currency)}`;
  return [raise(budgetAlwaysExceeded, { budget, reason }, place, { severity: 'error' })];
}

function byOneRequest(budget: Resource<'Budget'>, models: readonly Resource<'Model'>[], place: Place) {
  const { amount, currency } = budget.spec.limit;
  const requests = models.flatMap((model) => largestRequest(model) ?? []);
  const largest = requests.toSorted((a, b) => b.cost - a.cost)[0];
  if (largest === undefined || largest.cost <= amount) return undefined;
  const { model, input, output, cost } = largest;
  const parts = [`${numberText(input)} tokens read`, ...(output > 0 ? [`${numberText(output)} written`] : [])];
  const reason = `one request that fills the window of model ${model.name} costs ${moneyText(cost, currency)} (${parts.join(', ')})`;
  const related = [{ message: `The price of ${model.name}.`, place: model.placeOf(['spec', 'price']) }];
  return [raise(budgetAlwaysExceeded, { budget, reason }, place, { related })];
}

function byRate(config: ResolvedConfig, metering: Metering, held: MeteredBudget): readonly Diagnostic[] {
  const { resource: budget, holder } = held;
  const { amount, currency, per } = budget.spec.limit;
  const rates = ceilingsOf(config, metering, held).filter(({ rate }) => rate.tokens !== undefined);
  const lowest = rates.toSorted((a, b) => a.least - b.least)[0];
  if (lowest === undefined || lowest.least * tooShort <= amount) return [];
  const { limit, rate, index, least } = lowest;
  const time = aboutDuration((parseDuration(per) * amount) / least);
  const reason = `limit ${limit.resource.name} allows ${numberText(rate.tokens ?? 0)} tokens per ${rate.per}, which even at the lowest price (${moneyText(least, currency)} per ${per}) use it up in ${time}`;
  const related: Related[] = [
    { message: `What limit ${limit.resource.name} allows.`, place: limit.resource.placeOf(['spec', 'allow', index]) },
    { message: 'Limit and budget hold together here.', place: holder.placeOf(held.path) },
  ];
  return [raise(budgetAlwaysExceeded, { budget, reason }, budget.placeOf(['spec', 'limit', 'amount']), { related })];
}

/** In whole minutes, or in seconds where it is less than a few minutes. */
function aboutDuration(milliseconds: number): string {
  const step = milliseconds < 180_000 ? 1000 : 60_000;
  return formatDuration(Math.max(step, Math.round(milliseconds / step) * step));
}

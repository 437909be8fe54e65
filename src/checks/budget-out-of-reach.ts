import { exampleBudget } from '../config/example-repo.ts';
import { type MeteredBudget, type Metering, meteredBudgets, meteringOf } from '../config/metering.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { type Ceiling, ceilingsOf, hasPrice } from '../config/spending.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { moneyText, numberText } from '../lib/number-text.ts';
import { defineCheck } from './check.ts';

const TOKENS = ['allow: [{requests: 600, per: 1m}]', 'allow: [{tokens: 1000, per: 1m}]'] as const;

const budgetOutOfReach = defineDiagnostic<{ budget: Resource<'Budget'>; ceiling: Ceiling }>({
  code: 'AIGW2050',
  name: 'budget-out-of-reach',
  severity: 'info',
  summary: 'The limits let so little through that a budget can never be spent.',
  message: ({ budget, ceiling: { limit, rate, allowances, most } }) => {
    const { amount, currency, per } = budget.spec.limit;
    const what =
      rate.requests === undefined ? `${numberText(rate.tokens ?? 0)} tokens` : `${numberText(rate.requests)} requests`;
    const users = allowances > 1 ? ` to each of ${numberText(allowances)} users of limit` : ' by limit';
    return `Budget ${budget.name} of ${moneyText(amount, currency)} per ${per} can never be spent: ${what} per ${rate.per}, allowed${users} ${limit.resource.name}, cost at most ${moneyText(most, currency)} in that time.`;
  },
  help: () =>
    'Lower the amount to what should alarm somebody, or raise the limit if it is too tight; check the unit of both.',
  examples: {
    bad: exampleBudget('for: {each: gateway}\nlimit: {amount: 500, currency: USD, per: 1mo}', TOKENS),
    good: exampleBudget('for: {each: gateway}\nlimit: {amount: 100, currency: USD, per: 1mo}', TOKENS),
  },
});

export const check = defineCheck({
  kinds: [budgetOutOfReach],
  run: ({ config }) => {
    const metering = meteringOf(config);
    return meteredBudgets(config, metering).flatMap((held) => findingsOf(config, metering, held));
  },
});

function findingsOf(config: ResolvedConfig, metering: Metering, held: MeteredBudget): readonly Diagnostic[] {
  const { resource: budget, holder, models } = held;
  // Where a price is missing, or in another currency, nothing can be said.
  const { amount, currency } = budget.spec.limit;
  if (!models.some(hasPrice) || models.some(({ spec }) => spec.price?.currency !== currency)) return [];
  const [lowest] = ceilingsOf(config, metering, held).toSorted((a, b) => a.most - b.most);
  if (lowest === undefined || lowest.most >= amount) return [];
  const { limit, index } = lowest;
  const related = [
    { message: `What limit ${limit.resource.name} allows.`, place: limit.resource.placeOf(['spec', 'allow', index]) },
    { message: 'Limit and budget hold together here.', place: holder.placeOf(held.path) },
  ];
  const place = budget.placeOf(['spec', 'limit', 'amount']);
  return [raise(budgetOutOfReach, { budget, ceiling: lowest }, place, { related })];
}

import { exampleBudget } from '../config/example-repo.ts';
import { type MeteredBudget, meteredBudgets, meteringOf } from '../config/metering.ts';
import type { Resource } from '../config/model.ts';
import { hasPrice } from '../config/spending.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const currencyDiffers = defineDiagnostic<{
  budget: Resource<'Budget'>;
  models: readonly string[];
  currency: string;
}>({
  code: 'AIGW2053',
  name: 'currency-differs',
  severity: 'error',
  summary: 'A budget counts models whose prices are in another currency.',
  message: ({ budget, models, currency }) => {
    const [first, ...others] = models;
    const more = others.length === 0 ? '' : ` and of ${others.length} more`;
    return `Budget ${budget.name} is in ${budget.spec.limit.currency}, but the price of model ${first}${more} is in ${currency}; currencies are never converted.`;
  },
  help: ({ budget, currency }) =>
    `Write the prices in ${budget.spec.limit.currency} or the budget in ${currency}; where both currencies are needed, give each a budget of its own with for.models.`,
  examples: {
    bad: exampleBudget('for: {each: gateway}\nlimit: {amount: 500, currency: EUR, per: 1mo}'),
    good: exampleBudget('for: {each: gateway}\nlimit: {amount: 500, currency: USD, per: 1mo}'),
  },
});

export const check = defineCheck({
  kinds: [currencyDiffers],
  run: ({ config }) => meteredBudgets(config, meteringOf(config)).flatMap(findingsOf),
});

/** Where most prices agree with the budget, the others are at fault, each on its own; else the budget is. */
function findingsOf({ resource: budget, holder, path, models: counted }: MeteredBudget): readonly Diagnostic[] {
  const own = budget.spec.limit.currency;
  const models = counted.filter(hasPrice);
  const others = models.filter(({ spec }) => spec.price?.currency !== own);
  const held = { message: 'The budget holds here.', place: holder.placeOf(path) };
  if (others.length * 2 < models.length) {
    return others.map((model) => {
      const args = { budget, models: [model.name], currency: model.spec.price?.currency ?? '' };
      const related = [
        { message: "The budget's currency.", place: budget.placeOf(['spec', 'limit', 'currency']) },
        held,
      ];
      return raise(currencyDiffers, args, model.placeOf(['spec', 'price', 'currency']), { related });
    });
  }
  const groups = Map.groupBy(others, ({ spec }) => spec.price?.currency ?? '');
  return [...groups].map(([currency, group]) => {
    const related = group.slice(0, 3).map((model) => ({
      message: `The price of ${model.name}.`,
      place: model.placeOf(['spec', 'price', 'currency']),
    }));
    const args = { budget, models: group.map(({ name }) => name), currency };
    return raise(currencyDiffers, args, budget.placeOf(['spec', 'limit', 'currency']), { related: [...related, held] });
  });
}

import { exampleBudget } from '../config/example-repo.ts';
import { meteredBudgets, meteringOf } from '../config/metering.ts';
import type { Resource } from '../config/model.ts';
import { hasPrice } from '../config/spending.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const budgetWithoutPrice = defineDiagnostic<{ model: string; budget: string; lacks: string }>({
  code: 'AIGW2052',
  name: 'budget-without-price',
  severity: 'warning',
  summary: 'A budget counts requests to a model whose price is not known, so they count as free.',
  message: ({ model, budget, lacks }) =>
    `Model ${model} has no price${lacks}, so budget ${budget} does not count what it costs.`,
  help: ({ model }) =>
    `Add spec.price to ${model}, per million tokens or per request (0 where it is free), or leave the model out with the budget's for.models.`,
  examples: {
    bad: exampleBudget('for: {each: gateway}\nlimit: {amount: 500, currency: USD, per: 1mo}', [
      '  price: {currency: USD, input: 0.25, output: 2}\n',
      '',
    ]),
    good: exampleBudget('for: {each: gateway}\nlimit: {amount: 500, currency: USD, per: 1mo}'),
  },
});

export const check = defineCheck({
  kinds: [budgetWithoutPrice],
  run: ({ config }) => {
    return meteredBudgets(config, meteringOf(config)).flatMap(({ resource: budget, holder, path, models }) =>
      models.flatMap((model): readonly Diagnostic[] => {
        const lacks = lackOf(model);
        if (lacks === undefined) return [];
        const place = model.placeOf(model.spec.price === undefined ? ['metadata', 'name'] : ['spec', 'price']);
        const related = [{ message: 'The budget holds here.', place: holder.placeOf(path) }];
        return [raise(budgetWithoutPrice, { model: model.name, budget: budget.name, lacks }, place, { related })];
      }),
    );
  },
});

/** What the price does not say; undefined where it says enough. */
function lackOf(model: Resource<'Model'>): string | undefined {
  if (!hasPrice(model)) return '';
  const { input, output, request } = model.spec.price ?? {};
  if (request !== undefined || !model.spec.capabilities.some((one) => one === 'chat' || one === 'completion'))
    return undefined;
  if (input === undefined) return ' for input';
  return output === undefined ? ' for output' : undefined;
}

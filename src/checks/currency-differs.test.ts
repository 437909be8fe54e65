import { expect, test } from 'vitest';
import { exampleBudget } from '../config/example-repo.ts';
import { check } from './currency-differs.ts';
import { trial } from './trial.ts';

const budget = (currency: string) => `for: {each: gateway}\nlimit: {amount: 500, currency: ${currency}, per: 1mo}`;
const third = `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: third}
spec: {provider: openai, price: {currency: CHF, input: 1, output: 2}}
`;
const withThird = ['tiers: [[{model: small}]]', 'tiers: [[{model: small}], [{model: third}]]'] as const;

test('a model whose price differs from the others is at fault', async () => {
  const found = await trial(check, exampleBudget(budget('USD'), withThird) + third);
  expect(found).toMatchObject([
    { severity: 'error', at: 'CHF', related: ["USD: The budget's currency.", 'spending: The budget holds here.'] },
  ]);
});

test('a budget whose currency differs from most prices is at fault, once for each other currency', async () => {
  const found = await trial(check, exampleBudget(budget('EUR'), withThird) + third);
  expect(
    found.map(({ at, message }) => [at, /model (\w+)( and of \d more)? is in (\w+)/.exec(message)?.slice(1)]),
  ).toEqual([
    ['EUR', ['large', ' and of 1 more', 'USD']],
    ['EUR', ['third', undefined, 'CHF']],
  ]);
});

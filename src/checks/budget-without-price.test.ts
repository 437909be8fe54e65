import { expect, test } from 'vitest';
import { exampleBudget } from '../config/example-repo.ts';
import { check } from './budget-without-price.ts';
import { trial } from './trial.ts';

const BUDGET = 'for: {each: gateway}\nlimit: {amount: 500, currency: USD, per: 1mo}';
const price = (text: string) => ['  price: {currency: USD, input: 0.25, output: 2}\n', text] as const;

test.each([
  ['', 'small'],
  ['  price: {currency: USD}\n', '{currency: USD}'],
  ['  price: {currency: USD, input: 1}\n', '{currency: USD, input: 1}'],
  ['  price: {currency: USD, output: 1}\n', '{currency: USD, output: 1}'],
])('the price %j says too little', async (text, at) => {
  expect(await trial(check, exampleBudget(BUDGET, price(text)))).toMatchObject([{ severity: 'warning', at }]);
});

test.each(['{currency: USD, input: 0, output: 0}', '{currency: USD, request: 0.01}'])(
  'the price %s suffices',
  async (text) => {
    expect(await trial(check, exampleBudget(BUDGET, price(`  price: ${text}\n`)))).toEqual([]);
  },
);

test('models that no budget counts need no price', async () => {
  expect(await trial(check, exampleBudget(BUDGET.replace('gateway}', 'gateway, models: [large]}'), price('')))).toEqual(
    [],
  );
});

test.each([
  ['route', ['  backends:', '  budgets: [spending]\n  backends:']],
  ['consumer', ['  models: [large, small]', '  models: [large, small]\n  budgets: [spending]']],
  ['team', ['  models: [large, small]', '  models: [large, small]\n  team: buyers']],
] as const)('a budget of a %s counts too', async (_, edit) => {
  const team =
    '---\napiVersion: aigw.dev/v1alpha1\nkind: Team\nmetadata: {name: buyers}\nspec: {budgets: [spending]}\n';
  const repo = exampleBudget(BUDGET, price(''), edit, ['  budgets: [spending]\n', '']);
  expect(await trial(check, repo.replace('  budgets: [spending]---', '---') + team)).toMatchObject([{ at: 'small' }]);
});

test('a consumer pays for no model that it may not use', async () => {
  const repo = exampleBudget(BUDGET, price(''), ['  models: [large, small]', '  models: [large]']);
  const held = repo
    .replace('  budgets: [spending]\n', '')
    .replace('  models: [large]', '  models: [large]\n  budgets: [spending]');
  expect(await trial(check, held)).toEqual([]);
});

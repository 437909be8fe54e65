import { expect, test } from 'vitest';
import { exampleBudget } from '../config/example-repo.ts';
import { check } from './budget-always-exceeded.ts';
import { trial } from './trial.ts';

const budget = (amount: number) => `for: {each: gateway}\nlimit: {amount: ${amount}, currency: USD, per: 1mo}`;

test('one request that fills the window may cost more than the budget', async () => {
  expect(await trial(check, exampleBudget(budget(0.3)))).toEqual([]);
  const [found] = await trial(check, exampleBudget(budget(0.29)));
  expect(found).toMatchObject({ severity: 'warning', at: '0.29' });
  expect(found?.message).toContain('costs 0.3 USD (112,000 tokens read, 16,000 written)');
});

test('a fixed length of answers makes requests cheaper', async () => {
  const fixed = [
    '  price: {currency: USD, input: 1.25',
    '  parameters: {fixed: {max_tokens: 1000}}\n  price: {currency: USD, input: 1.25',
  ] as const;
  expect(await trial(check, exampleBudget(budget(0.2), fixed))).toEqual([]);
});

test('no request at all may fit', async () => {
  const fees = [
    ['price: {currency: USD, input: 1.25', 'price: {currency: USD, request: 2, input: 1.25'],
    ['price: {currency: USD, input: 0.25', 'price: {currency: USD, request: 3, input: 0.25'],
  ] as const;
  const [found] = await trial(check, exampleBudget(budget(1), ...fees));
  expect(found).toMatchObject({ severity: 'error', at: '1' });
  expect(found?.message).toContain('every request costs at least 2 USD');
});

test('a moment at the allowed rate may spend it', async () => {
  // 0.25 USD per million tokens: 10 million a minute cost 108,000 USD in 30 days
  const limit = ['{requests: 600, per: 1m}', '{tokens: 10000000, per: 1m}'] as const;
  expect(await trial(check, exampleBudget(budget(108), limit))).toEqual([]);
  const [found] = await trial(check, exampleBudget(budget(100), limit));
  expect(found).toMatchObject({ severity: 'warning', at: '100' });
  expect(found?.message).toContain('use it up in 40m');
  const free = ['price: {currency: USD, input: 0.25, output: 2}', 'price: {currency: USD, input: 0}'] as const;
  expect(await trial(check, exampleBudget(budget(100), limit, free))).toEqual([]);
});

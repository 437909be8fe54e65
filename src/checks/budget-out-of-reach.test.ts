import { expect, test } from 'vitest';
import { exampleBudget } from '../config/example-repo.ts';
import { check } from './budget-out-of-reach.ts';
import { trial } from './trial.ts';

const GATEWAY = 'for: {each: gateway}\nlimit: {amount: 500, currency: USD, per: 1mo}';
const allow = (rates: string, each = 'consumer') =>
  ['for: {each: consumer}\n  allow: [{requests: 600, per: 1m}]', `for: {each: ${each}}\n  allow: [${rates}]`] as const;

test.each([
  // 43,200 minutes and one more, at 10 USD per million tokens
  ['{tokens: 1157, per: 1m}', '499.84 USD'],
  ['{tokens: 100, per: 1m, burst: 1000}', '43.21 USD'],
  // a full window of large: 112,000 read and 16,000 written cost 0.30 USD
  ['{requests: 2, per: 1h}', '432.6 USD'],
])('at %s, no more than %s can be spent', async (rates, most) => {
  const [found] = await trial(check, exampleBudget(GATEWAY, allow(rates)));
  expect(found).toMatchObject({ severity: 'info', at: '500' });
  expect(found?.message).toContain(`cost at most ${most}`);
});

test.each([
  ['{tokens: 1158, per: 1m}', 'consumer'],
  ['{requests: 3, per: 1h}', 'consumer'],
  ['{tokens: 100, per: 1m, count: input}', 'consumer'],
  ['{tokens: 100, per: 1m}', 'source-ip'],
])('at %s for each %s, the budget can be spent', async (rates, each) => {
  expect(await trial(check, exampleBudget(GATEWAY, allow(rates, each)))).toEqual([]);
});

test('each consumer adds its own allowance to a purse of all', async () => {
  const limit = allow('{tokens: 1000, per: 1m}');
  const second = ['consumers: [app]', 'consumers: [app, other]'] as const;
  const other = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: other}
spec: {auth: [{name: key, apiKey: {env: OTHER_KEY}}], models: [large]}
`;
  expect(await trial(check, exampleBudget(GATEWAY, limit))).toHaveLength(1);
  expect(await trial(check, exampleBudget(GATEWAY, limit, second) + other)).toEqual([]);
  const each = exampleBudget(GATEWAY.replace('gateway', 'consumer'), limit, second) + other;
  expect(await trial(check, each)).toHaveLength(1);
});

test('a limit on some of the traffic, or a missing price, leaves the budget open', async () => {
  const some = exampleBudget(
    GATEWAY,
    ['for: {each: consumer}', 'for: {each: consumer, models: [small]}'],
    ['{requests: 600, per: 1m}', '{tokens: 10, per: 1m}'],
  );
  expect(await trial(check, some)).toEqual([]);
  const same = some.replace('for: {each: gateway}', 'for: {each: gateway, models: [small]}');
  expect(await trial(check, same)).toHaveLength(1);
  const unpriced = exampleBudget(GATEWAY, allow('{tokens: 10, per: 1m}'), [
    '  price: {currency: USD, input: 0.25, output: 2}\n',
    '',
  ]);
  expect(await trial(check, unpriced)).toEqual([]);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unlimited.ts';

type Edit = readonly [string, string];

const FREE: Edit = ['  limits: [fair-share]\n', ''];
const MATCH = '  match: [{model: large}]';
const TEAM = `---
apiVersion: aigw.dev/v1alpha1
kind: Team
metadata: {name: core}
spec: {limits: [fair-share]}
---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: batch}
spec: {auth: [{name: key, apiKey: {env: BATCH_KEY}}], models: [large, small]}
`;

const found = (...edits: Edit[]) => trial(check, exampleRepo(FREE, ...edits) + TEAM);

test('names the models that cost money', async () => {
  expect(await found()).toEqual([
    {
      severity: 'info',
      at: 'chat',
      message:
        'Route chat of gateway llm sends requests to models that cost money (large, small), and no limit or budget holds for it.',
      related: ['price: The price of large.', 'price: The price of small.'],
    },
  ]);
});

test.each<[string, Edit]>([
  ['a limit of the route', [MATCH, `${MATCH}\n  limits: [fair-share]`]],
  ['a limit of the consumer', ['models: [large, small]', 'models: [large, small]\n  limits: [fair-share]']],
  ['a limit of its team', ['models: [large, small]', 'models: [large, small]\n  team: core']],
  ['nobody to call it', ['  consumers: [app]\n', '']],
])('%s is enough', async (_, edit) => {
  expect(await found(edit)).toEqual([]);
});

test('one consumer without a limit is enough to tell', async () => {
  const bounded: Edit = ['models: [large, small]', 'models: [large, small]\n  limits: [fair-share]'];
  const both: Edit = ['consumers: [app]', 'consumers: [app, batch]'];
  expect(await found(bounded, both)).toHaveLength(1);
  expect(await found(bounded, both, [MATCH, `${MATCH}\n  consumers: [app]`])).toEqual([]);
});

test('models that are free, or that the provider grants so much of, need none', async () => {
  const quota: Edit = [
    'price: {currency: USD, input: 1.25, output: 10}',
    'price: {currency: USD, input: 1.25}\n  quota: [{requests: 10, per: 1m}]',
  ];
  const free: Edit = ['  price: {currency: USD, input: 0.25, output: 2}\n', ''];
  expect(await found(quota, free)).toEqual([]);
  expect(await found(quota)).toMatchObject([{ message: expect.stringContaining('(small)') }]);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './model-for-everybody.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const EVERY: Edit = ['models: [large, small]', "models: ['*']"];
const BOTH: Edit = ['consumers: [app]', 'consumers: [app, batch]'];
const batch = (models: string) => `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: batch}
spec: {auth: [{name: key, apiKey: {env: BATCH_KEY}}], models: ${models}}
`;

test('lists what costs money, and who has it all', async () => {
  expect(await trial(check, exampleRepo(EVERY, BOTH) + batch("[small, '*']"))).toEqual([
    {
      severity: 'info',
      at: '[app, batch]',
      message: "All 2 consumers of gateway llm may use every model by '*', those that cost money too: large, small.",
      related: ["'*': Consumer app may use every model.", "'*': Consumer batch may use every model."],
    },
  ]);
});

test.each<[string, Edit[], string]>([
  ['one who may not', [EVERY, BOTH], '[small]'],
  ['one consumer alone', [EVERY], "['*']"],
  [
    'models that cost nothing',
    [
      EVERY,
      BOTH,
      ['price: {currency: USD, input: 1.25, output: 10}', 'price: {currency: USD, input: 0}'],
      ['  price: {currency: USD, input: 0.25, output: 2}\n', ''],
    ],
    "['*']",
  ],
])('nothing about %s', async (_, edits, models) => {
  expect(await trial(check, exampleRepo(...edits) + batch(models))).toEqual([]);
});

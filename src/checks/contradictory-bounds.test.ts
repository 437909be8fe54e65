import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './contradictory-bounds.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

async function found(more: string, ...edits: Edit[]) {
  const all = await trial(check, exampleRepo(...edits) + more);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

test('an answer is no longer than the window', async () => {
  expect(await trial(check, exampleRepo(['output: 16000', 'output: 160000']))).toEqual([
    {
      severity: 'error',
      at: '160000',
      message: 'context.output of model large is above context.window, so no value keeps both.',
      related: ['128000: The upper bound.'],
    },
  ]);
});

test('bounds within lists, and the default of one', async () => {
  const policy = `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: gates}
spec: {gates: [{name: good, metric: recall, min: 0.9, max: 0.9}, {name: quick, metric: seconds, min: 4, max: 2}]}
`;
  expect(await found(policy)).toEqual([
    '4: gates[1].min of policy gates is above gates[1].max, so no value keeps both.',
  ]);
});

test.each<[string, Edit]>([
  [
    'what other programs read',
    ['  limits: [fair-share]', '  limits: [fair-share]\n  targets: {litellm: {x: {min: 2, max: 1}}}'],
  ],
  ['what a body is given', ['  match: [{model: large}]', '  request: {body: {set: {range: {min: 2, max: 1}}}}']],
  ['what a route matches', ['  match: [{model: large}]', '  match: [{input: {tokens: {min: 2, max: 1}}}]']],
])('nothing about %s', async (_, edit) => {
  expect(await found('', edit)).toEqual([]);
});

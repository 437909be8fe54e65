import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './rollout-too-short.ts';
import { trial } from './trial.ts';

async function found(spec: string) {
  const rollout = `---\napiVersion: aigw.dev/v1alpha1\nkind: Rollout\nmetadata: {name: careful}\nspec: {${spec}}\n`;
  const all = await trial(check, exampleRepo() + rollout);
  return all.map(({ severity, at, message }) => `${severity} ${at}: ${message}`);
}

const METRICS = 'metrics: [{name: errors, metric: error-rate, max: 2}]';

test('a step holds as long as its analysis takes', async () => {
  const analysis = `analysis: {delay: 5m, interval: 5m, measurements: 10, ${METRICS}}`;
  expect(await found(`steps: [{weight: 5, hold: 55m}, {weight: 50, hold: 54m}], ${analysis}`)).toEqual([
    'error 54m: Step 2 of rollout careful holds for 54m, and its analysis takes 55m: 5m and 10 times 5m.',
  ]);
});

test('an analysis has defaults', async () => {
  expect(await found(`steps: [{weight: 5, hold: 300s}], analysis: {${METRICS}}`)).toEqual([
    'error 300s: Step 1 of rollout careful holds for 300s, and its analysis takes 6m: 1m and 5 times 1m.',
  ]);
});

test('fractions of a unit add up', async () => {
  const analysis = `analysis: {delay: 0.1s, interval: 0.1s, measurements: 2, ${METRICS}}`;
  expect(await found(`steps: [{weight: 5, hold: 0.3s}], ${analysis}`)).toEqual([]);
});

test('the weights of a canary rise', async () => {
  expect(await found('steps: [{weight: 0, hold: 1h}, {weight: 50, hold: 1h}, {weight: 50, hold: 1h}]')).toEqual([
    'warning 0: Step 1 of rollout careful gives the change 0 percent of the traffic, after 0 percent before.',
    'warning 50: Step 3 of rollout careful gives the change 50 percent of the traffic, after 50 percent before.',
  ]);
  expect(await found('strategy: ab, steps: [{weight: 50, hold: 1h}, {weight: 10, hold: 1h}]')).toEqual([]);
});

test('an analysis needs a step', async () => {
  expect(await found(`analysis: {${METRICS}}`)).toEqual([
    'error analysis: Rollout careful has an analysis and no step, so the change has all the traffic before it is measured.',
  ]);
  expect(await found(`strategy: blue-green, analysis: {${METRICS}}`)).toEqual([]);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './weights-sum.ts';

const BACKENDS = 'backends: [{name: main, model: large, weight: 100}]';
const TIERS = 'tiers: [[{model: small}]]';

const withBackends = (text: string) => trial(check, exampleRepo([BACKENDS, `backends: [${text}]`]));

test('says the sum, and what each one adds', async () => {
  expect(
    await withBackends('{name: a, model: large, weight: 33.3}, {name: b, model: small, weight: 33.3}'),
  ).toMatchObject([
    {
      severity: 'error',
      at: 'backends',
      message: 'The weights of the backends of route chat add up to 66.6, not to 100.',
      related: ['33.3: a has 33.3.', '33.3: b has 33.3.'],
    },
  ]);
});

test('points at the only weight', async () => {
  expect(await withBackends('{name: a, model: large, weight: 10}')).toMatchObject([{ at: '10', related: [] }]);
});

test('says that nobody gets a request', async () => {
  const found = await withBackends('{name: a, model: large, weight: 0}, {name: b, model: small, weight: 0}');
  expect(found[0]?.message).toBe('Every weight of the backends of route chat is 0, so nobody gets a request.');
});

test.each([
  '{name: a, model: large, weight: 100}, {name: b, model: small, weight: 0}',
  '{name: a, model: large, weight: 33.3}, {name: b, model: small, weight: 33.3}, {name: c, model: small, weight: 33.4}',
  '{name: a, model: large, weight: 0.1}, {name: b, model: small, weight: 99.9}',
])('is content with %s', async (backends) => {
  expect(await withBackends(backends)).toEqual([]);
});

test('counts each tier by itself, its default of 100 included', async () => {
  const tiers = 'tiers: [[{model: small, weight: 60}, {model: large, weight: 40}], [{model: small}, {model: large}]]';
  expect(await trial(check, exampleRepo([TIERS, tiers]))).toMatchObject([
    { message: 'The weights of fallback tier 2 of route chat add up to 200, not to 100.' },
  ]);
});

test('follows overlays to the weights that make the sum', async () => {
  const overlay = `---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: chat, environment: prod}
spec: {backends: [{name: trial, model: small, weight: 7}]}
`;
  expect(await trial(check, { 'aigw.yaml': exampleRepo(), 'prod.yaml': overlay })).toMatchObject([
    {
      message: 'The weights of the backends of route chat add up to 107, not to 100.',
      related: ['100: main has 100.', '7: trial has 7.'],
    },
  ]);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './duplicate-name-in-list.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const found = (...edits: Edit[]) => trial(check, exampleRepo(...edits));

const LISTENER = '{name: http, port: 4000, protocol: http}';

test('marks the second of two entries', async () => {
  expect(await found([LISTENER, `${LISTENER}, {name: http, port: 4001, protocol: http}`])).toEqual([
    {
      severity: 'error',
      at: 'http',
      message: 'Gateway llm has two entries named http in listeners.',
      related: ['http: The first one.'],
    },
  ]);
});

test('looks into lists within lists', async () => {
  const chain = `---
apiVersion: aigw.dev/v1alpha1
kind: Rollout
metadata: {name: careful}
spec:
  analysis: {metrics: [{name: a, metric: error-rate}, {name: b, metric: error-rate}, {name: a, metric: latency-p95}]}
`;
  expect((await trial(check, exampleRepo() + chain)).map(({ message }) => message)).toEqual([
    'Rollout careful has two entries named a in analysis.metrics.',
  ]);
});

test('leaves lists of other programs alone', async () => {
  const settings: Edit = [
    '  limits: [fair-share]',
    '  limits: [fair-share]\n  targets: {litellm: {guardrails: [{name: a}, {name: a}]}}',
  ];
  const body: Edit = ['  match: [{model: large}]', '  request: {body: {set: {tools: [{name: a}, {name: a}]}}}'];
  expect(await found(settings, body)).toEqual([]);
});

const aliases = (model: string, list: string): Edit => [
  `upstreamModel: ${model}\n`,
  `upstreamModel: ${model}\n  aliases: ${list}\n`,
];

test('finds an alias that is the name or the alias of another model', async () => {
  expect(await found(aliases('gpt-5.1', '[small]'))).toEqual([
    {
      severity: 'error',
      at: 'small',
      message: 'small is an alias of model large and a name of model small, and one gateway has both.',
      related: ['small: It is a name of small here.', 'llm: Gateway llm has both.'],
    },
  ]);
  expect(await found(aliases('gpt-5.1', '[best]'), aliases('gpt-5-mini', '[quick, best]'))).toMatchObject([
    { at: 'best', message: 'best is an alias of model small and a name of model large, and one gateway has both.' },
  ]);
});

test('is content with aliases of one’s own, and of models that no gateway has together', async () => {
  expect(await found(aliases('gpt-5.1', '[best, large]'), aliases('gpt-5-mini', '[quick]'))).toEqual([]);
  const apart: Edit = ['  fallback:\n    tiers: [[{model: small}]]\n', ''];
  expect(await found(apart, aliases('gpt-5.1', '[small]'))).toEqual([]);
});

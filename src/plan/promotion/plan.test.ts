import { describe, expect, test } from 'vitest';
import type { Verdict } from '../gates/verdict.ts';
import { answerOf, type Intent, type Present, planOf, printPlan, readPlan, stalenessOf } from './plan.ts';

const subject = { kind: 'model', name: 'product-expert' } as const;
const [old, next] = ['7', '8'].map((version) => ({ version, digest: `sha256:${version.repeat(64)}` })) as [
  { version: string; digest: string },
  { version: string; digest: string },
];

const intent: Intent = {
  kind: 'promotion',
  isDirect: false,
  registry: { kind: 'mlflow', url: 'https://mlflow.example', workspace: null },
  from: 'staging',
  to: 'prod',
  moves: [{ subject, before: old, since: null, after: next, file: null, verdicts: [] }],
  aliases: [{ entry: 'product-expert', alias: 'prod', before: '7', after: '8' }],
  files: [{ path: 'environments/prod/product-expert.yaml', before: 'sha256:a', after: 'sha256:b' }],
  policies: 'sha256:p',
  overrides: [],
  by: { name: 'anna', evidence: 'https://ci.example/1' },
  reason: 'It answers better.',
  at: '2026-11-27T12:00:00Z',
  commit: 'c0ffee',
};
const plan = planOf(intent);
const ben = { name: 'ben', evidence: '' };

const present = (more: Partial<Present> = {}): Present => ({
  pins: new Map([['model product-expert', old]]),
  digests: new Map([['model product-expert', next.digest]]),
  aliases: new Map([['product-expert@prod', '7']]),
  files: new Map([['environments/prod/product-expert.yaml', 'sha256:a']]),
  policies: 'sha256:p',
  ...more,
});

test('is read back as it was printed', () => {
  expect(readPlan(printPlan(plan))).toEqual(plan);
});

test.each([
  ['what is no JSON', '{', 'no JSON'],
  ['what is no plan', '[]', 'format unknown'],
  ['a plan of another format', printPlan(plan).replace('"1.0"', '"2.0"'), 'format 2.0'],
  ['a plan that was edited', printPlan(plan).replace('"prod"', '"dev"'), 'was edited'],
])('refuses %s', (_, text, reason) => {
  expect(readPlan(text)).toContain(reason);
});

test('has one name for the same promotion, whoever asks and when', () => {
  expect(planOf({ ...intent, by: ben, at: '2026-11-28T12:00:00Z' }).promotion).toBe(plan.promotion);
  expect(planOf({ ...intent, by: ben }).hash).not.toBe(plan.hash);
  expect(planOf({ ...intent, to: 'dev' }).promotion).not.toBe(plan.promotion);
});

describe('goes stale', () => {
  test('never by itself, nor by what it has done', () => {
    expect(stalenessOf(plan, present())).toEqual([]);
    const done = present({
      pins: new Map([['model product-expert', next]]),
      aliases: new Map([['product-expert@prod', '8']]),
      files: new Map([['environments/prod/product-expert.yaml', 'sha256:b']]),
    });
    expect(stalenessOf(plan, done)).toEqual([]);
  });

  test.each<[string, Partial<Present>, string]>([
    [
      'when the environment runs another version',
      { pins: new Map([['model product-expert', { ...old, version: '6' }]]) },
      'prod runs version 6 of product-expert, and ran version 7.',
    ],
    ['when it runs none any more', { pins: new Map() }, 'prod runs no version of product-expert, and ran version 7.'],
    [
      'when it runs the version with another content',
      { pins: new Map([['model product-expert', { ...old, digest: next.digest }]]) },
      'prod runs version 7 of product-expert by another digest than before.',
    ],
    ['when the version is gone', { digests: new Map() }, 'Version 8 of product-expert is gone.'],
    [
      'when the version’s content is overwritten',
      { digests: new Map([['model product-expert', 'sha256:x']]) },
      'The content of version 8 of product-expert has changed since its gates were asked.',
    ],
    [
      'when the alias was moved',
      { aliases: new Map([['product-expert@prod', '9']]) },
      'Alias prod of product-expert means version 9, and meant version 7.',
    ],
    [
      'when the alias was deleted',
      { aliases: new Map() },
      'Alias prod of product-expert means no version, and meant version 7.',
    ],
    [
      'when the file was changed',
      { files: new Map([['environments/prod/product-expert.yaml', 'sha256:c']]) },
      'environments/prod/product-expert.yaml was changed by somebody else.',
    ],
    ['when policies change', { policies: 'sha256:q' }, 'The policies are others than when the gates were asked.'],
  ])('%s', (_, more, reason) => {
    expect(stalenessOf(plan, present(more))).toEqual([reason]);
  });
});

describe('answers', () => {
  const verdict = (status: Verdict['status'], name = 'a'): Verdict => ({
    gate: 'metric',
    name,
    status,
    message: '',
    inputs: {},
  });
  const override = { gate: 'metric', name: 'a', by: 'anna', reason: 'The measurement is wrong.' };
  const answer = (verdicts: readonly Verdict[], overrides: Intent['overrides'] = []) =>
    answerOf({ moves: [{ subject, before: old, since: null, after: next, file: null, verdicts }], overrides });

  test.each([
    ['yes without gates', [], 'yes'],
    ['yes with warnings', [verdict('passed'), verdict('warned')], 'yes'],
    ['no when one fails', [verdict('passed'), verdict('failed'), verdict('pending')], 'no'],
    ['not yet when one pends', [verdict('passed'), verdict('pending')], 'pending'],
  ] as const)('%s', (_, verdicts, expected) => {
    expect(answer(verdicts)).toBe(expected);
  });

  test('yes in spite of what is overridden, and of nothing else', () => {
    expect(answer([verdict('failed')], [override])).toBe('yes');
    expect(answer([verdict('failed', 'b')], [override])).toBe('no');
  });
});

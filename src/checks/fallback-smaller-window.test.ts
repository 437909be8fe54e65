import { describe, expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './fallback-smaller-window.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const CONTEXT =
  'context: {window: 128000, output: 16000}\n  capabilities: [chat, tools, streaming]\n  price: {currency: USD, input: ';
/** The window of the model named small; large has 128000. */
const small = (window: number): Edit => [`${CONTEXT}0.25`, `${CONTEXT}0.25`.replace('128000', String(window))];
const TIERS = 'tiers: [[{model: small}]]';
const MATCH = 'match: [{model: large}]';

const trialOf = (...edits: Edit[]) => trial(check, exampleRepo(...edits));
const countOf = async (...edits: Edit[]) => (await trialOf(...edits)).length;

describe('a fallback', () => {
  test('is named with both windows', async () => {
    expect(await trialOf(small(8000))).toEqual([
      {
        severity: 'warning',
        at: 'small',
        message:
          'Model small stands in for large with a context window of 8000 tokens, and requests to large may have 128000.',
        related: ['128000: The window of large.', '8000: The window of small.'],
      },
    ]);
  });

  test.each<[string, number, Edit[]]>([
    ['as large', 0, [small(128000)]],
    ['of unknown size', 0, [[`${CONTEXT}0.25`, 'price: {currency: USD, input: 0.25']]],
    ['after a bounded input', 0, [small(8000), [MATCH, 'match: [{model: large, input: {tokens: {max: 4000}}}]']]],
    [
      'after an input that is bounded in one alternative',
      1,
      [small(8000), [MATCH, 'match: [{input: {tokens: {max: 4000}}}, {model: a}]']],
    ],
    ['after a bound above its window', 1, [small(8000), [MATCH, 'match: [{input: {tokens: {max: 9000}}}]']]],
  ])('%s: %i', async (_, count, edits) => {
    expect(await countOf(...edits)).toBe(count);
  });

  test('counts the prompt to the bounded input', async () => {
    const prompt = (maxTokens: string) => `---
apiVersion: aigw.dev/v1alpha1
kind: Prompt
metadata: {name: answer}
spec: {version: "1", messages: [{role: system, text: Be short.}]${maxTokens}}
`;
    const edits: Edit[] = [small(8000), [MATCH, 'match: [{input: {tokens: {max: 4000}}}]\n  prompt: answer']];
    const found = (text: string) => trial(check, exampleRepo(...edits) + text);
    expect(await found(prompt(', maxTokens: 4000'))).toEqual([]);
    expect(await found(prompt(', maxTokens: 4001'))).toMatchObject([{ message: expect.stringContaining('8001') }]);
    expect(await found(prompt(''))).toMatchObject([{ message: expect.stringContaining('128000') }]);
  });
});

describe('falling back when the context is too long', () => {
  const when = (tiers: string): Edit => [TIERS, `when: [error, context-too-long]\n    tiers: ${tiers}`];

  test('to a window that is no larger is an error', async () => {
    expect(await trialOf(when('[[{model: small}]]'))).toEqual([
      {
        severity: 'error',
        at: 'context-too-long',
        message:
          'A request that is too long for large (128000 tokens) finds no larger context window to fall back on: the largest, of small, has 128000.',
        related: ['128000: The window of large.', '128000: The window of small.'],
      },
    ]);
  });

  test('to a larger one is fine, and so is a smaller one before it', async () => {
    const third = `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: tiny}
spec: {provider: openai, context: {window: 4000}}
`;
    expect(await countOf(small(200000), when('[[{model: small}]]'))).toBe(0);
    expect(await trial(check, exampleRepo(small(200000), when('[[{model: tiny}], [{model: small}]]')) + third)).toEqual(
      [],
    );
  });
});

test('a mirror gets the copies of requests that its window cannot hold', async () => {
  const mirror: Edit = ['fallback:\n    tiers: [[{model: small}]]', 'mirror: [{name: next, model: small, percent: 5}]'];
  expect(await trialOf(small(8000), mirror)).toMatchObject([
    { at: 'small', message: expect.stringMatching(/^Model small gets copies of requests to large/) },
  ]);
  expect(await countOf(small(200000), mirror)).toBe(0);
});

describe('a budget that switches models', () => {
  const budget = (models: string) => `---
apiVersion: aigw.dev/v1alpha1
kind: Budget
metadata: {name: monthly}
spec:
  for: {each: gateway${models}}
  limit: {amount: 10, currency: USD, per: 1mo}
  exceeded: {action: switch, model: small}
`;
  const noFallback: Edit = ['  fallback:\n    tiers: [[{model: small}]]\n', ''];

  test.each<[string, Edit]>([
    ['the gateway', ['limits: [fair-share]', 'budgets: [monthly]']],
    ['the route', [MATCH, `${MATCH}\n  budgets: [monthly]`]],
    ['a consumer', ['models: [large, small]', 'models: [large, small]\n  budgets: [monthly]']],
  ])('of %s', async (_, edit) => {
    expect(await trial(check, exampleRepo(small(8000), noFallback, edit) + budget(''))).toMatchObject([
      {
        at: 'small',
        message:
          'When the budget is spent, model small answers for large with a context window of 8000 tokens, and requests to large may have 128000.',
      },
    ]);
  });

  test('for other models alone', async () => {
    const edit: Edit = ['limits: [fair-share]', 'budgets: [monthly]'];
    expect(await trial(check, exampleRepo(small(8000), noFallback, edit) + budget(', models: [small]'))).toEqual([]);
  });
});

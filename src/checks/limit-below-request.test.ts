import { expect, test } from 'vitest';
import { examplePrompt, exampleRepo } from '../config/example-repo.ts';
import { check } from './limit-below-request.ts';
import { trial } from './trial.ts';

const RATE = '{requests: 600, per: 1m}';
/** 25 tokens at four characters each. */
const TEXT = 'a'.repeat(100);
const prompt = (more = '') =>
  examplePrompt(`version: "1"\nmode: replace\n${more}messages: [{role: user, text: "${TEXT}"}]`);

test('a prompt that is always longer than the limit is an error', async () => {
  expect(await trial(check, prompt().replace(RATE, '{tokens: 25, per: 1m}'))).toEqual([]);
  const [found] = await trial(check, prompt().replace(RATE, '{tokens: 24, per: 1m}'));
  expect(found).toMatchObject({ severity: 'error', at: '24' });
  expect(found?.message).toContain('has at least 25');
});

test('a prompt that may be longer with its variables is a warning', async () => {
  const repo = examplePrompt(
    `version: "1"\nvariables: {q: {from: user, maxTokens: 1000}}\nmessages: [{role: user, text: "{{q}}${TEXT}"}]`,
  );
  expect(await trial(check, repo.replace(RATE, '{tokens: 1025, per: 1m}'))).toEqual([]);
  expect(await trial(check, repo.replace(RATE, '{tokens: 1024, per: 1m}'))).toMatchObject([
    { severity: 'warning', at: '1024' },
  ]);
});

test.each(['{tokens: 24, per: 1m, burst: 10}', '{tokens: 24, per: 1m, count: output}', '{requests: 1, per: 1m}'])(
  '%s leaves room for it',
  async (rate) => {
    expect(await trial(check, prompt().replace(RATE, rate))).toEqual([]);
  },
);

test('input that a route asks for counts', async () => {
  const repo = exampleRepo(
    [RATE, '{tokens: 4000, per: 1m, count: input}'],
    [
      'match: [{model: large}]',
      'match: [{model: large, input: {tokens: {min: 5000}}}, {model: small, input: {tokens: {min: 4500}}}]',
    ],
  );
  expect(await trial(check, repo)).toMatchObject([{ severity: 'error', at: '4000' }]);
});

test("a provider's quota is looked at like a limit", async () => {
  const repo = prompt().replace(
    'upstreamModel: gpt-5-mini',
    'upstreamModel: gpt-5-mini\n  quota: [{tokens: 20, per: 1m}]',
  );
  expect(await trial(check, repo)).toMatchObject([{ severity: 'error', at: '20' }]);
});

test('limits on other models do not count', async () => {
  const repo = prompt()
    .replace(RATE, '{tokens: 24, per: 1m}')
    .replace('{each: consumer}', '{each: consumer, models: [embedder]}');
  expect(await trial(check, repo)).toEqual([]);
});

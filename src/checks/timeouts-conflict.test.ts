import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './timeouts-conflict.ts';
import { trial } from './trial.ts';

const MATCH = '  match: [{model: large}]';

async function found(spec: string, more = '') {
  const all = await trial(check, exampleRepo([MATCH, `  ${spec}`]) + more);
  return all.map(({ severity, at, message }) => `${severity} ${at}: ${message}`);
}

test('marks the time that never counts, and the one before it', async () => {
  expect(await trial(check, exampleRepo([MATCH, '  timeout: {firstToken: 1m, total: 60s}']))).toEqual([
    {
      severity: 'error',
      at: '1m',
      message: 'timeout.firstToken of route chat is 1m, which is not below timeout.total (60s).',
      related: ['60s: timeout.total is 60s.'],
    },
  ]);
});

test.each([
  ['timeout: {connect: 2m, total: 60s}', 'error 2m: timeout.connect of'],
  ['timeout: {idle: 60s, total: 60s}', 'warning 60s: timeout.idle of'],
  ['timeout: {connect: 5s, firstToken: 5s}', 'warning 5s: timeout.connect of'],
  ['timeout: {total: 10s}\n  retry: {attempts: 1, perTry: 11s}', 'warning 11s: retry.perTry of'],
  ['timeout: {connect: 3s}\n  retry: {attempts: 1, perTry: 2s}', 'error 3s: timeout.connect of'],
  ['timeout: {firstToken: 3s}\n  retry: {attempts: 1, perTry: 2s}', 'error 3s: timeout.firstToken of'],
  ['retry: {attempts: 1, backoff: {initial: 2s, max: 1s}}', 'error 2s: retry.backoff.initial of'],
  ['retry: {attempts: 1, backoff: {initial: 20s}}', 'error 20s: retry.backoff.initial of'],
])('%s', async (spec, expected) => {
  expect(await found(spec)).toEqual([expect.stringContaining(expected)]);
});

test.each([
  'timeout: {connect: 1s, firstToken: 5s, idle: 20s, total: 60s}\n  retry: {attempts: 2, perTry: 20s}',
  'timeout: {total: 10s}\n  retry: {attempts: 1, perTry: 10s}',
  'retry: {attempts: 9, perTry: 10s, backoff: {initial: 10s}}',
])('is content with %s', async (spec) => {
  expect(await found(spec)).toEqual([]);
});

test('tries that would begin too late', async () => {
  expect(await found('timeout: {total: 60s}\n  retry: {attempts: 3, perTry: 20s}')).toEqual([
    'warning 3: Route chat tries again 3 times, and 3 tries of 20s take 1m, which leaves the last one nothing of timeout.total, 60s.',
  ]);
});

test('a probe is over before the next one', async () => {
  const health = (text: string) =>
    `---\napiVersion: aigw.dev/v1alpha1\nkind: Model\nmetadata: {name: own}\nspec: {provider: openai, health: {${text}}}\n`;
  expect(await found('requires: []', health('interval: 3s'))).toEqual([
    'warning 3s: health.timeout of model own is 5s, which is above health.interval (3s).',
  ]);
  expect(await found('requires: []', health('interval: 10s, timeout: 5s'))).toEqual([]);
});

test('a step is over before the route gives up', async () => {
  const chain = (timeout: string) =>
    `---\napiVersion: aigw.dev/v1alpha1\nkind: Chain\nmetadata: {name: two}\nspec: {steps: [{name: a, model: small, timeout: ${timeout}}], output: a}\n`;
  const spec = 'timeout: {total: 10s}';
  const edits = [
    [MATCH, `  ${spec}`],
    ['name: main, model: large', 'name: main, chain: two'],
  ] as const;
  expect(await trial(check, exampleRepo(...edits) + chain('11s'))).toMatchObject([
    { severity: 'warning', at: '11s', message: 'Step a of chain two may take 11s, and route chat waits 10s in all.' },
  ]);
  expect(await trial(check, exampleRepo(...edits) + chain('10s'))).toEqual([]);
});

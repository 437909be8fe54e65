import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { assembleRepo } from '../config/repo.ts';
import { check } from './route-shadowed.ts';
import { trial } from './trial.ts';

/** The example gateway with these routes in their order, each with its match. */
function gatewayOf(matches: Readonly<Record<string, string | undefined>>, ...edits: [string, string][]): string {
  const routes = Object.entries(matches).map(
    ([name, match]) => `---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: ${name}}
spec: {backends: [{name: main, model: small, weight: 100}]${match === undefined ? '' : `, match: [${match}]`}}
`,
  );
  return exampleRepo(['routes: [chat]', `routes: [${Object.keys(matches)}]`], ...edits) + routes.join('');
}

test('marks the name in the list, and what stands before it', async () => {
  const repo = gatewayOf({ wide: '{model: {prefix: gpt-}}', narrow: '{model: gpt-5, input: {tokens: {max: 9}}}' });
  expect(await trial(check, repo)).toEqual([
    {
      severity: 'error',
      at: 'narrow',
      message: 'Route narrow never gets a request in gateway llm: all that it matches is taken by wide before it.',
      related: ['wide: Route wide is tried first.', '{model: {prefix: gpt-}}: It takes these requests.'],
    },
  ]);
});

test('a route without a match takes all that comes later', async () => {
  const found = await trial(
    check,
    gatewayOf({ first: '{model: a}', all: undefined, last: '{model: b}', end: undefined }),
  );
  expect(found.map(({ at, related }) => [at, related[1]])).toEqual([
    ['last', 'all: It takes every request.'],
    ['end', 'all: It takes every request.'],
  ]);
});

test('several routes together may leave nothing', async () => {
  const repo = gatewayOf({ a: '{model: a}', b: '{model: b}', both: '{model: a}, {model: b}' });
  expect((await trial(check, repo)).map(({ message }) => message)).toEqual([
    'Route both never gets a request in gateway llm: all that it matches is taken by a and b before it.',
  ]);
});

test.each([
  ['an alternative that is left', { a: '{model: a}', b: '{model: a}, {model: b}' }],
  ['the narrow one first', { a: '{model: a, method: POST}', b: '{model: a}' }],
  ['different models', { a: '{model: a}', b: '{model: b}' }],
])('is content with %s', async (_, matches) => {
  expect(await trial(check, gatewayOf(matches))).toEqual([]);
});

test('knows a model by its aliases', async () => {
  const alias: [string, string] = ['upstreamModel: gpt-5.1', 'upstreamModel: gpt-5.1\n  aliases: [best]'];
  const repo = gatewayOf({ a: '{model: large}', b: '{model: best}', c: '{model: {regex: be.*}}' }, alias);
  expect((await trial(check, repo)).map(({ at }) => at)).toEqual(['b']);
});

test('compares a thousand routes in far less than a second', async () => {
  const matches = Array.from({ length: 1000 }, (_, index) => {
    const kinds = [
      `{path: {prefix: /p${index}/x}, method: POST}`,
      `{path: {regex: "(a|b)/r${index}/[a-z]+"}}`,
      `{path: /e${index}, headers: {x-tier: gold}}`,
      `{model: {prefix: "m${index}-"}, input: {tokens: {max: 9}}}`,
    ];
    return [`r${index}`, kinds[index % kinds.length]] as const;
  });
  const text = gatewayOf(Object.fromEntries(matches));
  const config = assembleRepo([{ path: 'aigw.yaml', text }]).resolve('prod', new Map());
  if (config === undefined) throw new Error('the repo has no Repository');
  const start = performance.now();
  expect(await check.run({ config, today: '2026-06-15', countTokens: async () => 0 })).toEqual([]);
  expect(performance.now() - start).toBeLessThan(1000);
});

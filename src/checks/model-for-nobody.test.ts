import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './model-for-nobody.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const models = (list: string): Edit => ['models: [large, small]', `models: ${list}`];
const OTHER = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: other}
spec: {auth: [{name: key, apiKey: {env: OTHER_KEY}}], models: [large]}
`;

async function found(more: string, ...edits: Edit[]) {
  const all = await trial(check, exampleRepo(...edits) + more);
  return all.map(({ severity, at }) => `${severity} ${at}`);
}

test('names route, gateway and who might be meant', async () => {
  expect(await trial(check, exampleRepo(models('[small]')))).toEqual([
    {
      severity: 'error',
      at: 'large',
      message: 'No consumer of route chat in gateway llm may use model large, so every request to it is refused.',
      related: ['chat: Gateway llm tries the route.', '[app]: These consumers are admitted.'],
    },
  ]);
});

test('a fallback for nobody is a warning', async () => {
  expect(await found('', models('[large]'))).toEqual(['warning small']);
});

test.each(["['*']", '[small, large]'])('%s is enough', async (list) => {
  expect(await found('', models(list))).toEqual([]);
});

test('only those count who may use the route and are admitted', async () => {
  const both: Edit = ['consumers: [app]', 'consumers: [app, other]'];
  const appOnly: Edit = ['  match: [{model: large}]', '  match: [{model: large}]\n  consumers: [app]'];
  expect(await found(OTHER, models('[small]'), both)).toEqual([]);
  expect(await found(OTHER, models('[small]'), both, appOnly)).toEqual(['error large']);
  expect(await found(OTHER, models('[small]'))).toEqual(['error large']);
});

test('copies for a mirror are nobody’s requests, and a gateway for nobody is told elsewhere', async () => {
  const mirror: Edit = ['fallback:\n    tiers: [[{model: small}]]', 'mirror: [{name: next, model: small}]'];
  expect(await found('', models('[large]'), mirror)).toEqual([]);
  expect(await found('', models('[]'), ['  consumers: [app]\n', ''])).toEqual([]);
});

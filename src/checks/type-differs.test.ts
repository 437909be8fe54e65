import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './type-differs.ts';

type Edit = readonly [string, string];

const MATCH = '  match: [{model: large}]';

function overlay(kind: string, name: string, spec: string): string {
  return `---\napiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, environment: prod}\nspec: {${spec}}\n`;
}

test('shows both values', async () => {
  const base: Edit = [MATCH, '  request: {body: {set: {seed: 5}}}'];
  expect(
    await trial(check, exampleRepo(base) + overlay('Route', 'chat', 'request: {body: {set: {seed: "5"}}}')),
  ).toEqual([
    {
      severity: 'warning',
      at: '"5"',
      message: 'request.body.set.seed is text in environment prod, and a number in the document that it changes.',
      related: ['5: The value that it replaces.'],
    },
  ]);
});

const settings: Edit = [
  '  limits: [fair-share]',
  '  limits: [fair-share]\n  targets: {litellm: {general_settings: {alerting: [slack]}}}',
];

test.each<[string, Edit[], string, number]>([
  [
    'a list of another program',
    [settings],
    overlay('Gateway', 'llm', 'targets: {litellm: {general_settings: {alerting: slack}}}'),
    1,
  ],
  [
    'a list of the same type',
    [settings],
    overlay('Gateway', 'llm', 'targets: {litellm: {general_settings: {alerting: [a]}}}'),
    0,
  ],
  [
    'what is removed',
    [settings],
    overlay('Gateway', 'llm', 'targets: {litellm: {general_settings: {alerting: null}}}'),
    0,
  ],
  ['what the base does not have', [], overlay('Route', 'chat', 'request: {body: {set: {seed: "5"}}}'), 0],
  ['another shape of the language', [], overlay('Route', 'chat', 'onUnsupported: {timeout: warn}'), 0],
  ['an item of a list by its name', [], overlay('Route', 'chat', 'backends: [{name: main, weight: 100}]'), 0],
])('%s', async (_, edits, more, count) => {
  expect(await trial(check, exampleRepo(...edits) + more)).toHaveLength(count);
});

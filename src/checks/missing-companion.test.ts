import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { assembleRepo } from '../config/repo.ts';
import { fieldsOf } from '../config/schema-fields.ts';
import { check, companions } from './missing-companion.ts';
import { trial } from './trial.ts';

const MATCH = '  match: [{model: large}]';

function resource(kind: string, spec: string): string {
  return `---\napiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: it}\nspec: {${spec}}\n`;
}

async function found(more: string, ...edits: (readonly [string, string])[]) {
  return (await trial(check, exampleRepo(...edits) + more)).map(({ at, message }) => `${at}: ${message}`);
}

test('is told at what lacks it', async () => {
  expect(await found('', [MATCH, `${MATCH}\n  sticky: {by: cookie}`])).toEqual([
    'sticky: sticky.by of route chat is cookie and needs name, since there are many of them.',
  ]);
  expect(await found('', [MATCH, `${MATCH}\n  sticky: {by: consumer}`])).toEqual([]);
});

test.each([
  ['Route', '', 'it: Route it needs backends, since nobody answers otherwise.'],
  [
    'Cache',
    'ttl: 1h, type: semantic',
    'it: type of cache it is semantic and needs semantic, since it says what counts as the same.',
  ],
  [
    'Cache',
    'ttl: 1h, store: {type: redis}',
    'store: store.type of cache it is redis and needs host, since Redis is a server.',
  ],
  [
    'Observability',
    'alerts: [{name: slow, metric: latency-p95}]',
    'name: alerts[0] of observability it needs above or below, since it never fires otherwise.',
  ],
  [
    'Prompt',
    'version: "1", messages: [{role: system, text: Hello.}], variables: {x: {from: context}}',
    'x: variables.x.from of prompt it is context and needs field, since a context has several.',
  ],
  [
    'Budget',
    'for: {each: gateway}, limit: {amount: 1, currency: USD, per: 1d}, exceeded: {action: switch}',
    'exceeded: exceeded.action of budget it is switch and needs model, since requests are sent to it.',
  ],
  [
    'Policy',
    'gates: [{name: good, metric: eval/recall}]',
    'name: gates[0] of policy it needs min or max, since every value passes otherwise.',
  ],
])('%s %s', async (kind, spec, expected) => {
  const [first, ...others] = await found(resource(kind, spec));
  expect(others).toEqual([]);
  expect(first?.split(': ').slice(1)).toEqual(expected.split(': ').slice(1));
});

test('says how it may look', async () => {
  const repo = assembleRepo([{ path: 'aigw.yaml', text: exampleRepo([MATCH, `${MATCH}\n  sticky: {by: cookie}`]) }]);
  const config = repo.resolve('prod', new Map());
  if (config === undefined) throw new Error('the repo has no Repository');
  const [finding] = await check.run({ config, today: '2026-06-15', countTokens: async () => 0 });
  expect(finding?.help).toBe('Add name, as in name: x-session-id.');
});

test('a metric needs one bound of several', async () => {
  const rollout = (bound: string) =>
    resource(
      'Rollout',
      `steps: [{weight: 5, hold: 1h}], analysis: {metrics: [{name: errors, metric: error-rate${bound}}]}`,
    );
  expect(await found(rollout(''))).toHaveLength(1);
  for (const bound of [', max: 1', ', min: 1', ', worseBy: 10']) expect(await found(rollout(bound))).toEqual([]);
});

test('scaling by Prometheus needs a query and a server', async () => {
  const model = resource('Model', 'provider: openai, serving: {image: "a/b:1", scaling: {by: prometheus, target: 5}}');
  expect(await found(model)).toEqual([
    'scaling: serving.scaling.by of model it is prometheus and needs query, since its value is what is looked at.',
    'scaling: serving.scaling.by of model it is prometheus and needs server, since it answers the query.',
  ]);
});

test.each(companions.map(({ kind, at, when, needs }) => [kind, at.join('.'), when, needs] as const))(
  '%s %s: the language has these fields and values',
  (kind, at, when = [''], needs) => {
    const below = fieldsOf(kind).filter(({ path }) => path.slice(1, -1).join('.') === at);
    const names = below.map(({ path }) => path.at(-1));
    const [field, ...values] = when;
    expect(names).toEqual(expect.arrayContaining(field === '' ? [...needs] : [field, ...needs]));
    const known = below.find(({ path }) => path.at(-1) === field)?.node.enum ?? [];
    expect(known).toEqual(expect.arrayContaining(values));
  },
);

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './reference-cycle.ts';
import { trial } from './trial.ts';

function chain(name: string, steps: string): string {
  return `---
apiVersion: aigw.dev/v1alpha1
kind: Chain
metadata: {name: ${name}}
spec: {steps: [${steps}], output: last}
`;
}

test('names the whole circle of chains once', async () => {
  const chains = [
    chain('a', '{name: first, model: small}, {name: last, chain: b, after: [first]}'),
    chain('b', '{name: last, chain: c}'),
    chain('c', '{name: last, chain: a}'),
  ];
  expect(await trial(check, exampleRepo() + chains.join(''))).toEqual([
    {
      severity: 'error',
      at: 'b',
      message:
        'Chains call each other in a circle, so that no answer is ever ready: chain a → step last → chain b → step last → chain c → step last → chain a.',
      related: ['c: From chain b it goes on to chain c here.', 'a: From chain c it goes on to chain a here.'],
    },
  ]);
});

test('allows two chains to call a third one', async () => {
  const chains = [
    chain('a', '{name: first, chain: c}, {name: last, chain: b}'),
    chain('b', '{name: last, chain: c}'),
    chain('c', '{name: last, model: small}'),
  ];
  expect(await trial(check, exampleRepo() + chains.join(''))).toEqual([]);
});

test('finds steps that wait for each other, and one that waits for itself', async () => {
  const steps =
    '{name: a, model: small, after: [last]}, {name: last, model: small, after: [a]}, {name: c, model: small, after: [c]}';
  expect((await trial(check, exampleRepo() + chain('x', steps))).map(({ message }) => message)).toEqual([
    'Steps of chain x wait for each other, so that none of them ever starts: step a → step last → step a.',
    'Steps of chain x wait for each other, so that none of them ever starts: step c → step c.',
  ]);
});

const BEHIND = `---
apiVersion: aigw.dev/v1alpha1
kind: Provider
metadata: {name: behind}
spec: {api: openai, gateway: llm}
`;

test('follows routes, models and providers from gateway to gateway', async () => {
  const repo = exampleRepo(['  provider: openai\n  upstreamModel: gpt-5-mini', '  provider: behind']) + BEHIND;
  expect(await trial(check, repo)).toMatchObject([
    {
      severity: 'warning',
      at: 'llm',
      message:
        'Gateways are providers of each other, so that a request may go round for ever: gateway llm → route chat → model small → provider behind → gateway llm.',
    },
  ]);
});

test('lets one gateway stand before another', async () => {
  const front = `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: llm}
spec: {provider: behind}
---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: all}
spec: {backends: [{name: main, model: llm, weight: 100}]}
---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: front}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: [{name: http, port: 4000, protocol: http}]
  routes: [all]
`;
  expect(await trial(check, exampleRepo() + BEHIND + front)).toEqual([]);
});

function budget(name: string, from: string, to: string): string {
  return `---
apiVersion: aigw.dev/v1alpha1
kind: Budget
metadata: {name: ${name}}
spec:
  for: {each: model, models: [${from}]}
  limit: {amount: 10, currency: USD, per: 1d}
  exceeded: {action: switch, model: ${to}}
`;
}

test('finds budgets of one gateway that switch in a circle', async () => {
  const budgets = budget('dear', 'large', 'small') + budget('cheap', 'small', 'large');
  const both = exampleRepo(['limits: [fair-share]', 'limits: [fair-share]\n  budgets: [dear, cheap]']) + budgets;
  expect(await trial(check, both)).toMatchObject([
    {
      at: 'small',
      message:
        'Budgets of gateway llm switch models in a circle, so that no model is left when they are spent: model large → budget dear → model small → budget cheap → model large.',
      related: ['large: From model small it goes on to model large here.'],
    },
  ]);
  const one = exampleRepo(['limits: [fair-share]', 'limits: [fair-share]\n  budgets: [dear]']) + budgets;
  expect(await trial(check, one)).toEqual([]);
});

test('finds replacements that replace each other', async () => {
  const repo = exampleRepo(
    ['  price: {currency: USD, input: 1.25, output: 10}', '  deprecated: {sunset: "2030-01-01", replacement: small}'],
    ['  price: {currency: USD, input: 0.25, output: 2}', '  deprecated: {sunset: "2030-01-01", replacement: large}'],
    ['  match: [{model: large}]', '  api: {replacement: chat}'],
  );
  expect((await trial(check, repo)).map(({ message }) => message)).toEqual([
    'Models are to be replaced by each other: model large → model small → model large.',
    'Routes are to be replaced by each other: route chat → route chat.',
  ]);
});

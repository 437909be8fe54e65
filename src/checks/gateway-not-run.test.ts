import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './gateway-not-run.ts';
import { trial } from './trial.ts';

const URL_OF_VENDOR = 'url: https://api.openai.com/v1';
const inner = (gateways: string) => `---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: inner}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: [{name: http, port: 4000, protocol: http}]
  routes: [chat]
---
apiVersion: aigw.dev/v1alpha1
kind: Environment
metadata: {name: dev}
spec: {gateways: ${gateways}}
`;

const found = (address: string, gateways: string) =>
  trial(check, exampleRepo([URL_OF_VENDOR, address]) + inner(gateways));

test('names the environment, and what it runs', async () => {
  expect(await found('gateway: inner', '[llm]')).toEqual([
    {
      severity: 'error',
      at: 'inner',
      message: 'Provider openai stands for gateway inner, which environment dev does not run.',
      related: ['[llm]: The gateways that it runs.'],
    },
  ]);
});

test.each([
  ['gateway: inner', '[llm, inner]'],
  ['gateway: inner, url: "https://inner.example.com/v1"', '[llm]'],
  ['gateway: nowhere', '[llm]'],
])('nothing about {%s} where %s run', async (address, gateways) => {
  expect(await found(address, gateways)).toEqual([]);
});

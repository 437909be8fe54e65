import { expect, test } from 'vitest';
import { exampleRepo } from './example.ts';
import { check } from './model-without-address.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const SPEC = 'spec: {api: openai, url: https://api.openai.com/v1, credential: {env: OPENAI_API_KEY}}';
const provider = (text: string): Edit => [SPEC, `spec: {${text}}`];

async function found(edits: readonly Edit[], more = '') {
  const all = await trial(check, exampleRepo(...edits) + more);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

test('each model that has nowhere to be is told', async () => {
  expect(await found([provider('api: http')])).toEqual([
    'openai: Model large has no address: provider openai (http) has no url, and the model no serving.',
    'openai: Model small has no address: provider openai (http) has no url, and the model no serving.',
  ]);
});

test.each<[string, Edit[]]>([
  ['a vendor', [provider('api: anthropic')]],
  ['a region', [provider('api: bedrock, region: eu-central-1')]],
  ['a URL', [provider('api: http, url: https://models.example.com')]],
  [
    'containers of its own',
    [
      provider('api: http'),
      ['upstreamModel: gpt-5.1', 'serving: {image: "a/large:1"}'],
      ['upstreamModel: gpt-5-mini', 'serving: {image: "a/small:1"}'],
    ],
  ],
])('%s is an address', async (_, edits) => {
  expect(await found(edits)).toEqual([]);
});

test('a gateway that the environment does not run is none', async () => {
  const inner = `---
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
spec: {gateways: [llm]}
`;
  expect(await found([provider('api: openai, gateway: inner')], inner)).toEqual([
    'inner: Provider openai stands for gateway inner, which environment dev does not run.',
  ]);
});

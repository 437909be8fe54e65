import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './not-allowed.ts';
import { trial } from './trial.ts';

const PROVIDER = 'spec: {api: openai, url: https://api.openai.com/v1';
const policy = (allow: string, more = '') =>
  `---\napiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\nspec: {${more}allow: {${allow}}}\n`;
const places = async (repo: string) => (await trial(check, repo)).map(({ at, severity }) => [severity, at]);

test('uses of models and providers that are not listed are told where they are named', async () => {
  expect(await places(exampleRepo() + policy('providers: [openai], models: [large, small]'))).toEqual([]);
  expect(await places(exampleRepo() + policy('providers: []'))).toEqual([
    ['error', 'openai'],
    ['error', 'openai'],
  ]);
  expect(await places(exampleRepo() + policy('models: [large]'))).toEqual([['error', 'small']]);
});

test.each([
  ['region: eu', []],
  ['region: us', [['error', 'us']]],
  ['headers: {x-a: b}', [['warning', 'openai']]],
])('a provider with %s', async (more, told) => {
  expect(await places(exampleRepo([PROVIDER, `${PROVIDER}, ${more}`]) + policy('regions: [eu]'))).toEqual(told);
});

test.each(['http://vllm.ai.svc:8000/v1', 'http://vllm/v1', 'http://10.0.0.7/v1', 'https://llm.corp.internal/v1'])(
  '%s lies inside and needs no region',
  async (url) => {
    expect(await places(exampleRepo(['https://api.openai.com/v1', url]) + policy('regions: [eu]'))).toEqual([]);
  },
);

test("an environment's own region is looked at", async () => {
  const environment =
    '---\napiVersion: aigw.dev/v1alpha1\nkind: Environment\nmetadata: {name: prod}\nspec: {cloud: {region: us-east-1}}\n';
  const repo = exampleRepo([PROVIDER, `${PROVIDER}, region: eu`]) + environment + policy('regions: [eu]');
  expect(await places(repo)).toEqual([['error', 'us-east-1']]);
});

test('images must begin as the policy says, and be named where the target would choose one', async () => {
  const gateway = (image: string) => ['  routes: [chat]', `  routes: [chat]\n  workload: {image: "${image}"}`] as const;
  const serving = [
    '  upstreamModel: gpt-5-mini',
    '  upstreamModel: gpt-5-mini\n  serving: {image: "other/m:1"}',
  ] as const;
  const images = policy('images: [registry.example/]');
  expect(await places(exampleRepo(gateway('registry.example/litellm:1')) + images)).toEqual([]);
  expect(await places(exampleRepo(gateway('ghcr.io/x/litellm:1'), serving) + images)).toEqual([
    ['error', '"other/m:1"'],
    ['error', '"ghcr.io/x/litellm:1"'],
  ]);
  expect(await places(exampleRepo() + images)).toEqual([['warning', 'llm']]);
});

test('a policy of another environment does not count', async () => {
  const overlay = `---\napiVersion: aigw.dev/v1alpha1\nkind: Provider\nmetadata: {name: openai, environment: dev}\nspec: {region: us}\n`;
  const repo = exampleRepo([PROVIDER, `${PROVIDER}, region: eu`]) + overlay;
  expect(await places(repo + policy('regions: [eu]', 'environments: [prod], '))).toEqual([]);
  expect(await places(repo + policy('regions: [eu]'))).toEqual([['error', 'us']]);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './incomplete-provider.ts';
import { trial } from './trial.ts';

const SPEC = '{api: openai, url: https://api.openai.com/v1, credential: {env: OPENAI_API_KEY}}';
const provider = (spec: string, ...edits: readonly (readonly [string, string])[]) =>
  exampleRepo([SPEC, spec], ...edits);
const key = 'credential: {env: KEY}';

test.each([
  ['{api: openai}', 'neither url nor credential'],
  ['{api: mistral, region: eu}', 'neither url nor credential'],
  [`{api: azure-openai, url: "https://a.openai.azure.com", ${key}}`, 'no apiVersion'],
  ['{api: vertex-ai, region: europe-west4, identity: workload}', 'no project'],
  ['{api: openai, url: "https://api.openai.com/v1"}', 'no credential'],
  ['{api: anthropic, url: "https://api.anthropic.com"}', 'no credential'],
])('%s lacks something', async (spec, what) => {
  const found = await trial(check, provider(spec));
  expect(found).toMatchObject([{ severity: 'error', at: 'openai' }]);
  expect(found[0]?.message).toContain(what);
});

test.each([
  `{api: openai, ${key}}`,
  '{api: openai, gateway: llm}',
  '{api: openai, url: "http://vllm.ai.svc:8000/v1"}',
  '{api: openai, url: "https://api.openai.com/v1", headers: {authorization: "Bearer $KEY"}}',
  `{api: azure-openai, url: "https://a.openai.azure.com/openai/v1", ${key}}`,
  '{api: bedrock, region: eu-central-1, identity: workload}',
  '{api: vertex-ai, region: europe-west4, project: shop, identity: workload}',
])('%s says all that is needed', async (spec) => {
  expect(await trial(check, provider(spec))).toEqual([]);
});

test('what the config itself serves needs no address', async () => {
  const serving = (name: string) =>
    [`  upstreamModel: ${name}`, `  upstreamModel: ${name}\n  serving: {image: "a/b:1"}`] as const;
  expect(await trial(check, provider('{api: openai}', serving('gpt-5.1'), serving('gpt-5-mini')))).toEqual([]);
  const [found] = await trial(check, provider('{api: openai}', serving('gpt-5.1')));
  expect(found?.related).toEqual(['small: Model small has no serving.']);
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assembleRepo } from '../src/config/repo.ts';
import type { JsonObject } from '../src/lib/json.ts';
import { render } from '../src/targets/litellm/render.ts';
import { printYaml } from '../src/targets/print.ts';
import { installLitellm, MASTER_KEY, type RunningLitellm, startLitellm } from './litellm.ts';
import { type StandIn, startStandIn } from './openai-stand-in.ts';
import { findPython } from './python.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');

beforeAll(async () => {
  if ((await findPython()) === undefined) throw new Error('The lab of LiteLLM needs Python 3.11 or newer with venv.');
  await installLitellm();
}, 600_000);

describe('the smallest repo', () => {
  const lab = gatewayOf(join(fixtures, 'smallest'), 'prod', 'llm', ['https://api.openai.com']);

  test('serves its route', async () => {
    const { status, text } = await lab.ask({ model: 'chat' });
    expect([status, text]).toEqual([200, 'hello from gpt-5-mini']);
    expect(lab.upstream().calls[0]?.headers['authorization']).toBe('Bearer value-of-OPENAI_API_KEY');
  });

  test('lets nobody in without a key', async () => {
    expect((await lab.ask({ model: 'chat' }, null)).status).toBe(401);
    expect((await lab.ask({ model: 'chat' }, 'sk-of-somebody-else')).status).not.toBe(200);
  });

  test('streams', async () => {
    const { status, raw } = await lab.ask({ model: 'chat', stream: true });
    expect(status).toBe(200);
    expect(raw).toContain('data: [DONE]');
  });
});

describe('the LLM gateway of the flagship', () => {
  const lab = gatewayOf(join(fixtures, 'cognitotech'), 'prod', 'llm', [
    'https://cognitotech-sweden.openai.azure.com',
    'https://api.mistral.ai',
    'http://product-expert.ai-prod.svc:8000',
    'http://presidio-analyzer.privacy.svc:3000',
    'http://presidio-anonymizer.privacy.svc:3000',
  ]);

  test.each([
    ['product', 'hello from product-expert'],
    ['expert', 'hello from eu.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['small-talk', 'hello from mistral-small-latest'],
  ])('answers %s', async (model, expected) => {
    const { status, text } = await lab.ask({ model });
    expect([status, text]).toEqual([200, expected]);
  });
});

interface Answer {
  readonly status: number;
  readonly raw: string;
  /** What the assistant says. */
  readonly text: string | undefined;
}

/** A gateway of a fixture on a real LiteLLM, each of whose upstream addresses is a stand-in's. */
function gatewayOf(root: string, environment: string, name: string, origins: readonly string[]) {
  let upstream: StandIn | undefined;
  let proxy: RunningLitellm | undefined;
  const upstreamNow = (): StandIn => {
    if (upstream === undefined) throw new Error('not started');
    return upstream;
  };
  beforeAll(async () => {
    upstream = await startStandIn();
    const { file, variables } = renderedFile(root, environment, name);
    const local = origins.reduce((text, origin) => text.replaceAll(origin, upstreamNow().url), printYaml(file));
    const env = Object.fromEntries(variables.map((variable) => [variable, `value-of-${variable}`]));
    proxy = await startLitellm({ config: local, env: { ...env, ...awsOf(upstream) } });
  });
  beforeEach(() => {
    upstreamNow().forget();
  });
  afterAll(async () => {
    await proxy?.stop();
    await upstream?.stop();
  });
  const ask = async (body: JsonObject, key: string | null = MASTER_KEY): Promise<Answer> => {
    const response = await fetch(`${proxy?.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], ...body }),
    });
    const raw = await response.text();
    return { status: response.status, raw, text: textOf(raw) };
  };
  return { ask, upstream: upstreamNow };
}

function textOf(raw: string): string | undefined {
  if (!raw.startsWith('{')) return undefined;
  const parsed = JSON.parse(raw) as {
    readonly choices?: readonly { readonly message: { readonly content: string } }[];
  };
  return parsed.choices?.[0]?.message.content;
}

/** Bedrock's client wants credentials and signs with them; the stand-in looks at neither. */
function awsOf({ url }: StandIn): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab', AWS_BEDROCK_RUNTIME_ENDPOINT: url };
}

/** LiteLLM's file without the database, which the lab does not run, and the variables that it refers to. */
function renderedFile(root: string, environment: string, name: string) {
  const sources = globSync('**/*.yaml', { cwd: root }).map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
  const config = assembleRepo(sources.toSorted((a, b) => (a.path < b.path ? -1 : 1))).resolve(environment, new Map());
  const gateway = config?.find('Gateway', name);
  if (config === undefined || gateway === undefined)
    throw new Error(`${root} has no gateway ${name} in ${environment}`);
  const { files, workloads } = render({ config, gateway });
  const file = files[0]?.content.kind === 'yaml' ? files[0].content.value : {};
  const { database_url: _, ...general } = file['general_settings'] as JsonObject;
  const variables = Object.entries(workloads[0]?.env ?? {}).flatMap(([variable, value]) =>
    typeof value === 'string' || variable === 'DATABASE_URL' || variable === 'LITELLM_MASTER_KEY' ? [] : [variable],
  );
  return { file: { ...file, general_settings: general }, variables };
}

// Rendered files of small repos start a real LiteLLM and serve; the example repos are asked by the table of promises.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installLitellm, MASTER_KEY } from '../members/litellm.ts';
import { gatewayIn } from './gateway-under-test.ts';
import { type RunningGateway, startGateway } from './litellm-gateway.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');

/** Gateways that start at a time: more would take longer than one after the other, on two cores. */
const LANES = 3;

/** Starts of gateways that tests wait for, in the order in which they do. */
const waiting: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await installLitellm();
  for (let lane = 0; lane < LANES; lane++) void startInTurn();
});

async function startInTurn(): Promise<void> {
  for (let start = waiting.shift(); start !== undefined; start = waiting.shift()) await start();
}

describe('the smallest repo', () => {
  const lab = running({ root: join(fixtures, 'smallest'), environment: 'prod', gateway: 'llm' });

  test('serves its route', async () => {
    const { status, text } = await lab().ask({ model: 'chat' });
    expect([status, text]).toEqual([200, 'hello from gpt-5-mini']);
    expect(lab().upstream.calls[0]?.headers['authorization']).toBe('Bearer value-of-OPENAI_API_KEY');
  });

  test('lets nobody in without a key', async () => {
    expect((await lab().ask({ model: 'chat' }, {}, null)).status).toBe(401);
    expect((await lab().ask({ model: 'chat' }, {}, 'sk-of-somebody-else')).status).not.toBe(200);
    expect(lab().upstream.calls).toEqual([]);
  });

  test.each(['x-api-key', 'api-key', 'x-goog-api-key', 'x-litellm-api-key'])('takes a key in %s', async (header) => {
    expect((await lab().ask({ model: 'chat' }, { [header]: MASTER_KEY }, null)).status).toBe(200);
  });

  test('streams', async () => {
    const { status, raw } = await lab().ask({ model: 'chat', stream: true });
    expect(status).toBe(200);
    expect(raw).toContain('data: [DONE]');
  });
});

describe('a model of every protocol', () => {
  const root = join(fixtures, 'targets', 'litellm', 'providers');
  const lab = running({ root, environment: 'prod', gateway: 'first' });

  // Azure, SageMaker and Vertex AI are not here: they want their clouds' identity, or name their own hosts.
  test.each([
    ['gpt', '/v1/chat/completions', 'authorization', 'Bearer value-of-VAULT__secret_ai_openai__api_key_9ebe9eb6'],
    ['claude', '/v1/messages', 'x-api-key', 'value-of-EXTERNAL__company_store__ai_anthropic_1934a92a'],
    ['nova', '/model/eu.amazon.nova-lite-v1:0/converse', 'content-type', 'application/json'],
    ['flash', '/v1beta/models/gemini-3-flash:generateContent', 'x-goog-api-key', 'value-of-GEMINI_API_KEY'],
    ['small', '/v1/chat/completions', 'authorization', 'Bearer value-of-SECRET__mistral__apiKey'],
    ['served', '/v1/chat/completions', 'authorization', 'Bearer no-key-needed'],
    ['next-gateway', '/v1/chat/completions', 'authorization', 'Bearer value-of-SECRET__second_key__apiKey'],
  ])('asks %s at its path, with its key', async (model, path, header, value) => {
    expect((await lab().ask({ model })).status).toBe(200);
    const [call] = lab().upstream.calls;
    expect(call?.path).toBe(path);
    expect(call?.headers[header]).toBe(value);
  });

  test('asks for embeddings', async () => {
    expect((await lab().post('/v1/embeddings', { model: 'embedder', input: 'hello' })).status).toBe(200);
    expect(lab().upstream.calls[0]?.path).toBe('/v2/embed');
  });
});

interface Place {
  readonly root: string;
  readonly environment: string;
  readonly gateway: string;
}

/** Gateways, and the names that they answer with whom. */
const others: readonly (Place & { readonly answers: Readonly<Record<string, string>> })[] = [
  goldenCase('routes', {
    question: 'gpt-5-mini',
    ask: 'gpt-5-mini',
    'gpt-mini': 'gpt-5-mini',
    'gpt-9': 'gpt-5.1',
    large: 'gpt-5-mini',
    'any other name': 'gpt-5-mini',
  }),
  goldenCase('traffic', { copied: 'stable' }),
  goldenCase('content', {}),
  goldenCase('access', { everyday: 'small', usual: 'small', expert: 'large', desk: 'small' }),
  goldenCase('settings', { kept: 'small' }),
];

describe.each(others)('$root $gateway', ({ answers, ...source }) => {
  const lab = running(source);

  test('starts and answers', async () => {
    expect((await lab().get('/health/readiness')).status).toBe(200);
    for (const [model, by] of Object.entries(answers))
      expect([model, (await lab().ask({ model })).text]).toEqual([model, `hello from ${by}`]);
  });
});

test('the lab has a test for every case of the target', () => {
  const cases = globSync('*', { cwd: join(fixtures, 'targets', 'litellm') });
  const seen = [...others.map(({ root }) => root.slice(root.lastIndexOf('/') + 1)), 'providers'];
  expect(cases.filter((name) => !seen.includes(name))).toEqual([]);
});

function goldenCase(name: string, answers: Readonly<Record<string, string>>) {
  return { root: join(fixtures, 'targets', 'litellm', name), environment: 'prod', gateway: 'llm', answers };
}

/** A gateway that runs until the tests around it have ended. */
function running({ root, environment, gateway }: Place): () => RunningGateway {
  const started = Promise.withResolvers<RunningGateway>();
  // Whoever waits for it sees its failure; that nobody does yet is no fault.
  started.promise.catch(() => undefined);
  waiting.push(() => startGateway(gatewayIn(root, environment, gateway)).then(started.resolve, started.reject));
  let lab: RunningGateway | undefined;
  beforeAll(async () => {
    lab = await started.promise;
  });
  beforeEach(() => lab?.upstream.forget());
  afterAll(() => lab?.stop());
  return () => {
    if (lab === undefined) throw new Error('not started');
    return lab;
  };
}

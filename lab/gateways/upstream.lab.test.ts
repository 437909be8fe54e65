import { afterEach, beforeEach, expect, test } from 'vitest';
import { embed } from '../fakes/upstream/embedding.ts';
import { startUpstream, type Upstream } from '../fakes/upstream.ts';
import { isFree } from '../process.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.stop());

test('answers a chat and records it', async () => {
  const answer = await ask('/v1/chat/completions', chat());
  expect(await answer.json()).toMatchObject({
    choices: [{ finish_reason: 'stop', message: { content: 'hello from gpt' } }],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
  });
  expect(upstream.calls).toMatchObject([{ path: '/v1/chat/completions', model: 'gpt', headers: { 'x-lab': 'yes' } }]);
  upstream.forget();
  expect(upstream.calls).toEqual([]);
});

test('streams in the form of OpenAI, with usage where it is asked for', async () => {
  const plain = await text('/v1/chat/completions', { ...chat(), stream: true });
  expect(plain).toContain('"content":"hello "');
  expect(plain).toMatch(/data: \[DONE\]\n\n$/);
  expect(plain).not.toContain('usage');
  const counted = { ...chat(), stream: true, stream_options: { include_usage: true } };
  expect(await text('/v1/chat/completions', counted)).toContain('"usage":{"prompt_tokens":9');
});

test('streams in the form of Anthropic', async () => {
  const events = (await text('/v1/messages', { ...chat(), stream: true })).matchAll(/^event: (\w+)$/gm);
  expect([...events].map(([, type]) => type)).toEqual([
    'message_start',
    'content_block_start',
    ...['content_block_delta', 'content_block_delta', 'content_block_delta'],
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

test('completes and responds in the other forms of OpenAI', async () => {
  const legacy = { model: 'gpt', prompt: 'hello' };
  expect(await json('/v1/completions', legacy)).toMatchObject({
    object: 'text_completion',
    choices: [{ text: 'hello from gpt', finish_reason: 'stop' }],
  });
  expect(await text('/v1/completions', { ...legacy, stream: true })).toContain('"text":"hello "');
  const question = { model: 'gpt', input: 'hello' };
  expect(await json('/v1/responses', question)).toMatchObject({
    output: [{ content: [{ type: 'output_text', text: 'hello from gpt' }] }],
    usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
  });
  const events = (await text('/v1/responses', { ...question, stream: true })).matchAll(/^event: (\S+)$/gm);
  const types = [...events].map(([, type]) => type);
  expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed']);
});

test('streams in the form of Gemini', async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };
  const streamed = await text('/v1beta/models/gemini-2.5:streamGenerateContent?alt=sse', body);
  expect([...streamed.matchAll(/"text":"([^"]*)"/g)].map(([, piece]) => piece).join('')).toBe('hello from gemini-2.5');
  expect(upstream.calls[0]?.model).toBe('gemini-2.5');
});

test('embeds texts that share words near to each other, as numbers and in base64', async () => {
  const texts = ['where is my parcel', 'where is the parcel of mine', 'refund an invoice'];
  const { data } = (await json('/v1/embeddings', { model: 'embedder', input: texts })) as {
    readonly data: readonly { readonly embedding: readonly number[] }[];
  };
  const [one, alike, other] = data.map(({ embedding }) => embedding);
  expect(one).toEqual(embed(texts[0] ?? ''));
  expect(likeness(one, alike)).toBeGreaterThan(likeness(one, other) + 0.2);
  const coded = { model: 'embedder', input: texts[0], encoding_format: 'base64', dimensions: 8 };
  const { data: inBase64 } = (await json('/v1/embeddings', coded)) as {
    readonly data: readonly [{ readonly embedding: string }];
  };
  const bytes = Buffer.from(inBase64[0].embedding, 'base64');
  expect(Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(4 * index))).toEqual(embed(texts[0] ?? '', 8));
});

test('moderates, and tells of its models', async () => {
  upstream.behave('mod', { refusal: true });
  expect(await json('/v1/moderations', { model: 'mod', input: 'x' })).toMatchObject({ results: [{ flagged: true }] });
  const models = await (await fetch(`${upstream.url}/v1/models`)).json();
  expect(models).toMatchObject({ object: 'list', data: [{ id: 'mod', object: 'model' }] });
});

test('refuses in the words of each vendor', async () => {
  upstream.behave('gpt', { refusal: true });
  expect(await json('/v1/chat/completions', chat())).toMatchObject({ choices: [{ finish_reason: 'content_filter' }] });
  expect(await json('/v1/messages', chat())).toMatchObject({ stop_reason: 'refusal' });
});

test('fails by list, one call each, and is well after', async () => {
  upstream.behave('gpt', [{ status: 500 }, { drop: true }, { status: 503, error: { message: 'busy' } }]);
  expect((await ask('/v1/chat/completions', chat())).status).toBe(500);
  await expect(ask('/v1/chat/completions', chat())).rejects.toThrow();
  const busy = await ask('/v1/chat/completions', chat());
  expect([busy.status, await busy.json()]).toEqual([503, { error: { message: 'busy' } }]);
  expect((await ask('/v1/chat/completions', chat())).status).toBe(200);
});

test('fails in the words of each vendor', async () => {
  upstream.behave('gpt', { status: 429, headers: { 'retry-after': '7' } });
  const busy = await ask('/v1/chat/completions', chat());
  expect(busy.headers.get('retry-after')).toBe('7');
  expect(await busy.json()).toMatchObject({ error: { type: 'requests', code: 'rate_limit_exceeded' } });
  expect(await json('/v1/messages', chat())).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  expect(await json('/v1beta/models/gpt:generateContent', {})).toMatchObject({
    error: { code: 429, status: 'RESOURCE_EXHAUSTED' },
  });
  expect(await json('/model/gpt/converse', {})).toEqual({ message: 'on demand' });
});

test('does not take what is no JSON', async () => {
  const answer = await fetch(`${upstream.url}/v1/chat/completions`, { method: 'POST', body: '{' });
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
});

test('tells how much is left, and when to come again', async () => {
  upstream.behave('gpt', { limit: { calls: 2, within: 60_000 } });
  const answers = [await ask('/v1/chat/completions', chat()), await ask('/v1/chat/completions', chat())];
  answers.push(await ask('/v1/chat/completions', chat()));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining-requests'))).toEqual(['1', '0', '0']);
  expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual([null, null, '60']);
  const late = await ask('/v1/messages', chat());
  expect([late.status, late.headers.get('anthropic-ratelimit-requests-limit')]).toEqual([429, '2']);
});

test('lets calls through again when the time is over, whoever was turned away meanwhile', async () => {
  upstream.behave('gpt', { limit: { calls: 1, within: 400 } });
  expect((await ask('/v1/chat/completions', chat())).status).toBe(200);
  await expect
    .poll(async () => (await ask('/v1/chat/completions', chat())).status, { interval: 100, timeout: 5000 })
    .toBe(200);
});

test('breaks off in the middle of a stream', async () => {
  upstream.behave('gpt', { breakAfter: 2, pace: 5 });
  await expect(text('/v1/chat/completions', { ...chat(), stream: true })).rejects.toThrow();
});

test('is gone after stop, and runs beside another', async () => {
  const other = await startUpstream('other');
  expect(await (await fetch(`${other.url}/anything`)).text()).toContain('hello from other');
  expect(other.calls).toMatchObject([{ upstream: 'other', method: 'GET', path: '/anything' }]);
  expect(upstream.calls).toEqual([]);
  await other.stop();
  expect(await isFree(Number(new URL(other.url).port))).toBe(true);
});

/** The cosine of the angle between two vectors of length one. */
function likeness(one: readonly number[] = [], other: readonly number[] = []): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function chat() {
  return { model: 'gpt', messages: [{ role: 'user', content: 'hello' }] };
}

function ask(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-lab': 'yes' };
  return fetch(upstream.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function text(path: string, body: object): Promise<string> {
  return await (await ask(path, body)).text();
}

async function json(path: string, body: object): Promise<unknown> {
  return await (await ask(path, body)).json();
}

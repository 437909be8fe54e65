import { afterEach, beforeEach, expect, test } from 'vitest';
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

test('embeds as numbers and in base64, and moderates', async () => {
  const numbers = await json('/v1/embeddings', { model: 'embedder', input: ['a', 'b'] });
  expect(numbers).toMatchObject({ data: [{ embedding: [0.1, 0.2, 0.3] }, { index: 1 }] });
  const coded = await json('/v1/embeddings', { model: 'embedder', input: 'a', encoding_format: 'base64' });
  expect(coded).toMatchObject({ data: [{ embedding: 'zczMPc3MTD6amZk+' }] });
  upstream.behave('mod', { refusal: true });
  expect(await json('/v1/moderations', { model: 'mod', input: 'x' })).toMatchObject({ results: [{ flagged: true }] });
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

test('says when to come again', async () => {
  upstream.behave('gpt', { limit: { calls: 2, within: 60_000 } });
  const answers = [await ask('/v1/chat/completions', chat()), await ask('/v1/chat/completions', chat())];
  answers.push(await ask('/v1/chat/completions', chat()));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[2]?.headers.get('retry-after')).toBe('60');
});

test('breaks off in the middle of a stream', async () => {
  upstream.behave('gpt', { breakAfter: 2, pace: 5 });
  await expect(text('/v1/chat/completions', { ...chat(), stream: true })).rejects.toThrow();
});

test('is gone after stop, and runs beside another', async () => {
  const other = await startUpstream('other');
  expect(await (await fetch(`${other.url}/anything`)).text()).toContain('hello from other');
  await other.stop();
  expect(await isFree(Number(new URL(other.url).port))).toBe(true);
});

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

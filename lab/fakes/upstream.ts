// Stands in for vendors on loopback: speaks enough of the protocols of OpenAI, Azure, Anthropic, Gemini, Cohere, Bedrock and Presidio to
// answer a gateway's calls, records what it was asked, and fails on demand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A call that reached the stand-in. */
export interface RecordedCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The model asked for, by body or path; the upstream's name where neither tells. */
  readonly model: string;
  /** Milliseconds on this process's monotonic clock. */
  readonly at: number;
}

/** How calls for a model go wrong, or how long they take. */
export interface Behaviour {
  readonly status?: number;
  readonly error?: Readonly<Record<string, unknown>>;
  /** Milliseconds before the answer begins. */
  readonly delay?: number;
  /** The connection breaks instead of an answer. */
  readonly drop?: boolean;
  /** What the answer says. */
  readonly text?: string;
}

export interface Upstream {
  /** Without a path. */
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  readonly forget: () => void;
  /** From now on, calls for this model behave so; undefined makes them well again. */
  readonly behave: (model: string, behaviour: Behaviour | undefined) => void;
  readonly stop: () => Promise<void>;
}

/** @param name what it answers for where a call names no model. */
export async function startUpstream(name = ''): Promise<Upstream> {
  const calls: RecordedCall[] = [];
  const behaviours = new Map<string, Behaviour>();
  const server = createServer((request, response) => {
    answer(request, response, { name, calls, behaviours }).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    forget: () => calls.splice(0),
    behave: (model, behaviour) => {
      if (behaviour === undefined) behaviours.delete(model);
      else behaviours.set(model, behaviour);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface State {
  readonly name: string;
  readonly calls: RecordedCall[];
  readonly behaviours: ReadonlyMap<string, Behaviour>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { name, calls, behaviours }: State,
): Promise<void> {
  const path = decodeURIComponent(request.url ?? '/');
  const body = await bodyOf(request);
  const model = modelOf(path, body) || name;
  calls.push({ path, headers: request.headers, body, model, at: performance.now() });
  const behaviour = behaviours.get(model) ?? {};
  if (behaviour.delay !== undefined) await sleep(behaviour.delay);
  if (behaviour.drop === true) {
    response.destroy();
    return;
  }
  if (behaviour.status !== undefined)
    return json(response, { error: behaviour.error ?? { message: 'on demand' } }, behaviour.status);
  if (body['stream'] === true) return stream(response, model, behaviour.text);
  json(response, replyTo(path, body, model, behaviour.text), 200);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function modelOf(path: string, body: Readonly<Record<string, unknown>>): string {
  const [, fromPath] = /\/(?:deployments|models?)\/([^/?]+?)(?::\w+Content)?(?:[/?]|$)/.exec(path) ?? [];
  const named = fromPath ?? body['model'];
  return typeof named === 'string' ? named : '';
}

const USAGE = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

function replyTo(
  path: string,
  body: Readonly<Record<string, unknown>>,
  model: string,
  text = `hello from ${model}`,
): unknown {
  if (path.endsWith('/analyze')) return findEmails(String(body['text'] ?? ''));
  if (path.endsWith('/anonymize')) return anonymize(body);
  if (path.includes('/guardrail/')) return { action: 'NONE', outputs: [], assessments: [] };
  if (path.includes('/converse')) return converse(text);
  if (path.endsWith('/v1/messages')) return anthropicMessage(model, text);
  if (path.includes(':generateContent')) return geminiContent(text);
  if (path.endsWith('/v2/embed')) return cohereEmbeddings();
  if (path.includes('/embeddings')) return embeddings(body, model);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage: USAGE,
  };
}

function anthropicMessage(model: string, text: string): unknown {
  const usage = { input_tokens: 7, output_tokens: 3 };
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage,
  };
}

function geminiContent(text: string): unknown {
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 },
  };
}

function cohereEmbeddings(): unknown {
  return {
    id: 'embed-1',
    texts: [],
    embeddings: { float: [[0.1, 0.2, 0.3]] },
    meta: { billed_units: { input_tokens: 3 } },
  };
}

function converse(text: string): unknown {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
    metrics: { latencyMs: 1 },
  };
}

function embeddings(body: Readonly<Record<string, unknown>>, model: string): unknown {
  const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding: [0.1, 0.2, 0.3] }));
  return { object: 'list', model, data, usage: { prompt_tokens: 3, total_tokens: 3 } };
}

const EMAIL = /[a-z0-9.]+@[a-z0-9.]+\.[a-z]+/g;

function findEmails(text: string): unknown {
  return [...text.matchAll(EMAIL)].map(({ 0: found, index }) => ({
    entity_type: 'EMAIL_ADDRESS',
    start: index,
    end: index + found.length,
    score: 0.99,
  }));
}

function anonymize(body: Readonly<Record<string, unknown>>): unknown {
  const text = String(body['text'] ?? '');
  const replacement = '<EMAIL_ADDRESS>';
  const items = [...text.matchAll(EMAIL)].map(({ index }) => ({
    start: index,
    end: index + replacement.length,
    entity_type: 'EMAIL_ADDRESS',
    text: replacement,
    operator: 'replace',
  }));
  return { text: text.replace(EMAIL, replacement), items };
}

function json(response: ServerResponse, value: unknown, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function stream(response: ServerResponse, model: string, text = `hello from ${model}`): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: unknown, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  for (const word of text.split(/(?<= )/)) response.write(chunk({ role: 'assistant', content: word }, null));
  response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
}

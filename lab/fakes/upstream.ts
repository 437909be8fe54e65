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

/** How calls for a model go, where they do not simply go well. */
export interface Behaviour {
  readonly status?: number;
  /** The vendor's error; one in OpenAI's form unless given. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** Milliseconds before the answer begins, and between two pieces of a streamed one. */
  readonly delay?: number;
  readonly pace?: number;
  /** The connection breaks instead of an answer. */
  readonly drop?: boolean;
  /** A streamed answer breaks off after so many pieces. */
  readonly breakAfter?: number;
  /** What the answer says. */
  readonly text?: string;
  /** How many tokens the answer says that it took; counted from what was asked and said unless given. */
  readonly tokens?: number;
  /** The vendor's filter holds the answer back, and the answer says so; of a guardrail, which is known by its id: it finds something. */
  readonly refusal?: boolean;
  /** No more than so many calls in so many milliseconds; the others get 429 and are told when to come again. */
  readonly limit?: { readonly calls: number; readonly within: number };
}

export interface Upstream {
  /** Without a path. */
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  readonly forget: () => void;
  /** From now on, calls for this model go so; a list is for one call each, after which they go well; undefined makes them well again. */
  readonly behave: (model: string, behaviour: Behaviour | readonly Behaviour[] | undefined) => void;
  readonly stop: () => Promise<void>;
}

/** @param name what it answers for where a call names no model. */
export async function startUpstream(name = ''): Promise<Upstream> {
  const calls: RecordedCall[] = [];
  const behaviours = new Map<string, Behaviour | Behaviour[]>();
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
      else behaviours.set(model, isList(behaviour) ? [...behaviour] : behaviour);
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
  readonly behaviours: ReadonlyMap<string, Behaviour | Behaviour[]>;
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
  const behaviour = nextOf(behaviours.get(model));
  if (behaviour.limit !== undefined && exceeds(behaviour.limit, calls, model))
    return refuseForNow(response, behaviour.limit);
  if (behaviour.delay !== undefined) await sleep(behaviour.delay);
  if (behaviour.drop === true) {
    response.destroy();
    return;
  }
  if (behaviour.status !== undefined)
    return json(response, { error: behaviour.error ?? { message: 'on demand' } }, behaviour.status);
  const said: Said = {
    model,
    text: behaviour.text ?? `hello from ${model}`,
    usage: usageOf(body, behaviour),
    behaviour,
  };
  if (body['stream'] !== true) return json(response, replyTo(path, body, said), 200);
  return path.endsWith('/v1/messages') ? streamMessage(response, said) : streamChat(response, said, body);
}

/** What an answer says, in whatever form. */
interface Said {
  readonly model: string;
  readonly text: string;
  readonly usage: Usage;
  readonly behaviour: Behaviour;
}

function isList(behaviour: Behaviour | readonly Behaviour[]): behaviour is readonly Behaviour[] {
  return Array.isArray(behaviour);
}

function nextOf(behaviour: Behaviour | Behaviour[] | undefined): Behaviour {
  return (Array.isArray(behaviour) ? behaviour.shift() : behaviour) ?? {};
}

function exceeds(
  { calls: most, within }: NonNullable<Behaviour['limit']>,
  calls: readonly RecordedCall[],
  model: string,
): boolean {
  const since = performance.now() - within;
  return calls.filter((call) => call.model === model && call.at > since).length > most;
}

/** With the headers that OpenAI sends. */
function refuseForNow(response: ServerResponse, { calls, within }: NonNullable<Behaviour['limit']>): void {
  const wait = Math.ceil(within / 1000);
  response.setHeader('retry-after', String(wait));
  response.setHeader('x-ratelimit-limit-requests', String(calls));
  response.setHeader('x-ratelimit-remaining-requests', '0');
  response.setHeader('x-ratelimit-reset-requests', `${wait}s`);
  json(response, { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } }, 429);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function modelOf(path: string, body: Readonly<Record<string, unknown>>): string {
  const [, fromPath] = /\/(?:deployments|models?|guardrail)\/([^/?]+?)(?::\w+Content)?(?:[/?]|$)/.exec(path) ?? [];
  const named = fromPath ?? body['model'];
  return typeof named === 'string' ? named : '';
}

interface Usage {
  readonly input: number;
  readonly output: number;
}

/** About four characters a token, as of English; at least what a greeting and its answer have. */
function usageOf(body: Readonly<Record<string, unknown>>, { text = '', tokens }: Behaviour): Usage {
  if (tokens !== undefined) return { input: 1, output: tokens - 1 };
  const asked = JSON.stringify(body['messages'] ?? body['input'] ?? body['prompt'] ?? '');
  return { input: Math.max(7, Math.ceil(asked.length / 4)), output: Math.max(3, Math.ceil(text.length / 4)) };
}

function guardrailVerdict({ behaviour }: Said): unknown {
  if (behaviour.refusal !== true) return { action: 'NONE', outputs: [], assessments: [] };
  const topics = [{ name: 'lab', type: 'DENY', action: 'BLOCKED' }];
  return {
    action: 'GUARDRAIL_INTERVENED',
    outputs: [{ text: 'held back' }],
    assessments: [{ topicPolicy: { topics } }],
  };
}

function openAiUsage({ input, output }: Usage): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function replyTo(path: string, body: Readonly<Record<string, unknown>>, said: Said): unknown {
  const { model, text } = said;
  if (path.endsWith('/analyze')) return findEmails(String(body['text'] ?? ''));
  if (path.endsWith('/anonymize')) return anonymize(body);
  if (path.endsWith('/moderations')) return moderation(body, said);
  if (path.includes('/guardrail/')) return guardrailVerdict(said);
  if (path.includes('/converse')) return converse(said);
  if (path.endsWith('/v1/messages')) return anthropicMessage(said);
  if (path.includes(':generateContent')) return geminiContent(said);
  if (path.endsWith('/v2/embed')) return cohereEmbeddings();
  if (path.includes('/embeddings')) return embeddings(body, said);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, finish_reason: finishOf(said), message: { role: 'assistant', content: text } }],
    usage: openAiUsage(said.usage),
  };
}

function finishOf({ behaviour }: Said): string {
  return behaviour.refusal === true ? 'content_filter' : 'stop';
}

function moderation({ input }: Readonly<Record<string, unknown>>, { model, behaviour }: Said): unknown {
  const inputs = Array.isArray(input) ? input : [input];
  const flagged = behaviour.refusal === true;
  const results = inputs.map(() => ({
    flagged,
    categories: { violence: flagged },
    category_scores: { violence: flagged ? 0.99 : 0.01 },
  }));
  return { id: 'modr-1', model, results };
}

function anthropicMessage({ model, text, usage, behaviour }: Said): unknown {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: behaviour.refusal === true ? 'refusal' : 'end_turn',
    usage: { input_tokens: usage.input, output_tokens: usage.output },
  };
}

function geminiContent({ text, usage: { input, output } }: Said): unknown {
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
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

function converse({ text, usage: { input, output } }: Said): unknown {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: input, outputTokens: output, totalTokens: input + output },
    metrics: { latencyMs: 1 },
  };
}

/** As numbers, or as OpenAI's own clients ask for them: 32-bit floats, little-endian, in base64. */
function embeddings(body: Readonly<Record<string, unknown>>, { model, usage }: Said): unknown {
  const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const vector = [0.1, 0.2, 0.3];
  const embedding =
    body['encoding_format'] === 'base64' ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector;
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }));
  return { object: 'list', model, data, usage: { prompt_tokens: usage.input, total_tokens: usage.input } };
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

/** Server-sent events, at the pace that was asked for. */
async function send(
  response: ServerResponse,
  events: readonly string[],
  { pace, breakAfter }: Behaviour,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [index, event] of events.entries()) {
    if (index === breakAfter) {
      response.destroy();
      return;
    }
    if (pace !== undefined && index > 0) await sleep(pace);
    response.write(event);
  }
  response.end();
}

function piecesOf(text: string): readonly string[] {
  return text.split(/(?<= )/);
}

/** In OpenAI's form, with a last piece for the usage where it is asked for. */
function streamChat(response: ServerResponse, said: Said, body: Readonly<Record<string, unknown>>): Promise<void> {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: said.model };
  const chunk = (part: object) => `data: ${JSON.stringify({ ...head, ...part })}\n\n`;
  const choice = (delta: object, finish: string | null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason: finish }] });
  const { include_usage } = (body['stream_options'] ?? {}) as { readonly include_usage?: boolean };
  const events = [
    ...piecesOf(said.text).map((content) => choice({ role: 'assistant', content }, null)),
    choice({}, finishOf(said)),
    ...(include_usage === true ? [chunk({ choices: [], usage: openAiUsage(said.usage) })] : []),
    'data: [DONE]\n\n',
  ];
  return send(response, events, said.behaviour);
}

/** In Anthropic's form: the input's usage comes first, the output's last. */
function streamMessage(response: ServerResponse, said: Said): Promise<void> {
  const event = (type: string, part: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...part })}\n\n`;
  const message = { ...(anthropicMessage(said) as object), content: [], stop_reason: null };
  const stop_reason = said.behaviour.refusal === true ? 'refusal' : 'end_turn';
  const events = [
    event('message_start', { message: { ...message, usage: { input_tokens: said.usage.input, output_tokens: 1 } } }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...piecesOf(said.text).map((text) =>
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: said.usage.output },
    }),
    event('message_stop', {}),
  ];
  return send(response, events, said.behaviour);
}

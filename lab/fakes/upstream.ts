// Stands in for vendors on loopback: speaks enough of their protocols to answer a gateway's calls, records what it was asked, and fails on
// demand. Each protocol has its file in the folder of the same name.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { anthropic } from './upstream/anthropic.ts';
import { bedrock } from './upstream/bedrock.ts';
import { cohere } from './upstream/cohere.ts';
import { gemini } from './upstream/gemini.ts';
import { openai } from './upstream/openai.ts';
import { presidio } from './upstream/presidio.ts';
import type { Allowance, Protocol, Said, Usage } from './upstream/protocol.ts';

/** The first that owns a path answers; the last owns all. */
const PROTOCOLS: readonly Protocol[] = [presidio, bedrock, anthropic, gemini, cohere, openai];

/** A call that reached the stand-in. */
export interface RecordedCall {
  /** The name of the upstream that was called. */
  readonly upstream: string;
  readonly method: string;
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
  /** The inner part of the vendor's error; one as it gives with this status unless given. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** Further headers of whatever it answers. */
  readonly headers?: Readonly<Record<string, string>>;
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
  const state: State = { name, calls: [], behaviours: new Map(), served: new Map() };
  const server = createServer((request, response) => {
    answer(request, response, state).catch((error: unknown) => response.destroy(error as Error));
  });
  // A connection that ends while a client begins to use it again would look like a failure of the gateway.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: state.calls,
    forget: () => {
      state.calls.splice(0);
      state.served.clear();
    },
    behave: (model, behaviour) => {
      if (behaviour === undefined) state.behaviours.delete(model);
      else state.behaviours.set(model, isList(behaviour) ? [...behaviour] : behaviour);
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
  readonly behaviours: Map<string, Behaviour | Behaviour[]>;
  /** When calls under a limit were let through, by model. */
  readonly served: Map<string, readonly number[]>;
}

async function answer(request: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const [path, body] = [decodeURIComponent(request.url ?? '/'), await bodyOf(request)];
  const method = request.method ?? '';
  const model = modelOf(path, body ?? {}) || state.name;
  const { headers } = request;
  state.calls.push({ upstream: state.name, method, path, headers, body: body ?? {}, model, at: performance.now() });
  const behaviour = nextOf(state.behaviours.get(model));
  const route = path.replace(/\?.*/, '');
  const protocol = PROTOCOLS.find(({ owns }) => owns(route)) ?? openai;
  const allowance = allowanceOf(behaviour, model, state);
  const told = allowance === undefined ? {} : protocol.allowance(allowance);
  response.setHeaders(new Map(Object.entries({ ...told, ...behaviour.headers })));
  if (behaviour.delay !== undefined) await sleep(behaviour.delay);
  if (behaviour.drop === true) {
    response.destroy();
    return;
  }
  const status = allowance !== undefined && allowance.left < 0 ? 429 : behaviour.status;
  if (body === undefined) return json(response, protocol.failure(400), 400);
  if (status !== undefined) return json(response, protocol.failure(status, behaviour.error), status);
  const said = saidOf(model, body, behaviour);
  const answered = protocol.answer({ method, path: route, body, models: () => modelsOf(state) }, said);
  return 'json' in answered ? json(response, answered.json, 200) : send(response, answered.events, behaviour);
}

function saidOf(model: string, body: RecordedCall['body'], behaviour: Behaviour): Said {
  const { text = `hello from ${model}`, refusal = false } = behaviour;
  return { model, text, usage: usageOf(body, behaviour), isRefused: refusal };
}

function isList(behaviour: Behaviour | readonly Behaviour[]): behaviour is readonly Behaviour[] {
  return Array.isArray(behaviour);
}

function nextOf(behaviour: Behaviour | Behaviour[] | undefined): Behaviour {
  return (Array.isArray(behaviour) ? behaviour.shift() : behaviour) ?? {};
}

/** Counts this call where it is let through; one that is turned away counts for nothing, as with the vendors. */
function allowanceOf({ limit }: Behaviour, model: string, { served }: State): Allowance | undefined {
  if (limit === undefined) return undefined;
  const now = performance.now();
  const times = (served.get(model) ?? []).filter((time) => time > now - limit.within);
  const left = limit.calls - times.length - 1;
  if (left >= 0) times.push(now);
  served.set(model, times);
  const wait = Math.ceil(((times[0] ?? now) + limit.within - now) / 1000);
  return { calls: limit.calls, left, wait };
}

/** Undefined where it is no JSON. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function modelOf(path: string, body: RecordedCall['body']): string {
  const [, fromPath] = /\/(?:deployments|models?|guardrail)\/([^/?]+?)(?::\w+Content)?(?:[/?]|$)/.exec(path) ?? [];
  const named = fromPath ?? body['model'];
  return typeof named === 'string' ? named : '';
}

function modelsOf({ name, behaviours, calls }: State): readonly string[] {
  return [...new Set([name, ...behaviours.keys(), ...calls.map(({ model }) => model)])].filter((model) => model !== '');
}

/** About four characters a token, as of English; at least what a greeting and its answer have. */
function usageOf(body: RecordedCall['body'], { text = '', tokens }: Behaviour): Usage {
  if (tokens !== undefined) return { input: tokens - 1, output: 1 };
  const asked = JSON.stringify(body['messages'] ?? body['input'] ?? body['prompt'] ?? body['contents'] ?? '');
  return { input: Math.max(7, Math.ceil(asked.length / 4)), output: Math.max(3, Math.ceil(text.length / 4)) };
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

// Requests to an MLflow server: JSON in and out, nothing shown to another origin, nothing tried again that may have been done.
import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { proxyFault } from '../../lib/proxies.ts';
import { redactor } from '../../lib/redact.ts';
import { RegistryTrouble } from '../../ports/registry.ts';
import type { Connection } from './connection.ts';

// An import would ask the module for all that it has, for which Node.js 24 loads undici, a tenth of what a promotion takes.
const http = process.getBuiltinModule('node:http');

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the server's root: `/api/2.0/mlflow/runs/get`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /**
   * Doing it twice is as doing it once, so that it may be tried again when nobody knows whether it was done. A 500 is tried again in no call:
   * MLflow (3.17) says so of much that will never be otherwise.
   */
  readonly isRepeatable: boolean;
  /** The server may send whoever asks to the store that holds the answer, where no credentials are shown. Only for what is held against a digest. */
  readonly mayLeave?: true;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** What was made of a body as it came; `taken` is there where the status is 200. */
export interface Streamed<T> {
  readonly status: number;
  readonly taken?: T;
}

/** The bytes of a body, in pieces as they come. */
export type Pieces = AsyncIterable<Buffer>;

/** An error that MLflow tells: `RESOURCE_DOES_NOT_EXIST` and the like. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface Transport {
  /** The object that a call answers with, or MLflow's refusal. Rejects with a RegistryTrouble where neither comes. */
  readonly ask: (call: Call) => Promise<JsonObject | Refusal>;
  /** What a call answers with, as it is. */
  readonly fetch: (call: Call) => Promise<Answer>;
  /**
   * Hands the body of a GET over in pieces, so that no more than one of them is held, however long the body is. After a try that broke, `take` is
   * called anew with all of it; what it rejects with itself is passed on. No time is set to the whole: only silence ends it.
   * @param size bytes that are expected: for so many more a server may be silent at first.
   */
  readonly stream: <T>(call: Call, size: number, take: (pieces: Pieces) => Promise<T>) => Promise<Streamed<T>>;
}

/** How long a call may take: milliseconds of one try, or of its silence, and of all, pauses included; and how many tries. */
export interface Patience {
  readonly each: number;
  readonly whole: number;
  readonly tries: number;
}

/** Well below the time after which a promotion that shows no sign of life is passed by: no try may come when others are at work. */
const PATIENCE: Patience = { each: 20_000, whole: 60_000, tries: 4 };
const MOST_REDIRECTS = 3;
/** Bytes of an answer, beyond which it is no answer of a registry's. */
const LARGEST_ANSWER = 256 * 1024 * 1024;
/**
 * Bytes in a millisecond by which a server fetches an artifact out of its store. MLflow (3.17, `_send_artifact` of mlflow/server/handlers.py) has all of
 * one on its own disk before it sends the first byte.
 */
const SLOWEST_STORE = 5_000;

/**
 * All connections to MLflow's database were taken, for half a minute: what waited for one was not begun. It (3.17, mlflow/store/db/utils.py) says
 * so with 400 BAD_REQUEST, in SQLAlchemy's words.
 */
const CROWDED = /QueuePool limit/;

export function isRefusal(answer: JsonObject | Refusal): answer is Refusal {
  return typeof answer['status'] === 'number' && typeof answer['code'] === 'string';
}

export function transportTo(connection: Connection, patience = PATIENCE): Transport {
  const fetch = (call: Call) =>
    patiently(connection, call, patience, (timeout) => once(connection, call, Math.max(1, Math.floor(timeout))));
  const redact = redactor(connection.secrets);
  return {
    fetch,
    stream: async (call, size, take) => {
      const silence = { first: patience.each + size / SLOWEST_STORE, next: patience.each };
      const endless = { ...patience, whole: Number.POSITIVE_INFINITY };
      const attempt = () => streamedOnce(connection, call, silence, take);
      const { status, taken } = await patiently(connection, call, endless, attempt);
      return taken === undefined ? { status } : { status, taken: taken() };
    },
    ask: async (call) => {
      const answer = await fetch(call);
      const value = parseJson(answer.bytes.toString('utf8'));
      if (answer.status < 300) {
        if (isObject(value)) return value;
        throw trouble(
          connection,
          call,
          'answered with something that is no JSON object: it may be a login page',
          'unusable',
        );
      }
      if (isObject(value) && typeof value['error_code'] === 'string') {
        const message = redact(plain(String(value['message'] ?? '')));
        if (CROWDED.test(message)) return { status: 503, code: 'TEMPORARILY_UNAVAILABLE', message };
        return { status: answer.status, code: value['error_code'], message };
      }
      throw refusedBy(connection, call, answer.status);
    },
  };
}

/** Tries again what may be, with growing pauses, or those that the server asks for, as long as there is time. */
async function patiently<T extends Answer>(
  connection: Connection,
  call: Call,
  { each, whole, tries }: Patience,
  attempt: (timeout: number) => Promise<T>,
): Promise<T> {
  const end = performance.now() + whole;
  for (let count = 1; ; count++) {
    const outcome = await attempt(Math.min(each, end - performance.now())).catch((error: unknown) => error as Error);
    const pause = pauseAfter(outcome, count);
    const isLast = count === tries || performance.now() + pause >= end;
    if (outcome instanceof Error) {
      // A connection that was never made has done nothing, whatever the call.
      const mayTry = call.isRepeatable || (outcome as NodeJS.ErrnoException).code === 'ECONNREFUSED';
      if (isLast || !mayTry || outcome instanceof RegistryTrouble) throw described(connection, call, outcome);
    } else if (isLast || !mayPass(outcome, call)) return outcome;
    await sleep(pause);
  }
}

/** Whether an answer is one of those that another try may better. */
function mayPass({ status, bytes }: Answer, { isRepeatable }: Call): boolean {
  // Nothing was done.
  if (status === 429) return true;
  if (!isRepeatable) return false;
  if (status === 400) {
    const text = bytes.toString('utf8');
    // Two who set a new alias or tag at once: one of them meets the other's row (MLflow 3.17 on SQL).
    return /constraint/i.test(text) || CROWDED.test(text);
  }
  return status === 502 || status === 503 || status === 504;
}

function pauseAfter(outcome: Answer | Error, attempt: number): number {
  const asked = outcome instanceof Error ? Number.NaN : Number(outcome.headers['retry-after']) * 1000;
  return asked > 0 ? asked : 100 * 4 ** (attempt - 1);
}

/** One try, whose body is held as a whole. @param timeout whole milliseconds. */
async function once(connection: Connection, call: Call, timeout: number): Promise<Answer> {
  const response = await opened(connection, call, AbortSignal.timeout(timeout));
  if (Number(response.headers['content-length'] ?? 0) > LARGEST_ANSWER)
    response.destroy(new Error('the answer is too large'));
  // A body that ends before its time rejects.
  return answerOf(response, await buffer(response));
}

function answerOf({ statusCode, headers }: IncomingMessage, bytes: Buffer): Answer {
  return { status: statusCode ?? 0, headers, bytes };
}

/** Milliseconds in which nothing comes: before an answer begins, and before each further piece of it. */
interface Silence {
  readonly first: number;
  readonly next: number;
}

/** One try, whose body is taken piece by piece. What `take` did itself is told by `taken`, since no other try would better it. */
async function streamedOnce<T>(
  connection: Connection,
  call: Call,
  silence: Silence,
  take: (pieces: Pieces) => Promise<T>,
): Promise<Answer & { readonly taken?: () => T }> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(silent()), silence.first);
  const response = await opened(connection, call, waiting.signal).finally(() => clearTimeout(timer));
  const pieces = piecesOf(response, silence.next);
  if (response.statusCode !== 200) return answerOf(response, await beginningOf(pieces));
  const taken = await take(pieces).then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  if (response.errored !== null) throw response.errored;
  // Whoever has seen enough is sent nothing more.
  response.destroy();
  return { ...answerOf(response, Buffer.alloc(0)), taken };
}

async function* piecesOf(response: IncomingMessage, silence: number): AsyncGenerator<Buffer> {
  const rest = response.iterator() as AsyncIterableIterator<Buffer>;
  try {
    for (;;) {
      // The time that whoever takes the pieces needs is not the server's.
      const timer = setTimeout(() => response.destroy(silent()), silence);
      const { done, value } = await rest.next().finally(() => clearTimeout(timer));
      if (done === true) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}

/** As much of a text as tells what went wrong. */
async function beginningOf(pieces: Pieces): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    parts.push(piece);
    size += piece.length;
    if (size > 65_536) break;
  }
  return Buffer.concat(parts);
}

function silent(): Error {
  return new DOMException('silence', 'TimeoutError');
}

/** The answer whose body is still to come, behind redirects that do not leave the server. */
async function opened(connection: Connection, call: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const start = new URL(connection.url + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) start.searchParams.set(name, value);
  let url = start;
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const response = await send(url.origin === start.origin ? connection : stranger(connection), call, url, signal);
    const { statusCode: status = 0, headers } = response;
    if (status < 300 || status >= 400 || headers.location === undefined) return response;
    response.destroy();
    const next = new URL(headers.location, url);
    const isDowngrade = url.protocol === 'https:' && next.protocol !== 'https:';
    if (next.origin !== start.origin && (call.mayLeave !== true || isDowngrade))
      throw trouble(connection, call, `leads to ${next.origin}, where its credentials are not shown`, 'unusable');
    if (call.method !== 'GET') throw trouble(connection, call, 'leads a change elsewhere', 'unusable');
    url = next;
  }
  throw trouble(connection, call, 'leads round in circles', 'unusable');
}

/** Who asks at another place: nobody. */
function stranger(connection: Connection): Connection {
  return { ...connection, headers: {}, tls: { ...connection.tls, clientPath: undefined } };
}

function send(connection: Connection, { method, body }: Call, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const request = requestTo(connection, url, { method, headers, signal });
    request.once('error', reject);
    request.once('response', resolve);
    request.end(text);
  });
}

/** A request that is still to be ended, as the server is to be asked. */
export function requestTo(connection: Connection, url: URL, { headers, ...options }: RequestOptions): ClientRequest {
  const all = {
    ...options,
    headers: { accept: 'application/json', ...connection.headers, ...headers },
    ...tlsOf(connection),
    ...agentOf(connection, url),
  };
  return url.protocol === 'https:' ? requestHttps(url, all) : http.request(url, all);
}

/** Of its own where there are proxies: Node.js' common one knows none. */
function agentOf({ proxies }: Connection, { protocol }: URL): RequestOptions {
  if (Object.keys(proxies).length === 0) return {};
  const fault = proxyFault(proxies, protocol, process.versions.node);
  if (fault !== undefined) throw new RegistryTrouble('unusable', fault.message, fault.help);
  return {
    agent: protocol === 'https:' ? new HttpsAgent({ proxyEnv: proxies }) : new http.Agent({ proxyEnv: proxies }),
  };
}

function tlsOf({ tls }: Connection): RequestOptions {
  return {
    rejectUnauthorized: !tls.isInsecure,
    ...(tls.authorityPath === undefined ? {} : { ca: readFileSync(tls.authorityPath) }),
    // One file holds both, as MLflow's own client has it.
    ...(tls.clientPath === undefined ? {} : { cert: readFileSync(tls.clientPath), key: readFileSync(tls.clientPath) }),
  };
}

/** MLflow's words, without the SQL and its parameters that some of them carry. */
function plain(message: string): string {
  return (message.split('\n')[0] ?? '')
    .replace(/\s*[[(]\s*(?:SQL|parameters|Background on this error).*$/s, '')
    .slice(0, 500);
}

function described(connection: Connection, call: Call, error: Error): RegistryTrouble {
  if (error instanceof RegistryTrouble) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === 'ERR_PROXY_TUNNEL') {
    const { statusCode } = error as { readonly statusCode?: number };
    const message = `${connection.url} is not reached, since the proxy answered ${statusCode}.`;
    return new RegistryTrouble('unreachable', message, 'Look at HTTPS_PROXY, or name the host in NO_PROXY.');
  }
  const what =
    name === 'TimeoutError' || name === 'AbortError'
      ? 'did not answer in time'
      : `broke the connection or never took it (${code ?? error.message})`;
  return trouble(connection, call, what, 'unreachable');
}

/** What an answer that is none of MLflow's own refusals says of who asks, and of the server. */
function refusedBy(connection: Connection, call: Call, status: number): RegistryTrouble {
  if (status === 401 || status === 403) {
    return new RegistryTrouble(
      'refused',
      `${connection.url} refuses ${call.method} ${call.path} (${status}).`,
      connection.help,
    );
  }
  return trouble(connection, call, `answered ${status} in words that are not MLflow's`, 'unreachable');
}

function trouble(
  { url }: Connection,
  { method, path }: Call,
  what: string,
  kind: RegistryTrouble['kind'],
): RegistryTrouble {
  const help = 'Look whether MLFLOW_TRACKING_URI is the address of an MLflow server, and whether it is up.';
  return new RegistryTrouble(kind, `${url} ${what}, asked for ${method} ${path}.`, help);
}

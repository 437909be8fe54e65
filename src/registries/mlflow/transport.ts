// Requests to an MLflow server: JSON in and out, nothing shown to another origin, nothing tried again that may have been done.
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { redactor } from '../../lib/redact.ts';
import { RegistryTrouble } from '../../ports/registry.ts';
import type { Connection } from './connection.ts';

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
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

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
}

/** How long a call may take: milliseconds of one try, and of all, pauses included; and how many tries. */
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

export function isRefusal(answer: JsonObject | Refusal): answer is Refusal {
  return typeof answer['status'] === 'number' && typeof answer['code'] === 'string';
}

export function transportTo(connection: Connection, patience = PATIENCE): Transport {
  const fetch = (call: Call) => patiently(connection, call, patience);
  const redact = redactor(connection.secrets);
  return {
    fetch,
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
      if (isObject(value) && typeof value['error_code'] === 'string')
        return {
          status: answer.status,
          code: value['error_code'],
          message: redact(plain(String(value['message'] ?? ''))),
        };
      throw refusedBy(connection, call, answer.status);
    },
  };
}

/** Tries again what may be, with growing pauses, or those that the server asks for, as long as there is time. */
async function patiently(connection: Connection, call: Call, { each, whole, tries }: Patience): Promise<Answer> {
  const end = performance.now() + whole;
  for (let attempt = 1; ; attempt++) {
    const timeout = Math.min(each, end - performance.now());
    const outcome = await once(connection, call, timeout).catch((error: unknown) => error as Error);
    const pause = pauseAfter(outcome, attempt);
    const isLast = attempt === tries || performance.now() + pause >= end;
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
  // Two who set a new alias or tag at once: one of them meets the other's row (MLflow 3.17 on SQL).
  if (status === 400) return /constraint/i.test(bytes.toString('utf8'));
  return status === 502 || status === 503 || status === 504;
}

function pauseAfter(outcome: Answer | Error, attempt: number): number {
  const asked = outcome instanceof Error ? Number.NaN : Number(outcome.headers['retry-after']) * 1000;
  return asked > 0 ? asked : 100 * 4 ** (attempt - 1);
}

/** One try, behind redirects that do not leave the server. */
async function once(connection: Connection, call: Call, timeout: number): Promise<Answer> {
  const signal = AbortSignal.timeout(Math.max(1, Math.floor(timeout)));
  const start = new URL(connection.url + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) start.searchParams.set(name, value);
  let url = start;
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const answer = await send(connection, call, url, signal);
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
    const next = new URL(location, url);
    if (next.origin !== start.origin)
      throw trouble(connection, call, `leads to ${next.origin}, where its credentials are not shown`, 'unusable');
    if (call.method !== 'GET') throw trouble(connection, call, 'leads a change elsewhere', 'unusable');
    url = next;
  }
  throw trouble(connection, call, 'leads round in circles', 'unusable');
}

function send(connection: Connection, { method, body }: Call, url: URL, signal: AbortSignal): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    accept: 'application/json',
    ...connection.headers,
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const options: RequestOptions = { method, headers, ...tlsOf(connection), signal };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
    request.once('error', reject);
    request.once('response', (response) => {
      if (Number(response.headers['content-length'] ?? 0) > LARGEST_ANSWER)
        response.destroy(new Error('the answer is too large'));
      // A body that ends before its time rejects.
      buffer(response).then((bytes) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes });
      }, reject);
    });
    request.end(text);
  });
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
      'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to those of somebody who may.',
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

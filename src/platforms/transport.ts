// Requests to a Git host: JSON in and out, no token shown to another origin or in an error, nothing tried again that may have been done.
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type Json, parseJson } from '../lib/json.ts';
import { redactor } from '../lib/redact.ts';
import { PlatformTrouble } from '../ports/platform.ts';

export interface HostCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HostAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where the answer is empty. */
  readonly body: Json;
}

/** Gives the answer of a call that the host grants. Rejects with a PlatformTrouble otherwise. */
export type Transport = (call: HostCall) => Promise<HostAnswer>;

export interface TransportOptions {
  /** Never told in an error. */
  readonly token: string;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Milliseconds that one try may take; tries of a call; milliseconds that a host may ask to wait at most. */
const [PATIENCE, TRIES, LONGEST_WAIT] = [30_000, 4, 30_000];
const MOST_REDIRECTS = 3;
const HELP = 'Look whether this is the address of the Git host, whether it is up, and what stands before it.';

export function hostTransport({ token, pause = (milliseconds) => sleep(milliseconds) }: TransportOptions): Transport {
  return async (call) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await once(call).catch((error: unknown) => troubleOf(call, error));
      const wait = attempt < TRIES ? waitAfter(outcome, call, attempt) : undefined;
      if (wait === undefined) return granted(call, outcome, token);
      await pause(wait);
    }
  };
}

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Milliseconds until another try; undefined where there must be none. */
function waitAfter(outcome: Raw | PlatformTrouble, { method }: HostCall, attempt: number): number | undefined {
  const usual = 100 * 4 ** (attempt - 1);
  if (outcome instanceof PlatformTrouble) return outcome.kind === 'unreachable' && method === 'GET' ? usual : undefined;
  const isLimit = isLimited(outcome);
  // Whoever is told to come back later has had nothing done.
  if (!isLimit && !(method === 'GET' && [502, 503, 504].includes(outcome.status))) return undefined;
  const asked = askedWait(outcome);
  if (asked === undefined) return usual;
  return asked > LONGEST_WAIT ? undefined : asked;
}

/** GitHub limits with 403 too: of its two limits, the first says that nothing remains, the second names itself. */
function isLimited({ status, headers, text }: Raw): boolean {
  if (status === 429) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || /secondary rate limit/i.test(text));
}

/** Milliseconds for which a host asks to be left alone. Its reset is in Unix seconds, by its own clock. */
function askedWait({ headers }: Raw): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (seconds >= 0) return seconds * 1000;
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const [reset, now] = [Number(headers['x-ratelimit-reset']) * 1000, Date.parse(headers['date'] ?? '')];
  return Number.isNaN(reset) ? undefined : Math.max(0, reset - (Number.isNaN(now) ? Date.now() : now));
}

/** One try, behind redirects that do not leave the origin. */
async function once(call: HostCall): Promise<Raw> {
  let url = new URL(call.url);
  const { origin } = url;
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const { method, headers, body } = call;
    const options = { method, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) } as const;
    const response = await fetch(url, body === undefined ? options : { ...options, body });
    // A body that ends before its time rejects.
    const text = await response.text();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null)
      return { status: response.status, headers: Object.fromEntries(response.headers), text };
    url = new URL(location, url);
    if (url.origin !== origin) throw trouble(call, `leads to ${url.origin}, where no token is shown`, 'unusable');
    if (method !== 'GET') throw trouble(call, 'leads a change elsewhere', 'unusable');
  }
  throw trouble(call, 'leads round in circles', 'unusable');
}

function granted(call: HostCall, outcome: Raw | PlatformTrouble, token: string): HostAnswer {
  if (outcome instanceof PlatformTrouble) throw outcome;
  const { status, headers, text } = outcome;
  const body = bodyOf(outcome);
  if (status < 300) {
    if (body !== undefined) return { status, headers, body };
    throw trouble(
      call,
      `answered ${status} with something that is no JSON: it may be a login page`,
      'unusable',
      status,
    );
  }
  const said = isObject(body) ? (body['message'] ?? body['error_description'] ?? body['error'] ?? '') : '';
  const errors = isObject(body) && body['errors'] !== undefined ? ` ${JSON.stringify(body['errors'])}` : '';
  const whole = `${typeof said === 'string' ? said : JSON.stringify(said)}${errors}`;
  const words = redactor([token])(whole).slice(0, 500);
  const kind = isLimited({ status, headers, text }) ? 'limited' : kindOf(status);
  throw trouble(call, `answered ${status}${words === '' ? '' : `: ${words}`}`, kind, status);
}

function kindOf(status: number): PlatformTrouble['kind'] {
  if (status === 401 || status === 403) return 'refused';
  if (status === 404) return 'missing';
  if (status === 409) return 'conflict';
  return status >= 500 ? 'unreachable' : 'unusable';
}

/** Undefined where it is no JSON, or does not call itself so. */
function bodyOf({ headers, text }: Raw): Json | undefined {
  if (text === '') return null;
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '')) return undefined;
  return parseJson(text);
}

function troubleOf(call: HostCall, error: unknown): PlatformTrouble {
  if (error instanceof PlatformTrouble) return error;
  const { name, message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const isLate = name === 'TimeoutError' || name === 'AbortError';
  const what = isLate
    ? `did not answer within ${PATIENCE / 1000} s`
    : `broke the connection or never took it (${code ?? message})`;
  return trouble(call, what, 'unreachable');
}

function trouble({ method, url }: HostCall, what: string, kind: PlatformTrouble['kind'], status?: number) {
  const { origin, pathname } = new URL(url);
  return new PlatformTrouble(kind, `${origin} ${what}, asked for ${method} ${pathname}.`, HELP, status);
}

/** The trouble that a client of a host wrapped into an error of its own, which may hold the token. */
export function unwrapped(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof PlatformTrouble) return each;
  return error;
}

// Requests to a Git host: JSON in and out, no token shown to another origin or in an error, nothing tried again that may have been done.
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type Json, parseJson } from '../lib/json.ts';
import { redactor } from '../lib/redact.ts';
import { PlatformTrouble } from '../ports/platform.ts';
import { agentOf, http, type Network, PLAIN_NETWORK } from './network.ts';

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
  /** What the token must be let do, in a sentence: told where it may not. */
  readonly rights: string;
  /** Node.js' own unless given. */
  readonly network?: Network;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Milliseconds that one try may take; tries of a call; milliseconds that a host may ask to wait at most. */
const [PATIENCE, TRIES, LONGEST_WAIT] = [30_000, 4, 30_000];
const MOST_REDIRECTS = 3;
const HELP = 'Look whether this is the address of the Git host, whether it is up, and what stands before it.';

export function hostTransport(options: TransportOptions): Transport {
  const { network = PLAIN_NETWORK, pause = (milliseconds) => sleep(milliseconds) } = options;
  const send = senderOn(network);
  return async (call) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await once(call, send).catch((error: unknown) => troubleOf(call, error));
      const wait = attempt < TRIES ? waitAfter(outcome, call, attempt) : undefined;
      if (wait === undefined) return granted(call, outcome, options);
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

type Send = (url: URL, call: HostCall) => Promise<Raw>;

function senderOn(network: Network): Send {
  const agents = new Map<string, ReturnType<typeof agentOf>>();
  return (url, { method, headers, body }) => {
    // A connection that is used again may break just then, and of a change nobody would know whether it was made.
    const isRead = method === 'GET';
    const agent = agents.get(`${url.protocol}${isRead}`) ?? agentOf(network, url.protocol, isRead);
    agents.set(`${url.protocol}${isRead}`, agent);
    // Node.js (24) leaves it out of a DELETE, and its body would pass for another request.
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps : http.request;
      const sent = request(url, {
        method,
        headers: { ...headers, ...length },
        agent,
        signal: AbortSignal.timeout(PATIENCE),
      });
      sent.on('error', reject);
      sent.once('response', (answer) => {
        const said = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
        const raw = { status: answer.statusCode ?? 0, headers: Object.fromEntries(said) as Raw['headers'] };
        // A body that ends before its time rejects.
        text(answer).then((whole) => resolve({ ...raw, text: whole }), reject);
      });
      sent.end(body);
    });
  };
}

/** One try, behind redirects that do not leave the origin. */
async function once(call: HostCall, send: Send): Promise<Raw> {
  if (!/^https?:\/\//i.test(call.url) || !URL.canParse(call.url))
    throw new PlatformTrouble('unusable', `${call.url} is no address of a Git host.`, HELP);
  let url = new URL(call.url);
  const { origin } = url;
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const raw = await send(url, call);
    const { location } = raw.headers;
    if (raw.status < 300 || raw.status >= 400 || location === undefined) return raw;
    url = new URL(location, url);
    if (url.origin !== origin) throw trouble(call, `leads to ${url.origin}, where no token is shown`, 'unusable');
    if (call.method !== 'GET')
      throw trouble(call, 'leads a change elsewhere', 'unusable', { help: 'Look whether the project was renamed.' });
  }
  throw trouble(call, 'leads round in circles', 'unusable');
}

function granted(call: HostCall, outcome: Raw | PlatformTrouble, { token, rights }: TransportOptions): HostAnswer {
  if (outcome instanceof PlatformTrouble) throw outcome;
  const { status, headers } = outcome;
  const body = bodyOf(outcome);
  if (status < 300) {
    if (body !== undefined) return { status, headers, body };
    const what = `answered ${status} with something that is no JSON: it may be a login page`;
    throw trouble(call, what, 'unusable', { status });
  }
  const words = redactor([token])(saidIn(outcome, body)).slice(0, 500);
  const kind = isLimited(outcome) ? 'limited' : kindOf(status);
  const helps = {
    refused: rights,
    missing: `Look at the project's name. What a token may not see is missing too. ${rights}`,
    limited: 'Run it again later.',
  };
  const help = kind in helps ? helps[kind as keyof typeof helps] : HELP;
  throw trouble(call, `answered ${status}${words === '' ? '' : `: ${words}`}`, kind, { status, help });
}

function saidIn({ headers }: Raw, body: Json | undefined): string {
  if (!isObject(body)) return '';
  const said = body['message'] ?? body['error_description'] ?? body['error'] ?? '';
  const errors = body['errors'] === undefined ? '' : ` ${JSON.stringify(body['errors'])}`;
  // GitHub names what a token lacks.
  const needed = headers['x-accepted-github-permissions'];
  const lack = needed === undefined ? '' : ` It takes ${needed}.`;
  return `${typeof said === 'string' ? said : JSON.stringify(said)}${errors}${lack}`;
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

/** What OpenSSL (3) and Node.js (24) say of a certificate that they do not trust. */
const UNTRUSTED = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

function troubleOf(call: HostCall, error: unknown): PlatformTrouble {
  if (error instanceof PlatformTrouble) return error;
  const { name, message, code = message } = error as NodeJS.ErrnoException;
  if (UNTRUSTED.test(code)) {
    const help = 'Name a file with its authority in NODE_EXTRA_CA_CERTS, or in GIT_SSL_CAINFO as for Git.';
    return trouble(call, `shows a certificate that is not trusted here (${code})`, 'unusable', { help });
  }
  if (code === 'ERR_PROXY_TUNNEL') {
    const { statusCode } = error as { readonly statusCode?: number };
    const help = 'Look at HTTPS_PROXY, or name the host in NO_PROXY.';
    return trouble(call, `is not reached, since the proxy answered ${statusCode}`, 'unreachable', { help });
  }
  const isLate = name === 'TimeoutError' || name === 'AbortError';
  const what = isLate
    ? `did not answer within ${PATIENCE / 1000} s`
    : `broke the connection or never took it (${code})`;
  return trouble(call, what, 'unreachable');
}

function trouble(
  { method, url }: HostCall,
  what: string,
  kind: PlatformTrouble['kind'],
  { status, help = HELP }: { readonly status?: number; readonly help?: string } = {},
) {
  const { origin, pathname } = new URL(url);
  return new PlatformTrouble(kind, `${origin} ${what}, asked for ${method} ${pathname}.`, help, status);
}

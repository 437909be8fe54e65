// An HTTP proxy that spoils answers on demand: what networks, load balancers and half-dead servers do between a client and a host.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request. */
export type Fault =
  /** The server gets it and acts; the client never hears of it. */
  | { readonly kind: 'answer-lost' }
  /** The server never gets it. */
  | { readonly kind: 'request-lost' }
  /** The answer's head promises the whole body, and this many bytes of it come. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** An answer of the proxy's own; the server never gets the request. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The server gets it twice, as from a client that tries again too soon; the second answer is passed on. */
  | { readonly kind: 'twice' }
  /** The answer's body comes in pieces of so many bytes, with a pause before each. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly milliseconds: number }
  | { readonly kind: 'delay'; readonly milliseconds: number };

export interface FaultRule {
  readonly method?: string;
  /** Found anywhere in the path with its query. */
  readonly path?: RegExp;
  /** Lets so many matching requests pass before. */
  readonly after?: number;
  /** How many matching requests it meets then; all of them unless given. */
  readonly times?: number;
  readonly fault: Fault;
}

/** A request that came by. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What was done to it. */
  readonly fault: Fault['kind'] | 'none';
  /** What the server answered; undefined where it was not asked, or did not answer. */
  readonly status: number | undefined;
}

export interface FaultProxy {
  /** Without a path. */
  readonly url: string;
  /** In the order in which they came; each is here before its client gets an answer. */
  readonly passed: readonly Passed[];
  /** Adds a rule, and gives how to take it away. The rule added first wins. */
  readonly add: (rule: FaultRule) => () => void;
  readonly stop: () => Promise<void>;
}

/** Answers that intermediaries give in a server's name. */
export const COMMON_FAULTS = {
  /** A page for people where a client expects JSON. */
  page: {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Please sign in.</body></html>',
  },
  badGateway: {
    kind: 'answer',
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Bad Gateway</body></html>',
  },
  unavailable: { kind: 'answer', status: 503, headers: { 'retry-after': '1' }, body: '' },
  tooMany: { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '' },
} as const satisfies Readonly<Record<string, Fault>>;

/** Leads to the same path of another host, to see what a client takes along: method, body and credentials. */
export function redirectTo(origin: string, path: string): Fault {
  return { kind: 'answer', status: 307, headers: { location: new URL(path, origin).href } };
}

/** Starts a proxy before a server on the loopback interface. Heads and bodies pass unchanged, bodies piece by piece. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const rules = new Set<CountedRule>();
  const passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => {
    const place = passed.length;
    const fault = faultFor(incoming, rules);
    const { method = '', url: path = '', headers } = incoming;
    const record = (status: number | undefined) => {
      passed[place] = { method, path, headers, fault: fault?.kind ?? 'none', status };
    };
    record(undefined);
    // A connection that breaks on either side breaks on the other.
    meet({ incoming, outgoing, target, record }, fault).catch((error: unknown) => outgoing.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    add: (rule) => {
      const entry = { rule, seen: 0 };
      rules.add(entry);
      return () => rules.delete(entry);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface CountedRule {
  readonly rule: FaultRule;
  seen: number;
}

function faultFor({ method, url = '' }: IncomingMessage, rules: ReadonlySet<CountedRule>): Fault | undefined {
  for (const entry of rules) {
    const { after = 0, times = Number.POSITIVE_INFINITY, ...rule } = entry.rule;
    if (rule.method !== undefined && rule.method !== method) continue;
    if (rule.path !== undefined && !rule.path.test(url)) continue;
    entry.seen++;
    if (entry.seen > after && entry.seen <= after + times) return rule.fault;
  }
  return undefined;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: string;
  /** Notes what the server answered. */
  readonly record: (status: number) => void;
}

async function meet(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { incoming, outgoing } = exchange;
  switch (fault?.kind) {
    case 'request-lost':
      await buffer(incoming);
      outgoing.destroy();
      return;
    case 'answer':
      await buffer(incoming);
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'delay':
      await sleep(fault.milliseconds);
      return await passOn(exchange, await ask(exchange, incoming));
    case 'twice': {
      const body = await buffer(incoming);
      await buffer(await ask(exchange, Readable.from([body])));
      return await passOn(exchange, await ask(exchange, Readable.from([body])));
    }
    case 'answer-lost':
    case 'cut':
    case 'drip':
      return await spoil(exchange, await ask(exchange, incoming), fault);
    default:
      return await passOn(exchange, await ask(exchange, incoming));
  }
}

/** Asks the server, and gives its answer as soon as the head is there. */
function ask({ incoming, target, record }: Exchange, body: Readable): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url = '/', rawHeaders } = incoming;
    const sent = request(new URL(url, target), { method, headers: rawHeaders });
    sent.on('error', reject);
    sent.once('response', (answer) => {
      record(answer.statusCode ?? 0);
      resolve(answer);
    });
    // A server may answer, and close, before it has all of the body; its answer counts then.
    pipeline(body, sent).catch(reject);
  });
}

async function passOn({ outgoing }: Exchange, answer: IncomingMessage): Promise<void> {
  outgoing.writeHead(answer.statusCode ?? 0, answer.statusMessage, answer.rawHeaders);
  outgoing.flushHeaders();
  await pipeline(answer, outgoing);
}

/** The server has done its part by the time that anything goes wrong. */
async function spoil(
  { outgoing }: Exchange,
  answer: IncomingMessage,
  fault: Extract<Fault, { readonly kind: 'answer-lost' | 'cut' | 'drip' }>,
): Promise<void> {
  const body = await buffer(answer);
  if (fault.kind === 'answer-lost') {
    outgoing.destroy();
    return;
  }
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 0, { ...headers, 'content-length': body.length });
  if (fault.kind === 'cut') {
    outgoing.write(body.subarray(0, fault.bytes), () => outgoing.destroy());
    return;
  }
  for (let start = 0; start < body.length && !outgoing.destroyed; start += fault.bytes) {
    await sleep(fault.milliseconds);
    outgoing.write(body.subarray(start, start + fault.bytes));
  }
  outgoing.end();
}

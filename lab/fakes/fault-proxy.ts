// An HTTP proxy that spoils answers on demand: what networks, load balancers and half-dead servers do between a client and a host.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
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
  /** What was done to it. */
  readonly fault: Fault['kind'] | 'none';
  /** What the server answered; undefined where it was not asked. */
  readonly status: number | undefined;
}

export interface FaultProxy {
  /** Without a path. */
  readonly url: string;
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

/** Starts a proxy before a server on the loopback interface. Bodies pass unchanged. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const rules = new Set<{ readonly rule: FaultRule; seen: number }>();
  const passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => {
    const fault = faultFor(incoming, rules);
    meet(incoming, outgoing, target, fault).then(
      (status) => {
        passed.push({ method: incoming.method ?? '', path: incoming.url ?? '', fault: fault?.kind ?? 'none', status });
      },
      (error: unknown) => outgoing.destroy(error as Error),
    );
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

function faultFor(
  { method, url = '' }: IncomingMessage,
  rules: ReadonlySet<{ readonly rule: FaultRule; seen: number }>,
): Fault | undefined {
  for (const entry of rules) {
    const { after = 0, times = Number.POSITIVE_INFINITY, ...rule } = entry.rule;
    if (rule.method !== undefined && rule.method !== method) continue;
    if (rule.path !== undefined && !rule.path.test(url)) continue;
    entry.seen++;
    if (entry.seen > after && entry.seen <= after + times) return rule.fault;
  }
  return undefined;
}

/** Gives the status that the server answered, where it was asked. */
async function meet(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  fault: Fault | undefined,
): Promise<number | undefined> {
  const body = await buffer(incoming);
  if (fault?.kind === 'request-lost') {
    outgoing.destroy();
    return undefined;
  }
  if (fault?.kind === 'answer') {
    outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    return undefined;
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds);
  if (fault?.kind === 'twice') await buffer(await forward(incoming, body, target));
  const answer = await forward(incoming, body, target);
  const status = answer.statusCode ?? 0;
  if (fault?.kind === 'answer-lost') {
    await buffer(answer);
    outgoing.destroy();
  } else if (fault?.kind === 'cut') {
    const whole = await buffer(answer);
    outgoing.writeHead(status, { ...answer.headers, 'content-length': whole.length });
    outgoing.write(whole.subarray(0, fault.bytes), () => outgoing.destroy());
  } else {
    outgoing.writeHead(status, answer.headers);
    answer.pipe(outgoing);
  }
  return status;
}

function forward({ method, url, headers }: IncomingMessage, body: Buffer, target: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(url ?? '/', target), { method, headers });
    sent.once('error', reject);
    sent.once('response', resolve);
    sent.end(body);
  });
}

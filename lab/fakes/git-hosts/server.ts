// The part of a fake Git host that both have: routes, what a request says, and what was asked wrongly.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts';

export interface HostRequest {
  readonly method: string;
  /** Below the host's prefix, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** As the client sees it. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** An empty object where there was none. */
  readonly body: JsonObject;
}

/** A request whose path has been read by a route's template. */
export interface HostCall extends HostRequest {
  /** By their names in the template, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface HostAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; a text is sent as it is. Nothing unless given. */
  readonly body?: Json;
}

/** Ends a call with an answer other than the usual one. */
export class Refusal extends Error {
  readonly answer: HostAnswer;

  constructor(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
    super(`${status}`);
    this.answer = { status, body, headers };
  }
}

export interface FakeHost {
  /** Of its API, with the path that it is served under. */
  readonly url: string;
  /** What was asked otherwise than the host documents, in sentences. A well-behaved client leaves it empty. */
  readonly breaches: readonly string[];
  /** Everything that was asked. */
  readonly requests: readonly HostRequest[];
  readonly stop: () => Promise<void>;
}

export interface HostOptions {
  /** Below which the API lies: `/api/v3`. */
  readonly prefix: string;
  /** Whole paths that lie outside of it, and what they would be called below: `/api/graphql` for one. */
  readonly beside?: Readonly<Record<string, string>>;
  /** What is wrong with a request, in sentences. */
  readonly check: (request: HostRequest) => readonly string[];
  readonly answer: (request: HostRequest) => HostAnswer;
}

export async function startHost({ prefix, beside = {}, check, answer }: HostOptions): Promise<FakeHost> {
  const breaches: string[] = [];
  const requests: HostRequest[] = [];
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(incoming, { prefix, beside });
    if (request === undefined) return send(response, { status: 404, body: '<html>Not here</html>' });
    requests.push(request);
    breaches.push(...check(request).map((what) => `${request.method} ${request.path}: ${what}`));
    send(response, answered(request, answer));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    breaches,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requestOf(
  incoming: IncomingMessage,
  { prefix, beside }: Required<Pick<HostOptions, 'prefix' | 'beside'>>,
): Promise<HostRequest | undefined> {
  const url = new URL(incoming.url ?? '/', 'http://host');
  const raw = await text(incoming);
  const below = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : undefined;
  const path = beside[url.pathname] ?? below;
  if (path === undefined) return undefined;
  const body = raw === '' ? {} : (JSON.parse(raw) as Json);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: url.searchParams,
    url: `http://${incoming.headers.host}${incoming.url}`,
    headers: incoming.headers,
    body: isObject(body) ? body : {},
  };
}

function answered(request: HostRequest, answer: HostOptions['answer']): HostAnswer {
  try {
    return answer(request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: HostAnswer): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, { date: new Date().toUTCString(), 'content-type': type, ...headers });
  response.end(body === undefined || status === 204 ? '' : isText ? body : JSON.stringify(body));
}

/** `/repos/{owner}/contents/{path*}`: a name takes one part of a path, with an asterisk all that follow. */
export function paramsIn(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const pattern = template
    .replaceAll('.', '\\.')
    .replaceAll(/\{(\w+)(\*?)\}/g, (_, name: string, all: string) =>
      all === '' ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`,
    );
  const found = new RegExp(`^${pattern}$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(
    Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly number: number;
  readonly size: number;
  readonly last: number;
  readonly total: number;
}

/** The page that was asked for. @param sizes how many items are on one unless asked for, and at most. */
export function pageOf<Item>(
  all: readonly Item[],
  query: URLSearchParams,
  { usual, most }: { readonly usual: number; readonly most: number },
): Page<Item> {
  const size = Math.min(most, Math.max(1, Number(query.get('per_page') ?? usual)));
  const number = Math.max(1, Number(query.get('page') ?? 1));
  const items = all.slice((number - 1) * size, number * size);
  return { items, number, size, last: Math.max(1, Math.ceil(all.length / size)), total: all.length };
}

/** The Link header of a page (RFC 8288): where there are more. */
export function linksOf({ number, last }: Page<unknown>, url: string): string {
  const to = (page: number) => {
    const target = new URL(url);
    target.searchParams.set('page', String(page));
    return target.href;
  };
  const links = [
    ...(number > 1 ? [['prev', number - 1] as const, ['first', 1] as const] : []),
    ...(number < last ? [['next', number + 1] as const, ['last', last] as const] : []),
  ];
  return links.map(([name, page]) => `<${to(page)}>; rel="${name}"`).join(', ');
}

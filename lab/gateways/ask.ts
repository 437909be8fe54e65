// A client of a gateway: plain or by TLS, for the host that the gateway knows, whatever address it has here.
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Milliseconds until the whole reply was there. */
  readonly took: number;
}

/** How a gateway is reached. */
export interface Address {
  /** Without a path. */
  readonly url: string;
  /** The host that it serves, for the Host header and the server name of TLS. */
  readonly host?: string | undefined;
  /** PEM: whom to trust, and who the client is. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
}

/** Asks once, over a connection of its own. */
export function ask({ url, host, tls }: Address, question: Question): Promise<Reply> {
  const begin = performance.now();
  const body = question.body === undefined ? undefined : JSON.stringify(question.body);
  const headers = {
    ...(host === undefined ? {} : { host }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    ...question.headers,
  };
  const options = { method: question.method, headers, agent: false as const };
  const target = new URL(question.path, url);
  return new Promise((resolve, reject) => {
    const sent =
      tls === undefined
        ? plainRequest(target, options)
        : tlsRequest(target, { ...options, ...tls, servername: host ?? target.hostname });
    sent.once('error', reject);
    sent.once('response', (response) => {
      text(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            took: performance.now() - begin,
          }),
        reject,
      );
    });
    sent.end(body);
  });
}

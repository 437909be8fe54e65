import { Gitlab } from '@gitbeaker/rest';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { hostTransport, type TransportOptions } from '../transport.ts';

export interface GitlabOptions extends Omit<TransportOptions, 'rights'> {
  /** Of the site, with the path below which it is served, if any; the API lies at `/api/v4` below. */
  readonly url: string;
  /** The project's path with its groups, or its number. */
  readonly project: string;
}

const RIGHTS = 'Take a token with the scope api, of the project or of somebody who is at least a developer of it.';

export type GitlabClient = InstanceType<typeof Gitlab<false>>;

type ClientOptions = NonNullable<ConstructorParameters<typeof Gitlab<false>>[0]>;
type RequesterFn = NonNullable<ClientOptions['requesterFn']>;
type Requester = ReturnType<RequesterFn>;
type RequestOptions = NonNullable<Parameters<Requester['get']>[1]>;

/** GitLab's usual client, on a transport that survives bad days: its own tries changes again, and shows its token to whom it is led to. */
export function gitlabClient({ url, token, ...options }: GitlabOptions): GitlabClient {
  const transport = hostTransport({ token, rights: RIGHTS, ...options });
  const requesterFn = ({ url: api }: { readonly url: string }) => {
    const ask = async (method: string, endpoint: string, { body, searchParams }: RequestOptions = {}) => {
      const address = new URL(`${api.replace(/\/+$/, '')}/${endpoint}`);
      for (const [name, value] of Object.entries(searchParams ?? {}))
        if (value !== undefined) address.searchParams.set(snake(name), String(value));
      const sent = body === undefined ? {} : { body: JSON.stringify(snakeKeys(body as JsonObject)) };
      const headers = { accept: 'application/json', 'content-type': 'application/json', 'private-token': token };
      return await transport({ method, url: address.href, headers, ...sent });
    };
    const calls = ['get', 'post', 'put', 'patch', 'delete'].map((name) => [
      name,
      (endpoint: string, asked?: RequestOptions) => ask(name.toUpperCase(), endpoint, asked),
    ]);
    return Object.fromEntries(calls) as Requester;
  };
  return new Gitlab<false>({ camelize: false, host: url, token: 'of the transport', requesterFn });
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function snakeKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [snake(name), snakeKeys(each)]));
}

import { Octokit } from '@octokit/rest';
import { hostTransport, type TransportOptions } from '../transport.ts';

export interface GithubOptions extends Omit<TransportOptions, 'rights'> {
  /** Of the API: `https://api.github.com`, or `/api/v3` of a server of one's own. */
  readonly url: string;
  readonly owner: string;
  readonly repo: string;
}

const RIGHTS =
  'Let the token write contents, pull requests and commit statuses: by `permissions` of the workflow, or with the scope repo. A job of a fork may only read.';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** GitHub's own client, on a transport that survives bad days. */
export function githubClient({ url, token, ...options }: GithubOptions): Octokit {
  const transport = hostTransport({ token, rights: RIGHTS, ...options });
  const fetch = async (address: string, init: RequestInit): Promise<Response> => {
    const { status, headers, body } = await transport({
      method: init.method ?? 'GET',
      url: address,
      headers: init.headers as Record<string, string>,
      ...(typeof init.body === 'string' ? { body: init.body } : {}),
    });
    const { 'content-encoding': _, 'content-length': __, 'transfer-encoding': ___, ...kept } = headers;
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: kept });
  };
  return new Octokit({ auth: token, baseUrl: url, log: SILENT, request: { fetch } });
}

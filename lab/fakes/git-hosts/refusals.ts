// What hosts, and what stands before them, answer on bad days: for the fault proxy to give in their place.
import type { Fault } from '../fault-proxy.ts';

/** GitHub: no request is left until a time, in Unix seconds. @param now by the host's clock, which is this machine's unless given. */
export function primaryLimit(reset: number, now?: number): Fault {
  const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${reset}` };
  const date = now === undefined ? {} : { date: new Date(now * 1000).toUTCString() };
  return json(403, { message: 'API rate limit exceeded for user ID 1.' }, { ...headers, ...date });
}

/** GitHub: too much at a time; after so many seconds again, if it says so. */
export function secondaryLimit(seconds: number | undefined): Fault {
  const headers = seconds === undefined ? {} : { 'retry-after': `${seconds}` };
  return json(403, { message: 'You have exceeded a secondary rate limit.' }, headers);
}

/** GitLab: too many requests, in plain text. */
export function tooMany(seconds: number): Fault {
  const headers = { 'content-type': 'text/plain', 'retry-after': `${seconds}`, 'ratelimit-remaining': '0' };
  return { kind: 'answer', status: 429, headers, body: 'Retry later\n' };
}

/** A page where JSON should be: 200 of a login, 502 or 503 of a proxy. */
export function page(status: number): Fault {
  const headers = { 'content-type': 'text/html' };
  return { kind: 'answer', status, headers, body: '<html><body>Sign in</body></html>' };
}

/** Leads elsewhere, where nobody may show a token. */
export function elsewhere(url: string): Fault {
  return { kind: 'answer', status: 302, headers: { location: url } };
}

function json(status: number, body: object, headers: Readonly<Record<string, string>>): Fault {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

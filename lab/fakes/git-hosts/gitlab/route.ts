// What every route of the fake GitLab has: the parameters that GitLab's documentation of its REST API (v4, GitLab 18) lists for it, as far as
// change requests need them; and how GitLab refuses.
import type { Json } from '../../../../src/lib/json.ts';
import type { ChangeRequest, Project, Token } from '../project.ts';
import { type HostAnswer, type HostCall, type HostRequest, Refusal } from '../server.ts';

export interface GitlabCall extends HostCall {
  readonly project: Project;
  readonly token: Token;
}

/** A parameter's type; one that ends in an exclamation mark is required. Words between bars are all that it may be. */
export type Type =
  | 'number!'
  | 'string'
  | 'integer'
  | 'boolean'
  | 'array'
  | 'string!'
  | 'integer!'
  | 'array!'
  | `|${string}|`;

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly takes: Readonly<Record<string, Type>>;
  /** A CI job's own token may ask it too. */
  readonly forJobs?: true;
  readonly answer: (call: GitlabCall) => HostAnswer;
}

/** For all lists. */
export const PAGE = { page: 'integer', per_page: 'integer' } as const;

export function refusal(status: number, message: Json): Refusal {
  return new Refusal(status, { message });
}

/** What a request has or lacks, other than the documentation says. */
export function parameterFaults({ takes }: Pick<Route, 'takes'>, { query, body }: HostRequest): readonly string[] {
  const given = [
    ...[...query].map(([name, value]) => [name, read(value, takes[name])] as const),
    ...Object.entries(body),
  ];
  const names = new Set(given.map(([name]) => name));
  const missing = Object.entries(takes).filter(([name, type]) => type.endsWith('!') && !names.has(name));
  return [
    ...missing.map(([name]) => `${name} is missing`),
    ...given.flatMap(([name, value]) => {
      const type = takes[name];
      if (type === undefined) return [`there is no parameter ${name}`];
      return fits(value, type) ? [] : [`${name} is ${JSON.stringify(value)} and not ${type.replace('!', '')}`];
    }),
  ];
}

/** A text of a query as its type says it. */
function read(text: string, type: Type | undefined): Json {
  if (type?.startsWith('integer') === true && /^\d+$/.test(text)) return Number(text);
  return type === 'boolean' && ['true', 'false'].includes(text) ? text === 'true' : text;
}

function fits(value: Json, type: Type): boolean {
  const plain = type.replace('!', '');
  if (plain.startsWith('|')) return typeof value === 'string' && plain.includes(`|${value}|`);
  if (plain === 'integer') return Number.isInteger(value);
  return plain === 'array' ? Array.isArray(value) : typeof value === plain;
}

/** The merge request that a path names. */
export function requestOf({ project, params }: GitlabCall): ChangeRequest {
  const request = project.requests.find(({ number }) => String(number) === params['iid']);
  if (request === undefined) throw refusal(404, '404 Not found');
  return request;
}

// What every route of the fake GitHub has, and how GitHub refuses.
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Project, Token } from '../project.ts';
import { type HostAnswer, type HostCall, Refusal } from '../server.ts';

export interface GithubCall extends HostCall {
  readonly project: Project;
  readonly token: Token;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  /** Beside a token that sees the repository: nothing unless given. Whatever is no GET takes the right to write. */
  readonly answer: (call: GithubCall) => HostAnswer;
}

const documentation = 'https://docs.github.com/rest';

export const NOT_FOUND = new Refusal(404, { message: 'Not Found', documentation_url: documentation, status: '404' });

export function refusal(
  status: number,
  message: string,
  more: JsonObject = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(status, { message, ...more, documentation_url: documentation, status: String(status) }, headers);
}

/** Validation fails; `errors` say where. */
export function invalid(message: string, errors?: readonly JsonObject[]): Refusal {
  return refusal(422, message, errors === undefined ? {} : { errors });
}

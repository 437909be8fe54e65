// Questions that a route answers, one for each of its alternatives.
import type { ResolvedConfig, Resource } from '../../src/config/model.ts';
import type { RouteMatch } from '../../src/config/schema-types.ts';
import type { Question } from './ask.ts';

type Route = Resource<'Route'>;

/** A text where any will do. */
export const SAMPLE = 'hello';

/** Alternatives that ask for what a small question has not, such as parameters or long inputs, have none. */
export function questionsOf(config: ResolvedConfig, route: Route): readonly Question[] {
  return (route.spec.match ?? [{}]).flatMap((match) => {
    if (match.parameters !== undefined || match.input?.tokens?.min !== undefined || match.headers !== undefined)
      return [];
    const path = sampleOf(match.path);
    return path === undefined ? chatOf(config, route, match) : [plainQuestion(path, match.method ?? 'POST')];
  });
}

function plainQuestion(path: string, method: string): Question {
  return method === 'GET' ? { method, path } : { method, path, body: { instances: [[1, 2, 3]] } };
}

function chatOf(config: ResolvedConfig, route: Route, match: RouteMatch): readonly Question[] {
  const model = sampleOf(match.model);
  if (model === undefined) return [];
  const messages = [{ role: 'user', content: SAMPLE }];
  const variables = variablesOf(config, route);
  const body = { model, messages, ...(variables === undefined ? {} : { prompt_variables: variables }) };
  return [{ method: 'POST', path: '/v1/chat/completions', body }];
}

/** A value for each variable of the prompts that the route may use. */
function variablesOf(config: ResolvedConfig, route: Route): object | undefined {
  const names = [route.spec.prompt, ...(route.spec.backends ?? []).map(({ prompt }) => prompt)];
  const prompts = names.flatMap((name) => (name === undefined ? [] : (config.find('Prompt', name) ?? [])));
  const variables = prompts.flatMap(({ spec }) => Object.entries(spec.variables ?? {}));
  if (variables.length === 0) return undefined;
  return Object.fromEntries(
    variables.map(([name, { type, enum: choices }]) => {
      const values = { string: choices?.[0] ?? SAMPLE, number: 1, boolean: true, list: [SAMPLE] };
      return [name, values[type]];
    }),
  );
}

/** A text that a matcher takes; undefined where there is no matcher, or only a regular expression could tell. */
function sampleOf(matcher: RouteMatch['path']): string | undefined {
  if (matcher === undefined || typeof matcher === 'string') return matcher;
  const { exact, prefix } = matcher as { readonly exact?: string; readonly prefix?: string };
  return exact ?? prefix;
}

// What the rows of the table ask of a situation.
import type { Resource } from '../../../src/config/model.ts';
import { modelsOf } from '../../../src/config/traffic.ts';
import type { Behaviour } from '../../fakes/upstream.ts';
import type { Question } from '../ask.ts';
import type { Situation } from './promise.ts';

type Role = 'backend' | 'fallback' | 'mirror';

/** A model of the route, with the name that upstreams know it by. */
export interface Answering {
  readonly model: Resource<'Model'>;
  readonly weight: number;
  readonly name: string;
}

/** The models that a route has for a role, in order. */
export function modelsIn({ source: { config }, route, question }: Situation, role: Role): readonly Answering[] {
  return modelsOf(config, route)
    .filter((routed) => routed.role === role)
    .map(({ model, weight }) => ({ model, weight, name: upstreamNameOf(model, question) }));
}

/** Backends and fallbacks. */
export function answerersIn(situation: Situation): readonly Answering[] {
  return [...modelsIn(situation, 'backend'), ...modelsIn(situation, 'fallback')];
}

export function namesOf(situation: Situation, role: Role): readonly string[] {
  return modelsIn(situation, role).map(({ name }) => name);
}

/** All models of these roles behave so. */
export function behaving(
  situation: Situation,
  roles: readonly Role[],
  behaviour: Behaviour,
): Readonly<Record<string, Behaviour>> {
  return Object.fromEntries(roles.flatMap((role) => namesOf(situation, role)).map((name) => [name, behaviour]));
}

/** The protocol of a model's provider. */
export function apiOf({ source: { config } }: Situation, model: Resource<'Model'>): string | undefined {
  return config.find('Provider', model.spec.provider ?? '')?.spec.api;
}

/** Whether the question is one to a language model. */
export function isChat({ question }: Situation): boolean {
  return question.path.endsWith('/chat/completions');
}

/** The question with some fields of its body set anew. */
export function asking({ question }: Situation, fields: Readonly<Record<string, unknown>>): Question {
  return { ...question, body: { ...(question.body as object), ...fields } };
}

/** How upstreams know a model: by the name that the vendor gives it, which one that passes all names on does not change. */
export function upstreamNameOf({ spec, name }: Resource<'Model'>, question: Question): string {
  if (spec.upstreamModel !== '*') return spec.upstreamModel ?? name;
  return String((question.body as { readonly model?: unknown } | undefined)?.model);
}

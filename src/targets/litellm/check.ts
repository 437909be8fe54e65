import type { Resource } from '../../config/model.ts';
import { type Json, valueAt } from '../../lib/json.ts';
import { definitionOf, type Extent, type Problem, problemsOf } from '../schema-problems.ts';
import { schema } from './generated/schema.js';

/** What is wrong with LiteLLM's file, or with a part of it as in a gateway's `targets.litellm`. */
export function checkLiteLlm(value: Json, extent: Extent): readonly Problem[] {
  return problemsOf(schema, schema, value, extent);
}

/** What is wrong with an entry of LiteLLM's model_list, or with a part of one as in a model's `targets.litellm`. */
export function checkLiteLlmEntry(value: Json, extent: Extent): readonly Problem[] {
  return problemsOf(schema, definitionOf(schema, 'Deployment'), value, extent);
}

/** What is wrong with `targets.litellm` of a gateway or a model; paths from the document's root. */
export function checkSettings(resource: Resource): readonly Problem[] {
  const path = ['spec', 'targets', 'litellm'];
  const value = valueAt(resource.written, path);
  if (value === undefined) return [];
  const problems = resource.kind === 'Gateway' ? checkLiteLlm(value, 'part') : checkLiteLlmEntry(value, 'part');
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

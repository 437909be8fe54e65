import type { JsonObject } from '../../lib/json.ts';
import type { KnownKind } from '../kind.ts';
import type { ManifestProblem } from '../problem.ts';

export function semanticProblems(_object: JsonObject, _kind: KnownKind): ManifestProblem[] {
  return [];
}

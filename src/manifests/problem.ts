import type { Json, Path } from '../lib/json.ts';

/**
 * schema: a field's presence, type, range or form, or an item that stands twice. cel: a rule of the definition.
 * semantic: what the API server or the controllers refuse beyond the definition. unknown-kind: no schema to check by.
 */
export type ProblemRule = 'schema' | 'cel' | 'semantic' | 'unknown-kind';

/** One reason why an object would be refused. */
export interface ManifestProblem {
  /** Where in the object; for a missing field the object that lacks it. */
  readonly path: Path;
  readonly rule: ProblemRule;
  /** One or more full sentences; the path stands beside them, not in them. */
  readonly message: string;
  /** The value at fault, where it is a scalar. */
  readonly value?: Json;
  /** The last step of the path is itself at fault (an unknown field), not what stands under it. */
  readonly key?: true;
}

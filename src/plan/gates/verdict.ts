import type { JsonObject } from '../../lib/json.ts';

/** What one gate says of a version. Whatever is missing or cannot be read fails. */
export interface Verdict {
  /** The kind of gate: `metric`, `signature`. */
  readonly gate: string;
  /** Which of its kind: the name that a policy gives it. */
  readonly name: string;
  /** `pending` where time or people may still bring it about. */
  readonly status: 'passed' | 'warned' | 'pending' | 'failed';
  /** One sentence with the values and the limits. */
  readonly message: string;
  /** What was looked at, for the record: a judgement on the same inputs is the same. */
  readonly inputs: JsonObject;
}

import type { Cursor } from '../semantics/cursor.ts';
import type { SetObject } from './inventory.ts';

/** Something that one object says and others of the set belie. */
export interface RelationProblem {
  readonly object: SetObject;
  readonly at: Cursor;
  readonly message: string;
}

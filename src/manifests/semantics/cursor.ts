import type { Json, JsonObject, Path } from '../../lib/json.ts';
import { isObject, valueAt } from '../../lib/json.ts';
import type { ManifestProblem } from '../problem.ts';

/** A value inside an object, and the way to it; the value is undefined where the way leads nowhere. */
export interface Cursor {
  readonly value: Json | undefined;
  readonly path: Path;
}

/** The object itself as a cursor. */
export function whole(object: JsonObject): Cursor {
  return { value: object, path: [] };
}

export function at(cursor: Cursor, ...steps: Path): Cursor {
  return { value: valueAt(cursor.value, steps), path: [...cursor.path, ...steps] };
}

/** True where there is a value. */
export function has(cursor: Cursor, ...steps: Path): boolean {
  return valueAt(cursor.value, steps) !== undefined;
}

export function textAt(cursor: Cursor, ...steps: Path): string | undefined {
  const value = valueAt(cursor.value, steps);
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(cursor: Cursor, ...steps: Path): number | undefined {
  const value = valueAt(cursor.value, steps);
  return typeof value === 'number' ? value : undefined;
}

/** The items of a list, or nothing where there is no list. */
export function items(cursor: Cursor, ...steps: Path): readonly Cursor[] {
  const list = at(cursor, ...steps);
  if (!Array.isArray(list.value)) return [];
  return (list.value as readonly Json[]).map((value, index) => ({ value, path: [...list.path, index] }));
}

/** The entries of a map, or nothing where there is no map. */
export function entries(cursor: Cursor, ...steps: Path): readonly (readonly [string, Cursor])[] {
  const map = at(cursor, ...steps);
  if (!isObject(map.value)) return [];
  return Object.entries(map.value).map(([key, value]) => [key, { value, path: [...map.path, key] }]);
}

/** Those of `names` that `cursor` has. */
export function present(cursor: Cursor, names: readonly string[]): string[] {
  return names.filter((name) => has(cursor, name));
}

export function fault(cursor: Cursor, message: string): ManifestProblem {
  const { value, path } = cursor;
  const scalar = value !== undefined && !isObject(value) && !Array.isArray(value);
  return scalar ? { path, rule: 'semantic', message, value } : { path, rule: 'semantic', message };
}

/** A fault in the name of a map's entry. */
export function keyFault(cursor: Cursor, message: string): ManifestProblem {
  return { path: cursor.path, rule: 'semantic', message, key: true };
}

/** Faults for texts that repeat an earlier one. */
export function repeated(cursors: readonly Cursor[], what: string): ManifestProblem[] {
  const seen = new Set<Json>();
  return cursors.flatMap((cursor) => {
    if (cursor.value === undefined) return [];
    if (seen.has(cursor.value)) return [fault(cursor, `The ${what} "${String(cursor.value)}" is used twice.`)];
    seen.add(cursor.value);
    return [];
  });
}

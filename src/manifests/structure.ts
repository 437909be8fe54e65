import type { Json, JsonObject, Path } from '../lib/json.ts';
import { isObject } from '../lib/json.ts';

/** A CEL rule of a schema, as upstream wrote it. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  /** CEL that makes the message; used instead of `message` where it gives a text. */
  readonly messageExpression?: string;
  /** Where below the rule's own place a fault is shown. */
  readonly fieldPath?: string;
}

/**
 * What a schema says beyond the validity of single values: defaults, list keys, rules. It has a node only where there
 * is something to say, there or below. Made from the schemas by the generator.
 */
export interface Structure {
  readonly default?: Json;
  /** null is a value here; elsewhere the API server reads it as absence. */
  readonly nullable?: true;
  /** Unknown fields are kept as they are. */
  readonly open?: true;
  /** Items are unique by these fields, or as a whole where the list is empty. */
  readonly uniqueBy?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly properties?: Readonly<Record<string, Structure>>;
  /** The values of a map. */
  readonly values?: Structure;
  readonly items?: Structure;
}

/** The structure of the value under `key`. */
export function childOf(structure: Structure | undefined, key: string): Structure | undefined {
  if (structure?.properties && Object.hasOwn(structure.properties, key)) return structure.properties[key];
  return structure?.values;
}

/**
 * A copy of `value` as the API server completes it before it validates: nulls dropped where they mean absence, defaults
 * filled in from the outside to the inside.
 */
export function withDefaults(value: Json, structure: Structure | undefined): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withDefaults(item, structure?.items));
  if (!isObject(value)) return value;
  const entries: [string, Json][] = [];
  for (const [key, child] of Object.entries(value)) {
    const below = childOf(structure, key);
    if (structure?.open && !below) entries.push([key, child]);
    else if (child !== null || below?.nullable) entries.push([key, withDefaults(child, below)]);
  }
  const present = new Set(entries.map(([key]) => key));
  for (const [key, below] of Object.entries(structure?.properties ?? {})) {
    if (below.default !== undefined && !present.has(key)) entries.push([key, withDefaults(below.default, below)]);
  }
  return Object.fromEntries(entries);
}

/** True where there is a null anywhere in `value`. */
export function holdsNull(value: Json): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).some(holdsNull);
  return value === null || (isObject(value) && Object.values(value).some(holdsNull));
}

/** Calls `visit` for every value that has a structure, outer ones first. */
export function walkStructure(
  value: Json,
  structure: Structure | undefined,
  visit: (value: Json, structure: Structure, path: Path) => void,
  path: Path = [],
): void {
  if (!structure) return;
  visit(value, structure, path);
  if (Array.isArray(value)) {
    (value as readonly Json[]).forEach((item, index) => {
      walkStructure(item, structure.items, visit, [...path, index]);
    });
  } else if (isObject(value)) {
    for (const [key, child] of Object.entries(value))
      walkStructure(child, childOf(structure, key), visit, [...path, key]);
  }
}

/** An item that stands twice in a list whose items must differ. */
export interface DuplicateItem {
  readonly index: number;
  readonly first: number;
  /** The fields that make an item what it is, and their values here; empty where the whole item counts. */
  readonly identity: JsonObject;
}

/** The items of `list` that repeat an earlier one. */
export function duplicateItems(list: readonly Json[], uniqueBy: readonly string[]): DuplicateItem[] {
  const seen = new Map<string, number>();
  const duplicates: DuplicateItem[] = [];
  list.forEach((item, index) => {
    const identity = isObject(item) ? Object.fromEntries(uniqueBy.map((key) => [key, item[key] ?? null])) : {};
    const mark = uniqueBy.length > 0 ? JSON.stringify(identity) : canonicalText(item);
    const first = seen.get(mark);
    if (first === undefined) seen.set(mark, index);
    else duplicates.push({ index, first, identity });
  });
  return duplicates;
}

/** JSON text that does not depend on the order of keys. */
function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalText).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`).join()}}`;
}

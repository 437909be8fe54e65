// What is wrong with settings of a target's own, by the schema that we keep of them in schemas/targets.
import { assertNever } from '../lib/assert-never.ts';
import { isObject, type Json, type JsonObject, type Path } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';

/** The part of JSON Schema (draft 7) that these schemas use. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: false | SchemaNode;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** A fault in people's own settings of a target. */
export interface Problem {
  readonly kind: 'unknown-key' | 'missing-key' | 'wrong-value';
  /** Of the unknown or missing key itself, else of the wrong value. */
  readonly path: Path;
  /** A sentence: `There is no key cachee; did you mean cache?` */
  readonly message: string;
}

/** A whole has all that is required; a part is laid over something that has, and null in it removes. */
export type Extent = 'whole' | 'part';

interface Search {
  readonly root: SchemaNode;
  readonly extent: Extent;
  readonly found: Problem[];
}

/** Everything wrong with a value, in the order in which it stands there. */
export function problemsOf(root: SchemaNode, node: SchemaNode, value: Json, extent: Extent): readonly Problem[] {
  const search: Search = { root, extent, found: [] };
  visit(search, node, value, []);
  return search.found;
}

/** The schema under a name of `definitions`. */
export function definitionOf(root: SchemaNode, name: string): SchemaNode {
  const found = root.definitions?.[name];
  if (found === undefined) throw new Error(`the schema defines no ${name}`);
  return found;
}

function visit(search: Search, site: SchemaNode, value: Json, path: Path): void {
  const node = site.$ref === undefined ? site : definitionOf(search.root, site.$ref.replace('#/definitions/', ''));
  if (value === null && search.extent === 'part') return;
  const expected = expectation(search, node, value);
  if (expected !== undefined) add(search, 'wrong-value', path, `Expected ${expected}.`);
  else if (Array.isArray(value)) visitItems(search, node, value, path);
  else if (isObject(value)) visitKeys(search, node, value, path);
}

/** What the value should have been, in words; undefined where it is right in itself. */
function expectation({ root }: Search, node: SchemaNode, value: Json): string | undefined {
  const types = [node.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => isOfType(type, value)))
    return wordsOf(types.filter((type) => type !== 'null'));
  if (node.enum !== undefined && !node.enum.includes(value)) return `one of ${node.enum.map(String).join(', ')}`;
  if (node.pattern !== undefined && typeof value === 'string' && !new RegExp(node.pattern).test(value)) {
    return wordsOf(types.filter((type) => type !== 'null' && type !== 'string').concat('os.environ/NAME'));
  }
  if (node.minimum !== undefined && typeof value === 'number' && value < node.minimum)
    return `at least ${node.minimum}`;
  const choices = (node.anyOf ?? []).map((choice) => problemsOf(root, choice, value, 'part')[0]);
  if (choices.length > 0 && !choices.includes(undefined)) {
    return choices.map((problem) => problem?.message.replace(/^Expected |\.$/g, '')).join(', or ');
  }
  return undefined;
}

function visitItems(search: Search, { items }: SchemaNode, value: readonly Json[], path: Path): void {
  if (items === undefined) return;
  for (const [index, item] of value.entries()) visit(search, items, item, [...path, index]);
}

function visitKeys(search: Search, node: SchemaNode, value: JsonObject, path: Path): void {
  const { properties = {}, additionalProperties, required = [], minProperties = 0, maxProperties } = node;
  for (const [key, child] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (known === false) addUnknown(search, key, Object.keys(properties), path);
    else if (known !== undefined) visit(search, known, child, [...path, key]);
  }
  if (search.extent === 'part') return;
  for (const key of required.filter((name) => !Object.hasOwn(value, name))) {
    add(search, 'missing-key', [...path, key], `The key ${key} is missing.`);
  }
  const count = Object.keys(value).length;
  if (count < minProperties || count > (maxProperties ?? count))
    add(search, 'wrong-value', path, 'Expected a single key.');
}

function addUnknown(search: Search, key: string, known: readonly string[], path: Path): void {
  const meant = nearest(key, known);
  const hint = meant === undefined ? '.' : `; did you mean ${meant}?`;
  add(search, 'unknown-key', [...path, key], `There is no key ${key}${hint}`);
}

function add({ found }: Search, kind: Problem['kind'], path: Path, message: string): void {
  found.push({ kind, path, message });
}

const WORDS = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'a map',
  string: 'text',
} as const;

function isOfType(type: string, value: Json): boolean {
  const name = type as keyof typeof WORDS;
  switch (name) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
    case 'number':
    case 'string':
      return typeof value === name;
    default:
      return assertNever(name);
  }
}

function wordsOf(types: readonly string[]): string {
  const numbers = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  const names = numbers.map((type) => WORDS[type as keyof typeof WORDS] ?? type);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

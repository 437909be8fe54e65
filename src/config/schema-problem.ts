import { isObject, type Json, type JsonObject, type Path } from '../lib/json.ts';
import { type Rule, ruleAt, ruleOf } from './schema-rule.ts';

/** What can be wrong with a value in itself. */
export type ValueFault = 'type' | 'value' | 'text' | 'range' | 'few' | 'repeated' | 'alternative';

/** What can be wrong with the keys of a map, or with a secret that is no reference. */
export type OtherFault = 'unknown-key' | 'malformed-key' | 'missing-key' | 'together' | 'secret';

/** What is wrong, where, and the rule that says so. */
export interface Problem {
  readonly kind: ValueFault | OtherFault;
  readonly rule: Rule;
  /** Of the faulty value or key; of a missing key, where it would stand. */
  readonly path: Path;
  readonly value: Json;
  /** It lies within a reference to a secret: nothing of it may be quoted. */
  readonly secret: boolean;
  /** The keys that may stand here, of an unknown one. */
  readonly known?: readonly string[];
}

interface Search {
  readonly found: Problem[];
  readonly limit: number;
  readonly path: (string | number)[];
  secret: boolean;
}

/** All that is wrong with a value, in the order of the schema; the search ends when there are `limit` problems. */
export function problemsOf(rule: Rule, value: Json, limit: number): readonly Problem[] {
  const search: Search = { found: [], limit, path: [], secret: false };
  visit(search, rule, value);
  return search.found;
}

function holds(rule: Rule, value: Json): boolean {
  return problemsOf(rule, value, 1).length === 0;
}

function add(search: Search, kind: Problem['kind'], rule: Rule, value: Json, more: object = {}): void {
  const { found, path, secret } = search;
  if (found.length < search.limit) found.push({ kind, rule, path: [...path], value, secret, ...more });
}

function visit(search: Search, rule: Rule, value: Json): void {
  if (search.found.length >= search.limit || (value === null && rule.removable)) return;
  if (rule.node['x-secret'] === true) visitSecret(search, rule, value);
  else if (rule.alternatives) visitAlternatives(search, rule, rule.alternatives, value);
  else visitShape(search, rule, value);
}

function visitShape(search: Search, rule: Rule, value: Json): void {
  if (rule.types && !accepts(rule.types, value)) add(search, 'type', rule, value);
  else if (rule.values && !rule.values.has(value)) add(search, 'value', rule, value);
  else if (typeof value === 'string') visitText(search, rule, value);
  else if (typeof value === 'number') visitNumber(search, rule, value);
  else if (Array.isArray(value)) visitList(search, rule, value);
  else if (isObject(value)) visitMap(search, rule, value);
}

function visitSecret(search: Search, rule: Rule, value: Json): void {
  const outer = search.secret;
  search.secret = true;
  if (value === null || typeof value === 'object') visitShape(search, rule, value);
  else add(search, 'secret', rule, value);
  search.secret = outer;
}

function accepts(types: ReadonlySet<string>, value: Json): boolean {
  if (typeof value !== 'number') return types.has(jsonType(value));
  return Number.isFinite(value) && (types.has('number') || (types.has('integer') && Number.isInteger(value)));
}

function jsonType(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function visitText(search: Search, rule: Rule, value: string): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = rule.node;
  // Counted in code points, of which a text has at most as many as code units and at least half as many.
  const tooLong = value.length > maxLength && (value.length > 2 * maxLength || [...value].length > maxLength);
  const wrong = value.length < minLength || tooLong || rule.pattern?.test(value) === false;
  if (wrong) add(search, 'text', rule, value);
}

function visitNumber(search: Search, rule: Rule, value: number): void {
  const { node } = rule;
  const wrong =
    value < (node.minimum ?? Number.NEGATIVE_INFINITY) ||
    value <= (node.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) ||
    value > (node.maximum ?? Number.POSITIVE_INFINITY);
  if (wrong) add(search, 'range', rule, value);
}

function visitList(search: Search, rule: Rule, value: readonly Json[]): void {
  if (value.length < (rule.node.minItems ?? 0)) add(search, 'few', rule, value);
  const each = rule.each && ruleOf(rule.each, rule.schemas);
  const seen = rule.node.uniqueItems === true ? new Set<Json>() : undefined;
  for (const [index, item] of value.entries()) {
    if (search.found.length >= search.limit) return;
    search.path.push(index);
    if (each) visit(search, each, item);
    if (seen?.has(item)) add(search, 'repeated', rule, item);
    seen?.add(item);
    search.path.pop();
  }
}

function visitMap(search: Search, rule: Rule, value: JsonObject): void {
  for (const [key, child] of Object.entries(value)) {
    if (search.found.length >= search.limit) return;
    search.path.push(key);
    visitEntry(search, rule, key, child);
    search.path.pop();
  }
  for (const key of rule.required) {
    if (Object.hasOwn(value, key)) continue;
    search.path.push(key);
    add(search, 'missing-key', ruleAt(rule, key) ?? rule, value);
    search.path.pop();
  }
  if (Object.keys(value).length < (rule.node.minProperties ?? 0)) add(search, 'few', rule, value);
  else if (!goesTogether(rule, value)) add(search, 'together', rule, value);
}

function visitEntry(search: Search, rule: Rule, key: string, value: Json): void {
  const keys = rule.node.propertyNames && ruleOf(rule.node.propertyNames, rule.schemas);
  if (keys && !holds(keys, key)) add(search, 'malformed-key', keys, key);
  const property = ruleAt(rule, key);
  if (property) visit(search, property, value);
  else if (rule.node.additionalProperties === false) add(search, 'unknown-key', rule, value, { known: keysOf(rule) });
}

/** The keys that a map may have. */
function keysOf({ node }: Rule): readonly string[] {
  return Object.keys(node.properties ?? {});
}

function goesTogether({ node, schemas, together }: Rule, value: JsonObject): boolean {
  if (node.not && holds(ruleOf(node.not, schemas), value)) return false;
  if (!together) return true;
  const count = together.branches.filter((branch) => holds(branch, value)).length;
  return together.exactly ? count === 1 : count > 0;
}

/** Looks for the alternative that was meant, so that what is told is what is wrong with it. */
function visitAlternatives(search: Search, rule: Rule, alternatives: readonly Rule[], value: Json): void {
  const possible = alternatives.filter(({ types }) => types === undefined || accepts(types, value));
  const meant = possible.length === 1 ? possible[0] : alternativeWithKeys(possible, value);
  if (meant) {
    visit(search, meant, value);
    return;
  }
  if (possible.filter((alternative) => holds(alternative, value)).length === 1) return;
  const known = [...new Set(possible.flatMap(keysOf))];
  const unknown = isObject(value) ? Object.entries(value).filter(([key]) => !known.includes(key)) : [];
  if (unknown.length === 0) add(search, 'alternative', rule, value);
  for (const [key, child] of unknown) {
    search.path.push(key);
    add(search, 'unknown-key', rule, child, { known });
    search.path.pop();
  }
}

/** The only alternative that knows every key of a map. */
function alternativeWithKeys(alternatives: readonly Rule[], value: Json): Rule | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const [only, another] = alternatives.filter(
    (one) => keys.length > 0 && keys.every((key) => keysOf(one).includes(key)),
  );
  return another ? undefined : only;
}

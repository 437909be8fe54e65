// Documents made from the schemas: right ones, and ones that may be wrong anywhere. For tests.
import fc from 'fast-check';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { language } from '../schema-language.ts';
import { flatten, type SchemaNode } from '../schema-node.ts';
import type { Kind } from '../schema-types.ts';

/** Right documents of a kind: what is required, and any part of the rest. */
export function rightDocuments(kind: Kind): fc.Arbitrary<JsonObject> {
  const { properties, ...root } = language().kinds[kind] ?? {};
  const { environment: _, ...metadata } = flatten(properties?.['metadata'] ?? {}, language()).properties ?? {};
  const who: SchemaNode = { type: 'object', required: ['name'], properties: metadata };
  return mapOf({ ...root, properties: { ...properties, metadata: who } });
}

function valuesFor(site: SchemaNode): fc.Arbitrary<Json> {
  const node = flatten(site, language());
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum) return fc.constantFrom(...node.enum);
  if (node.properties) return mapOf(node);
  if (node.oneOf) return fc.oneof(...node.oneOf.map(valuesFor));
  if (node.type === 'array') return listOf(node);
  if (typeof node.additionalProperties === 'object') return peoplesMapOf(node, node.additionalProperties);
  const examples = [...(node.examples ?? []), ...(node.default === undefined ? [] : [node.default])];
  return examples.length > 0 ? fc.constantFrom(...examples) : plainValue(node);
}

function plainValue({ type, minimum = 0 }: SchemaNode): fc.Arbitrary<Json> {
  switch ([type].flat()[0]) {
    case 'string':
      return fc.constantFrom('gpt-large', 'support-bot');
    case 'boolean':
      return fc.boolean();
    case 'object':
      return fc.constant({ 'x-team': { support: [1] } });
    default:
      return fc.constant(minimum);
  }
}

function listOf({ items = {}, minItems = 0, uniqueItems = false }: SchemaNode): fc.Arbitrary<Json> {
  const item = valuesFor(items);
  return uniqueItems
    ? fc.uniqueArray(item, { minLength: minItems, maxLength: 2 })
    : fc.array(item, { minLength: minItems, maxLength: 2 });
}

function peoplesMapOf({ minProperties = 0 }: SchemaNode, values: SchemaNode): fc.Arbitrary<Json> {
  return fc.dictionary(fc.constantFrom('x-a', 'x-b'), valuesFor(values), { minKeys: minProperties, maxKeys: 2 });
}

/** A map of known keys, of those that exclude each other only what one alternative asks for. */
function mapOf(node: SchemaNode): fc.Arbitrary<JsonObject> {
  const branches = node.oneOf ?? node.anyOf ?? [{}];
  const disputed = new Set(branches.flatMap(({ required = [] }) => required));
  return fc.oneof(
    ...branches.map((branch) => {
      const required = [...(node.required ?? []), ...(branch.required ?? [])];
      const possible = Object.entries(node.properties ?? {}).filter(
        ([key]) => required.includes(key) || !disputed.has(key),
      );
      const model = Object.fromEntries(possible.map(([key, child]) => [key, valuesFor(child)]));
      const maps = fc.record(model, { requiredKeys: required });
      return (node.minProperties ?? 0) > 0 ? maps.filter((map) => Object.keys(map).length > 0) : maps;
    }),
  );
}

const junk: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e12,
  '',
  'a b',
  '5s',
  'name',
  [],
  ['a', 'a'],
  {},
  { name: 'a' },
  { env: 'A' },
];

/** The same documents with up to three things changed: a value replaced, a key removed, added or taken twice. */
export function anyDocuments(right: fc.Arbitrary<JsonObject>): fc.Arbitrary<Json> {
  const change = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('replace', 'remove', 'add'),
    value: fc.constantFrom(...junk),
  });
  return fc
    .tuple(right, fc.array(change, { maxLength: 3 }))
    .map(([document, changes]) =>
      changes.reduce<Json>(
        (value, { at, how, value: other }) => changed(value, at % sizeOf(value), how, other),
        document,
      ),
    );
}

/** How many values there are in a value, itself included. */
function sizeOf(value: Json): number {
  const children = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return children.reduce<number>((sum, child: Json) => sum + sizeOf(child), 1);
}

/** A value in which the `at`-th value is changed. */
function changed(value: Json, at: number, how: string, other: Json): Json {
  if (at === 0) return how === 'add' && isObject(value) ? { ...value, unheard: other } : other;
  if (typeof value !== 'object' || value === null) return value;
  let passed = 1;
  const entries = Object.entries(value).flatMap(([key, child]: [string, Json]): [string, Json][] => {
    const here = at - passed;
    passed += sizeOf(child);
    if (here < 0 || here >= sizeOf(child)) return [[key, child]];
    return here === 0 && how === 'remove' ? [] : [[key, changed(child, here, how, other)]];
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

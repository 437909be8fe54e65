import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';

/** A schema on its way from upstream's form to ours; plain JSON with the keywords that validation needs. */
export type Schema = { [keyword: string]: Json };

/** Keywords that mean the same on both sides. */
const kept = [
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'required',
  'uniqueItems',
  'x-kubernetes-validations',
] as const;

/** Formats that the API server checks; ipv4 and ipv6 occur in value rules, quantity is ours. */
const checkedFormats = new Set(['byte', 'cidr', 'date-time', 'duration', 'ipv4', 'ipv6', 'quantity', 'uri']);

const integerRanges: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-2147483648, 2147483647],
  // The outermost doubles inside the 64-bit range; their neighbours lie outside.
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};
/** An integer without a format has 64 bits too. */
const defaultRange = 'int64';

const known = new Set<string>([
  ...kept,
  'additionalProperties',
  'allOf',
  'anyOf',
  'default',
  'description',
  'example',
  'format',
  'items',
  'not',
  'nullable',
  'oneOf',
  'properties',
  'title',
  'type',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-patch-merge-key',
  'x-kubernetes-patch-strategy',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-unions',
  'x-kubernetes-group-version-kind',
]);

export interface CompactOptions {
  /** The schema of every object's metadata, put where an object embeds another. */
  readonly metadata: Schema;
}

/**
 * A structural schema without prose, closed as strict field validation closes it: an object takes the fields that it
 * lists and no others, unless it is a map or keeps unknown fields. Defaults, list kinds and rules stay.
 * A keyword that is not known is an error: it might be a rule that would be lost.
 */
export function compactSchema(source: JsonObject, options: CompactOptions): Schema {
  for (const keyword of Object.keys(source)) {
    if (!known.has(keyword)) throw new Error(`The schema keyword ${keyword} is not known to the derivation.`);
  }
  const schema = valueRules(source);
  if (source['default'] !== undefined) schema['default'] = source['default'];
  if (source['x-kubernetes-list-type'] === 'map' || source['x-kubernetes-list-type'] === 'set') {
    schema['x-kubernetes-list-type'] = source['x-kubernetes-list-type'];
  }
  const keys = source['x-kubernetes-list-map-keys'];
  if (keys !== undefined) schema['x-kubernetes-list-map-keys'] = keys;
  if (isObject(source['items'])) schema['items'] = compactSchema(source['items'], options);
  fields(source, schema, options);
  return schema;
}

function fields(source: JsonObject, schema: Schema, options: CompactOptions): void {
  const properties: { [name: string]: Json } = {};
  if (isObject(source['properties'])) {
    for (const [name, property] of Object.entries(source['properties'])) {
      if (isObject(property)) properties[name] = compactSchema(property, options);
    }
  }
  const embedded = source['x-kubernetes-embedded-resource'] === true;
  if (embedded) {
    Object.assign(properties, { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: options.metadata });
    schema['required'] = [...new Set([...listOf(source['required']), 'apiVersion', 'kind'])];
  }
  if (Object.keys(properties).length > 0) schema['properties'] = properties;
  if (source['x-kubernetes-preserve-unknown-fields'] === true) {
    schema['x-kubernetes-preserve-unknown-fields'] = true;
    return;
  }
  const values = source['additionalProperties'];
  if (isObject(values)) schema['additionalProperties'] = compactSchema(values, options);
  else if (values !== true && typesOf(source).includes('object')) schema['additionalProperties'] = false;
}

/** The rules on a value itself; also all there is inside allOf, anyOf, oneOf and not, which never close an object. */
function valueRules(source: JsonObject): Schema {
  const schema: Schema = {};
  const types = typesOf(source);
  if (types.length > 0) schema['type'] = types.length === 1 ? (types[0] ?? null) : types;
  for (const keyword of kept) {
    const value = source[keyword];
    if (value !== undefined) schema[keyword] = value;
  }
  if (source['nullable'] === true && Array.isArray(schema['enum'])) schema['enum'] = [...schema['enum'], null];
  formatRules(source, schema);
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const branches = listOf(source[keyword]).filter((branch) => isObject(branch));
    if (branches.length > 0 && !isIntOrString(source, keyword)) schema[keyword] = branches.map(branchRules);
  }
  if (isObject(source['not'])) schema['not'] = branchRules(source['not']);
  return schema;
}

function branchRules(source: JsonObject): Schema {
  const schema = valueRules(source);
  if (isObject(source['items'])) schema['items'] = branchRules(source['items']);
  if (isObject(source['properties'])) {
    schema['properties'] = Object.fromEntries(
      Object.entries(source['properties']).map(([name, property]) => [
        name,
        isObject(property) ? branchRules(property) : true,
      ]),
    );
  }
  return schema;
}

function formatRules(source: JsonObject, schema: Schema): void {
  const format = source['format'] ?? (typesOf(source).includes('integer') ? defaultRange : undefined);
  if (typeof format !== 'string') return;
  const range = integerRanges[format];
  if (range && typesOf(source).includes('integer')) {
    const [low, high] = range;
    const minimum = typeof source['minimum'] === 'number' ? source['minimum'] : low;
    const maximum = typeof source['maximum'] === 'number' ? source['maximum'] : high;
    schema['minimum'] = Math.max(low, minimum);
    schema['maximum'] = Math.min(high, maximum);
  } else if (checkedFormats.has(format)) schema['format'] = format;
  else if (!['double', 'float', 'int32', 'int64', 'int-or-string', 'password'].includes(format)) {
    throw new Error(`The format ${format} is not known to the derivation.`);
  }
}

function typesOf(source: JsonObject): string[] {
  const types = source['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : listOf(source['type']);
  const names = types.filter((type) => typeof type === 'string');
  return source['nullable'] === true && names.length > 0 ? [...names, 'null'] : names;
}

function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return value === undefined ? [] : [value];
}

/** The pair of types that every int-or-string field repeats; its type union says the same. */
function isIntOrString(source: JsonObject, keyword: string): boolean {
  if (source['x-kubernetes-int-or-string'] !== true || keyword !== 'anyOf') return false;
  const branches = JSON.stringify(source['anyOf']);
  return branches === '[{"type":"integer"},{"type":"string"}]';
}

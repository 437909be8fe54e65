// Whether a text is a JSON Schema: looked at for what it says, without loading a validator. Draft 4 to 2020-12.
import { isObject, type Json, type JsonObject, type Path } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';

/** Something that a validator would refuse, or would not understand. */
export interface SchemaFault {
  readonly path: Path;
  /** The fault lies in the key, not in its value. */
  readonly key: boolean;
  /** One sentence without its end. */
  readonly reason: string;
}

/** Deeper schemas are not looked into: validators would not manage them either. */
const deepest = 200;
const mostFaults = 20;

type Shape =
  | 'schema'
  | 'schemas'
  | 'schema map'
  | 'text'
  | 'texts'
  | 'number'
  | 'count'
  | 'flag'
  | 'values'
  | 'pattern'
  | 'types'
  | 'any';

/** Keywords that validators know, and what stands at each. */
const keywords: Readonly<Record<string, readonly Shape[]>> = {
  $schema: ['text'],
  $id: ['text'],
  id: ['text'],
  $ref: ['text'],
  $anchor: ['text'],
  $dynamicRef: ['text'],
  $dynamicAnchor: ['text'],
  $comment: ['text'],
  $vocabulary: ['any'],
  $defs: ['schema map'],
  definitions: ['schema map'],
  type: ['types'],
  enum: ['values'],
  const: ['any'],
  title: ['text'],
  description: ['text'],
  default: ['any'],
  examples: ['any'],
  example: ['any'],
  deprecated: ['flag'],
  readOnly: ['flag'],
  writeOnly: ['flag'],
  nullable: ['flag'],
  format: ['text'],
  contentEncoding: ['text'],
  contentMediaType: ['text'],
  contentSchema: ['schema'],
  multipleOf: ['number'],
  maximum: ['number'],
  exclusiveMaximum: ['number', 'flag'],
  minimum: ['number'],
  exclusiveMinimum: ['number', 'flag'],
  maxLength: ['count'],
  minLength: ['count'],
  pattern: ['pattern'],
  items: ['schema', 'schemas'],
  prefixItems: ['schemas'],
  additionalItems: ['schema'],
  unevaluatedItems: ['schema'],
  contains: ['schema'],
  maxItems: ['count'],
  minItems: ['count'],
  maxContains: ['count'],
  minContains: ['count'],
  uniqueItems: ['flag'],
  properties: ['schema map'],
  patternProperties: ['schema map'],
  additionalProperties: ['schema'],
  unevaluatedProperties: ['schema'],
  propertyNames: ['schema'],
  required: ['texts', 'flag'],
  maxProperties: ['count'],
  minProperties: ['count'],
  dependencies: ['any'],
  dependentRequired: ['any'],
  dependentSchemas: ['schema map'],
  allOf: ['schemas'],
  anyOf: ['schemas'],
  oneOf: ['schemas'],
  not: ['schema'],
  if: ['schema'],
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: ['schema'],
  else: ['schema'],
};

const typeNames = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

const shapeWords: Readonly<Record<Shape, string>> = {
  schema: 'a schema',
  schemas: 'a list of schemas',
  'schema map': 'a map of schemas',
  text: 'text',
  texts: 'a list of texts',
  number: 'a number',
  count: 'a whole number, at least 0',
  flag: 'true or false',
  values: 'a list of values',
  pattern: 'a regular expression',
  types: `one of ${typeNames.join(', ')}, or a list of these`,
  any: 'any value',
};

/** What is wrong with a value as a JSON Schema, at most twenty faults. */
export function schemaFaultsOf(root: Json): readonly SchemaFault[] {
  const faults: SchemaFault[] = [];
  const visit = (schema: Json, path: Path): void => {
    if (faults.length >= mostFaults || typeof schema === 'boolean') return;
    if (!isObject(schema)) faults.push({ path, key: false, reason: 'a schema is a map, true or false' });
    else if (path.length > deepest) faults.push({ path, key: true, reason: 'schemas nest too deeply from here on' });
    else for (const [key, value] of Object.entries(schema)) visitKeyword(key, value, [...path, key], schema);
  };
  const visitKeyword = (key: string, value: Json, path: Path, schema: JsonObject): void => {
    const shapes = Object.hasOwn(keywords, key) ? keywords[key] : undefined;
    if (shapes === undefined) faults.push(...misspelt(key, path, schema));
    else if (!shapes.some((shape) => hasShape(shape, value))) {
      faults.push({
        path,
        key: false,
        reason: `${key} must be ${shapes.map((shape) => shapeWords[shape]).join(' or ')}`,
      });
    } else if (key === '$ref') faults.push(...danglingReference(root, String(value), path));
    else for (const [child, childPath] of schemasIn(shapes, value, path)) visit(child, childPath);
  };
  visit(root, []);
  return faults.slice(0, mostFaults);
}

function hasShape(shape: Shape, value: Json): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0;
    case 'flag':
      return typeof value === 'boolean';
    case 'values':
      return Array.isArray(value);
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'types':
      return [value].flat().every((name) => typeof name === 'string' && typeNames.includes(name));
    case 'pattern':
      return typeof value === 'string' && compiles(value);
    case 'schemas':
      return Array.isArray(value) && value.length > 0;
    case 'schema map':
      return isObject(value);
    case 'schema':
      return isObject(value) || typeof value === 'boolean';
    case 'any':
      return true;
  }
}

/** Compiled as validators do, and never run. */
function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function schemasIn(shapes: readonly Shape[], value: Json, path: Path): readonly (readonly [Json, Path])[] {
  if (shapes.includes('schema map') && isObject(value)) {
    return Object.entries(value).map(([key, child]) => [child, [...path, key]] as const);
  }
  if (shapes.includes('schemas') && Array.isArray(value)) {
    return (value as readonly Json[]).map((child, index) => [child, [...path, index]] as const);
  }
  return shapes.includes('schema') ? [[value, path]] : [];
}

/** A keyword that nobody knows has no effect. Only one that is nearly known is told: others are people's own notes. */
function misspelt(key: string, path: Path, schema: JsonObject): readonly SchemaFault[] {
  const meant = key.length < 5 || /^x-/.test(key) ? undefined : nearest(key, Object.keys(keywords));
  if (meant === undefined || Object.hasOwn(schema, meant)) return [];
  return [{ path, key: true, reason: `${key} is no keyword of JSON Schema and has no effect; ${meant} is one` }];
}

/** A reference within the file must lead somewhere; one to elsewhere is never fetched. */
function danglingReference(root: Json, reference: string, path: Path): readonly SchemaFault[] {
  if (!reference.startsWith('#')) {
    const reason = `$ref leads to ${JSON.stringify(reference)}, outside the file, and nothing is fetched`;
    return /^[\w.-]+$/.test(reference) && isIdentified(root, reference) ? [] : [{ path, key: false, reason }];
  }
  if (!reference.startsWith('#/') || leadsSomewhere(root, reference)) return [];
  return [{ path, key: false, reason: `$ref leads to ${JSON.stringify(reference)}, which the file does not hold` }];
}

function isIdentified(root: Json, id: string): boolean {
  return JSON.stringify(root).includes(`"$id":${JSON.stringify(id)}`);
}

/** A JSON Pointer (RFC 6901) in a fragment. */
function leadsSomewhere(root: Json, reference: string): boolean {
  let value: Json | undefined = root;
  for (const step of reference.slice(2).split('/')) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(key)];
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (value === undefined) return false;
  }
  return true;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

import type { Json, Path } from '../lib/json.ts';
import { isObject, valueAt } from '../lib/json.ts';
import type { SchemaFault } from './kind.ts';
import type { ManifestProblem } from './problem.ts';

/** What the generated validator found, in words. Faults inside a choice are told once, by the choice. */
export function schemaProblems(object: Json, faults: readonly SchemaFault[]): ManifestProblem[] {
  return faults
    .filter((fault) => !/\/(?:anyOf|oneOf)\/\d+\//.test(fault.schemaPath))
    .map((fault) => problemOf(object, fault));
}

/**
 * Faults after which the API server does not evaluate rules, since they may read what is not there: a wrong type,
 * a missing field, a value outside its list, a text or list over its length.
 */
export function blocksRules(fault: SchemaFault): boolean {
  return ['type', 'required', 'enum', 'maxLength', 'maxItems', 'maxProperties'].includes(fault.keyword);
}

function problemOf(object: Json, fault: SchemaFault): ManifestProblem {
  const path = pathOf(object, fault.instancePath);
  if (fault.keyword === 'additionalProperties') {
    const name = text(fault.params['additionalProperty']);
    return { path: [...path, name], rule: 'schema', key: true, message: `There is no field "${name}" here.` };
  }
  const value = valueAt(object, path);
  const message = messageOf(fault, value);
  const scalar = value !== undefined && !isObject(value) && !Array.isArray(value);
  return scalar ? { path, rule: 'schema', message, value } : { path, rule: 'schema', message };
}

function messageOf({ keyword, params }: SchemaFault, value: Json | undefined): string {
  const limit = text(params['limit']);
  switch (keyword) {
    case 'type':
      return `This is ${typeName(value)}, but must be ${typeNames(params['type'])}.`;
    case 'required':
      return `The field "${text(params['missingProperty'])}" is missing.`;
    case 'enum':
      return `${JSON.stringify(value)} is not one of the values allowed here: ${list(params['allowedValues'])}.`;
    case 'pattern':
      return `${JSON.stringify(value)} does not match the pattern ${text(params['pattern'])}.`;
    case 'format':
      return `${JSON.stringify(value)} is not of the form ${text(params['format'])}.`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `${JSON.stringify(value)} is out of range: it must be ${text(params['comparison'])} ${limit}.`;
    case 'multipleOf':
      return `${JSON.stringify(value)} is not a multiple of ${text(params['multipleOf'])}.`;
    case 'minLength':
      return `The text is too short: it needs ${count(limit, 'character')} or more.`;
    case 'maxLength':
      return `The text is too long: it may have ${count(limit, 'character')} at most.`;
    case 'minItems':
      return `The list is too short: it needs ${count(limit, 'item')} or more.`;
    case 'maxItems':
      return `The list is too long: it may have ${count(limit, 'item')} at most.`;
    case 'minProperties':
      return `The map is too small: it needs ${count(limit, 'entry', 'entries')} or more.`;
    case 'maxProperties':
      return `The map is too large: it may have ${count(limit, 'entry', 'entries')} at most.`;
    case 'oneOf':
    case 'anyOf':
      return 'None, or more than one, of the allowed forms fits this value.';
    case 'not':
      return 'This value has a form that is not allowed here.';
    default:
      return `The schema rule "${keyword}" is broken here.`;
  }
}

/** A JSON pointer as a path: steps into lists are numbers. */
function pathOf(object: Json, pointer: string): Path {
  const path: (string | number)[] = [];
  let value: Json | undefined = object;
  for (const part of pointer.split('/').slice(1)) {
    const step = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(step) : step);
    value = valueAt(object, path);
  }
  return path;
}

const names: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'a map',
  string: 'text',
};

function typeNames(types: unknown): string {
  const all: readonly unknown[] = Array.isArray(types) ? types : String(types).split(',');
  return all.map((type) => names[text(type)] ?? text(type)).join(' or ');
}

function typeName(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  return names[typeof value] ?? typeof value;
}

function count(limit: string, unit: string, plural = `${unit}s`): string {
  return `${limit} ${limit === '1' ? unit : plural}`;
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : text(values);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

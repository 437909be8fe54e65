// How findings and the reference speak of the schemas.
import { excerpt } from '../lib/excerpt.ts';
import { isObject, type Json, type Path } from '../lib/json.ts';
import { definitionName, flatten, type LanguageSchemas, type SchemaNode } from './schema-node.ts';
import type { Rule } from './schema-rule.ts';

/** A place in a document as people speak of it: `timeout.total`, `backends[0].weight`, `metadata.name`. */
export function fieldName(path: Path): string {
  const [first, ...rest] = path;
  const steps = first === 'spec' && rest.length > 0 ? rest : path;
  return steps.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    const key = /^[\w$/.-]{1,60}$/.test(step) ? step : quoted(step);
    return name === '' ? key : `${name}.${key}`;
  }, '');
}

/** A text in quotes, cut short, with nothing in it that could be taken for anything else. */
export function quoted(text: string): string {
  return JSON.stringify(excerpt(text));
}

/** What somebody wrote, where its type is not in question: `"abc"`, `5`, `a map with prefix and regex`. */
export function written(value: Json): string {
  if (typeof value === 'string' && value !== '') return quoted(value);
  if (typeof value === 'number') return String(value);
  if (!isObject(value)) return given(value);
  const keys = Object.keys(value).map((key) => fieldName([key]));
  return keys.length === 0 ? 'an empty map' : `a map with ${excerpt(keys.join(' and '))}`;
}

/** What somebody wrote: `the number 5`, `the text "abc"`, `a list`. */
export function given(value: Json): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${quoted(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (isObject(value)) return 'a map';
  return typeof value === 'boolean' ? String(value) : 'a list';
}

/** What a rule expects: `a number and its unit - ms, s, m, h or d`. */
export function expected(rule: Rule): string {
  const { node, meaning } = rule;
  if (node['x-message'] !== undefined && rule.alternatives) return node['x-message'];
  if (meaning !== undefined && node.type === 'string') return phrase(meaning);
  return typeWords(node);
}

/** A sentence as part of another one. */
export function phrase(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^[A-Z][a-z]|^A /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

const words: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'a map',
  string: 'text',
};

function typeWords(node: SchemaNode): string {
  const types = [node.type ?? 'object'].flat().map((type) => words[type] ?? type);
  return `${types.join(' or ')}${rangeWords(node)}${unitWords(node)}`;
}

/** The unit of a number: ` (tokens)`. */
function unitWords({ type, 'x-unit': unit }: SchemaNode): string {
  return !unit || type === 'string' ? '' : ` (${unit})`;
}

/** The bounds of a number: ` from 400 to 599`. */
function rangeWords({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (exclusiveMinimum !== undefined)
    return ` above ${exclusiveMinimum}${maximum === undefined ? '' : `, at most ${maximum}`}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

/** An example as it stands in YAML. */
export function exampleOf({ examples = [] }: SchemaNode): string | undefined {
  const [example] = examples;
  return example === undefined ? undefined : flow(example);
}

/** A value in YAML's flow style, so written that every reader of YAML takes it for the same. */
export function flow(value: Json): string {
  if (typeof value === 'string') return plain.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(flow).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).map(([key, child]) => `${flow(key)}: ${flow(child)}`);
  return `{${entries.join(', ')}}`;
}

/** Words, paths and URLs, and numbers with a unit. */
const plain = /^([A-Za-z/][\w./:@#%+=-]*|[0-9]+(\.[0-9]+)?[A-Za-z]+)$/;
const reserved = /^(true|false|null|yes|no|on|off|y|n)$|:$/i;

/** The type of a field in a table: `duration`, `list of Route names`, `GET, POST`. */
export function fieldType(site: SchemaNode, schemas: LanguageSchemas): string {
  const node = flatten(site, schemas);
  const definition = definitionName(site);
  if (node['x-ref'] !== undefined) return `${node['x-ref']} name`;
  if (node['x-environment'] === true) return 'environment name';
  if (node.enum && definition !== 'Kind') return node.enum.map(flow).join(', ');
  if (definition !== undefined) return definitionWords(definition);
  if (node.type === 'array') return `list of ${plural(fieldType(node.items ?? {}, schemas))}`;
  if (typeof node.additionalProperties === 'object')
    return `map of ${plural(fieldType(node.additionalProperties, schemas))}`;
  return typeWords({ ...node, ...noUnit }).replace(/^an? /, '');
}

const noUnit: SchemaNode = { 'x-unit': '' };

function plural(words: string): string {
  if (words.includes(', ') || words.includes(' or ')) return words;
  return words.startsWith('list of ') ? words.replace('list', 'lists') : `${words}s`;
}

/** `KubernetesName` as `Kubernetes name`, `SecretReference` as `secret reference`. */
export function definitionWords(name: string): string {
  const spaced = name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return spaced.replace('kubernetes', 'Kubernetes').replace('url', 'URL');
}

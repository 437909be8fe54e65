import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';
import { escapeFieldName } from '../../src/manifests/cel.ts';

/** The structure of a node as code: a name, and the declarations that it needs. */
interface Printer {
  readonly definitions: Readonly<Record<string, JsonObject>>;
  /** Code of a definition → the constant that holds it; undefined where a definition says nothing. */
  readonly constants: Map<string, string | undefined>;
  readonly lines: string[];
}

/** The text that exports a schema's structure (see `Structure` in src/manifests/structure.ts); equal parts are shared. */
export function structureModule(schema: JsonObject, definitions: Readonly<Record<string, JsonObject>>): string {
  const printer: Printer = { definitions, constants: new Map(), lines: [] };
  const code = nodeCode(schema, printer) ?? '{}';
  return [...printer.lines, `export const structure = ${code};`, ''].join('\n');
}

/** The code of a node, or undefined where it has nothing to say. */
function nodeCode(schema: JsonObject, printer: Printer): string | undefined {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return definitionCode(reference.replace('#/definitions/', ''), printer);
  const parts: string[] = [];
  const say = (name: string, value: Json) => parts.push(`${name}:${JSON.stringify(value)}`);
  if (schema['default'] !== undefined) say('default', schema['default']);
  if (Array.isArray(schema['type']) && schema['type'].includes('null')) say('nullable', true);
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) say('open', true);
  if (schema['x-kubernetes-list-type'] !== undefined) say('uniqueBy', schema['x-kubernetes-list-map-keys'] ?? []);
  if (schema['x-kubernetes-validations'] !== undefined) say('rules', schema['x-kubernetes-validations']);
  for (const [name, keyword] of [
    ['values', 'additionalProperties'],
    ['items', 'items'],
  ] as const) {
    const child = schema[keyword];
    const code = isObject(child) ? nodeCode(child, printer) : undefined;
    if (code !== undefined) parts.push(`${name}:${code}`);
  }
  const properties = propertiesCode(schema['properties'], printer);
  if (properties !== undefined) parts.push(`properties:${properties}`);
  return parts.length > 0 ? `{${parts.join()}}` : undefined;
}

function propertiesCode(properties: Json | undefined, printer: Printer): string | undefined {
  if (!isObject(properties)) return undefined;
  const entries: string[] = [];
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property)) continue;
    // A field that rules know under another name is listed even where nothing else is said of it.
    const code = nodeCode(property, printer) ?? (escapeFieldName(name) === name ? undefined : '{}');
    if (code !== undefined) entries.push(`${JSON.stringify(name)}:${code}`);
  }
  return entries.length > 0 ? `{${entries.join()}}` : undefined;
}

function definitionCode(name: string, printer: Printer): string | undefined {
  if (printer.constants.has(name)) return printer.constants.get(name);
  const definition = printer.definitions[name];
  if (!definition) throw new Error(`There is no definition ${name}.`);
  const code = nodeCode(definition, printer);
  const constant = code === undefined ? undefined : `s${printer.constants.size}`;
  if (constant !== undefined) printer.lines.push(`const ${constant} = ${code};`);
  printer.constants.set(name, constant);
  return constant;
}

/** Makes the TypeScript types of the config language from its schemas. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { definitionName, type SchemaNode } from '../src/config/schema-node.ts';
import { readConfigSchemas } from './config-schemas.ts';
import type { GeneratedFile } from './generate.ts';

const path = 'src/config/schema-types.ts';
const biome = join(import.meta.dirname, '../node_modules/@biomejs/biome/bin/biome');

const header = `// biome-ignore-all lint/style/noExcessiveLinesPerFile: generated
// Generated from schemas/config by scripts/generate-config-types.ts; change the schemas and run \`npm run generate\`.
//
// Specs are typed as they are read: with defaults applied. A property that is required or has a default is always there.
import type { JsonObject } from '../lib/json.ts';`;

/** Types by name, in the order in which they are printed. */
type Types = Map<string, string>;

export async function generate(): Promise<readonly GeneratedFile[]> {
  const { definitions, kinds } = readConfigSchemas();
  const types: Types = new Map();
  for (const [name, node] of Object.entries(definitions)) if (name !== 'Kind') declare(types, name, node);
  for (const [kind, node] of Object.entries(kinds)) declare(types, `${kind}Spec`, specOf(node), kind);
  const text = [
    header,
    '/** The kinds of resources, in the order in which the language lists them. */\n' +
      `export const KINDS = ${JSON.stringify(Object.keys(kinds))} as const;\n` +
      'export type Kind = (typeof KINDS)[number];',
    ...types.values(),
    `/** The spec of each kind. */\nexport interface SpecByKind {\n${Object.keys(kinds)
      .map((kind) => `readonly ${kind}: ${kind}Spec;`)
      .join('\n')}\n}`,
  ].join('\n\n');
  return [{ path, text: formatted(text) }];
}

/** The node of a kind's spec, described as the kind is. */
function specOf(kind: SchemaNode): SchemaNode {
  const { default: _, ...spec } = kind.properties?.['spec'] ?? {};
  return { ...spec, ...(kind.description === undefined ? {} : { description: kind.description }) };
}

function formatted(text: string): string {
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
  });
}

/** Adds the named type of `node`; types of what it contains are named after `prefix`. */
function declare(types: Types, name: string, node: SchemaNode, prefix = name): void {
  if (types.has(name)) throw new Error(`two parts of the schemas would both be called ${name}`);
  types.set(name, '');
  const members = node.properties && !alternatives(node) ? memberLines(types, node, prefix) : undefined;
  const body = members
    ? `interface ${name} {\n${members.join('\n')}\n}`
    : `type ${name} = ${typeOf(types, node, prefix)};`;
  types.set(name, `${comment(node)}export ${body}`);
}

function memberLines(types: Types, node: SchemaNode, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).map(([key, child]) => {
    const there = node.required?.includes(key) || child.default !== undefined;
    const property = /^\w+$/.test(key) ? key : `'${key}'`;
    return `${comment(child)}readonly ${property}${there ? '' : '?'}: ${typeOf(types, child, prefix + pascal(key))};`;
  });
}

/** The type of a node; `name` is what an object that stands here would be called. */
function typeOf(types: Types, node: SchemaNode, name: string): string {
  const definition = definitionName(node);
  if (definition !== undefined) return definition;
  const values = node.enum ?? (node.const === undefined ? undefined : [node.const]);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (alternatives(node))
    return (
      alternatives(node)
        ?.map((branch) => inline(types, branch, name))
        .join(' | ') ?? ''
    );
  if (Array.isArray(node.type)) return node.type.join(' | ');
  if (node.type === 'array') return `readonly ${grouped(typeOf(types, node.items ?? {}, singular(name)))}[]`;
  if (node.type === 'object') return objectType(types, node, name);
  return node.type === 'integer' ? 'number' : String(node.type);
}

function objectType(types: Types, node: SchemaNode, name: string): string {
  if (node.properties) {
    declare(types, name, node);
    return name;
  }
  const values = node.additionalProperties;
  if (typeof values !== 'object') return 'JsonObject';
  return `Readonly<Record<string, ${typeOf(types, values, singular(name))}>>`;
}

/** What stands for a node with exclusive alternatives: those of a union, or the sets of properties that may stand together. */
function alternatives(node: SchemaNode): readonly SchemaNode[] | undefined {
  if (!node.oneOf?.some((branch) => branch.type || branch.$ref || branch.not)) return undefined;
  if (!node.properties) return node.oneOf;
  return node.oneOf.map((branch) => {
    const barred = branch.not?.anyOf?.flatMap((other) => other.required ?? []) ?? [];
    const kept = Object.entries(node.properties ?? {}).filter(([key]) => !barred.includes(key));
    return { type: 'object', required: branch.required ?? [], properties: Object.fromEntries(kept) };
  });
}

function inline(types: Types, node: SchemaNode, name: string): string {
  return node.properties ? `{\n${memberLines(types, node, name).join('\n')}\n}` : typeOf(types, node, name);
}

function grouped(type: string): string {
  return /[ {]/.test(type) ? `(${type})` : type;
}

/** A doc comment: what it means and, where it has one, its default. */
function comment(node: SchemaNode): string {
  if (node.description === undefined) return '';
  const value = node.default === undefined ? '' : ` Default: ${JSON.stringify(node.default)}.`;
  const text = (node.description + value).replaceAll('*/', '*\\/');
  const lines = text.match(/.{1,108}(\s|$)/g)?.map((line) => line.trimEnd()) ?? [];
  return lines.length > 1 ? `/**\n * ${lines.join('\n * ')}\n */\n` : `/** ${text} */\n`;
}

function pascal(key: string): string {
  return key.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}

function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return /[^s]s$/.test(name) ? name.slice(0, -1) : name;
}

/** The schemas of the config language as the generators read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LanguageSchemas, SchemaNode } from '../src/config/schema-node.ts';

const folder = join(import.meta.dirname, '../schemas/config');

/** Reads `schemas/config`, kinds in the language's order. A kind without a file, and a file without a kind, is an error. */
export function readConfigSchemas(): LanguageSchemas {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const schemas = new Map(files.map((file) => [file, readSchema(file)]));
  const definitions = schemas.get('common.json')?.definitions ?? {};
  const names = (definitions['Kind']?.enum ?? []) as readonly string[];
  if (names.length + 1 !== files.length) throw new Error(`${folder} holds a file that is the schema of no kind`);
  const clash = names.find((name) => definitions[name]);
  if (clash !== undefined) throw new Error(`${clash} is both a kind and a definition`);
  return { definitions, kinds: Object.fromEntries(names.map((name) => [name, schemaOf(name, schemas)])) };
}

function readSchema(file: string): SchemaNode {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as SchemaNode;
}

function schemaOf(kind: string, schemas: ReadonlyMap<string, SchemaNode>): SchemaNode {
  const file = `${kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.json`;
  const schema = schemas.get(file);
  if (schema?.title !== kind) throw new Error(`${file} is not the schema of ${kind}`);
  return schema;
}

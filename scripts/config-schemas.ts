/** The schemas of the config language as the generators read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaNode } from '../src/config/schema-node.ts';

export interface ConfigSchemas {
  /** Definitions shared by all kinds. */
  readonly definitions: Readonly<Record<string, SchemaNode>>;
  /** The document of each kind, in the order in which the language lists its kinds. */
  readonly kinds: ReadonlyMap<string, SchemaNode>;
}

const folder = join(import.meta.dirname, '../schemas/config');

/** Reads `schemas/config`; a kind without a file, and a file without a kind, is an error. */
export function readConfigSchemas(): ConfigSchemas {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const schemas = new Map(
    files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as SchemaNode]),
  );
  const definitions = schemas.get('common.json')?.definitions ?? {};
  const names = (definitions['Kind']?.enum ?? []) as readonly string[];
  const kinds = new Map(names.map((name) => [name, kindSchema(schemas, name)]));
  if (kinds.size + 1 !== files.length) throw new Error(`${folder} holds a file that is the schema of no kind`);
  return { definitions, kinds };
}

function kindSchema(schemas: ReadonlyMap<string, SchemaNode>, kind: string): SchemaNode {
  const file = `${kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.json`;
  const schema = schemas.get(file);
  if (schema?.title !== kind) throw new Error(`${file} is not the schema of ${kind}`);
  return schema;
}

/** Last part of a `$ref`: the name of a definition. */
export function definitionName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

import { fieldsIn, type SchemaField } from './schema-field.ts';
import { language } from './schema-language.ts';
import type { LanguageSchemas } from './schema-node.ts';
import type { Kind } from './schema-types.ts';

const known = new WeakMap<LanguageSchemas, Map<Kind, readonly SchemaField[]>>();

/** Every field of a kind, metadata first, a branch before what is below it. */
export function fieldsOf(kind: Kind): readonly SchemaField[] {
  const schemas = language();
  const byKind = known.get(schemas) ?? new Map<Kind, readonly SchemaField[]>();
  known.set(schemas, byKind);
  const fields = byKind.get(kind) ?? fieldsIn(schemas, kind);
  byKind.set(kind, fields);
  return fields;
}

// aigw schema: the config language as JSON Schema for editors and other programs, or as a list of its fields for people.
import { kindBundle, languageBundle } from '../config/schema-bundle.ts';
import type { SchemaField } from '../config/schema-field.ts';
import { fieldsOf } from '../config/schema-fields.ts';
import { language } from '../config/schema-language.ts';
import { KINDS, type Kind } from '../config/schema-types.ts';
import { flow } from '../config/schema-words.ts';
import type { JsonObject } from '../lib/json.ts';
import type { World } from '../ports/world.ts';
import { runReport } from '../reports/report.ts';
import type { Outcome } from './outcome.ts';

export interface SchemaOptions {
  /** All kinds when left out. */
  readonly kind?: Kind | undefined;
  /** Fields in words in place of the JSON Schema. */
  readonly fields: boolean;
}

export async function schema(world: Pick<World, 'version'>, { kind, fields }: SchemaOptions): Promise<Outcome> {
  const head = { command: 'schema', version: world.version };
  if (fields) {
    const found = (kind === undefined ? KINDS : [kind]).flatMap(fieldsOf);
    return { report: runReport({ ...head, result: found.map(fieldRecord), text: fieldLines(found) }) };
  }
  const result = kind === undefined ? languageBundle(language()) : kindBundle(language(), kind);
  return { report: runReport({ ...head, result, text: JSON.stringify(result, undefined, 2).split('\n') }) };
}

function fieldRecord(field: SchemaField): JsonObject {
  const { kind, name, type, unit, description, required, examples } = field;
  return {
    kind,
    name,
    type,
    required,
    description,
    examples,
    ...(unit === undefined ? {} : { unit }),
    ...(field.default === undefined ? {} : { default: field.default }),
  };
}

/** Two lines for each field: what it is called and holds, and what it means. */
function fieldLines(fields: readonly SchemaField[]): readonly string[] {
  return fields.flatMap((field) => {
    const needed = field.required ? ', needed' : '';
    const fallback = field.default === undefined ? needed : `, default ${flow(field.default)}`;
    return [`${field.kind}.${field.name}: ${field.type}${fallback}`, `    ${field.description}`];
  });
}

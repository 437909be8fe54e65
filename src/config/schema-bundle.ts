// The schemas as editors and other programs read them: plain draft-07, each in one file.
import type { Json } from '../lib/json.ts';
import { definitionName, type LanguageSchemas, mayHaveOverlays, type SchemaNode } from './schema-node.ts';
import { overlaySchemas } from './schema-overlay.ts';

const dialect = 'http://json-schema.org/draft-07/schema#';
const base = 'https://aigw.dev/schemas/v1alpha1/';

/** A schema of draft-07 that refers to nothing outside itself. */
export interface PublishedSchema {
  readonly [keyword: string]: Json;
}

/** One schema for the documents of every kind: `kind` decides, and `metadata.environment` makes an overlay of it. */
export function languageBundle(schemas: LanguageSchemas): PublishedSchema {
  const kinds = Object.keys(schemas.kinds);
  return {
    $schema: dialect,
    $id: `${base}aigw.schema.json`,
    title: 'aigw',
    description: 'A resource of an aigw config repo.',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { description: 'Version of the config language.', const: 'aigw.dev/v1alpha1' },
      kind: { description: 'Kind of resource.', enum: kinds },
      metadata: { description: 'Who the resource is.', type: 'object' },
      spec: { description: 'What the resource says.', type: 'object' },
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    allOf: kinds.map((kind) => ({ if: isOfKind(kind), then: eitherForm(schemas, kind) })),
    definitions: definitionsFor(kinds, schemas),
  };
}

/** The schema of one kind; overlays of it are right by this schema too. */
export function kindBundle(schemas: LanguageSchemas, kind: string): PublishedSchema {
  const { title = kind, description = '' } = schemas.kinds[kind] ?? {};
  return {
    $schema: dialect,
    $id: `${base}${kind.toLowerCase()}.schema.json`,
    title,
    description,
    type: 'object',
    ...eitherForm(schemas, kind),
    definitions: definitionsFor([kind], schemas),
  };
}

function isOfKind(kind: string): PublishedSchema {
  return { type: 'object', required: ['kind'], properties: { kind: { const: kind } } };
}

const isOverlay = {
  type: 'object',
  required: ['metadata'],
  properties: { metadata: { type: 'object', required: ['environment'], properties: { environment: {} } } },
} as const;

function eitherForm(schemas: LanguageSchemas, kind: string): PublishedSchema {
  const full = { $ref: `#/definitions/${kind}` };
  const node = schemas.kinds[kind];
  if (!node || !mayHaveOverlays(node, schemas)) return { allOf: [full] };
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: isOverlay, then: { $ref: `#/definitions/${kind}Overlay` }, else: full };
}

/** The documents of the given kinds, full and as overlays, and the definitions that they need, as published. */
function definitionsFor(kinds: readonly string[], schemas: LanguageSchemas): PublishedSchema {
  const overlays = overlaySchemas(schemas);
  const documents = kinds.flatMap((kind): (readonly [string, SchemaNode | undefined])[] => [
    [kind, schemas.kinds[kind]],
    [`${kind}Overlay`, overlays.kinds[kind]],
  ]);
  const present = documents.filter(([, node]) => node !== undefined);
  const all: Readonly<Record<string, SchemaNode | undefined>> = {
    ...overlays.definitions,
    ...Object.fromEntries(present),
  };
  const needed = new Set(present.map(([name]) => name));
  for (const name of needed) for (const other of namesIn(all[name])) needed.add(other);
  return Object.fromEntries([...needed].map((name) => [name, published(all[name] ?? {})]));
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { $ref } = value as SchemaNode;
  return $ref === undefined ? Object.values(value).flatMap(namesIn) : [definitionName({ $ref }) ?? ''];
}

/**
 * A node as published: without the annotations that only aigw reads, with every reference pointing into the same file, and
 * in the form that strict validators want.
 */
function published(node: SchemaNode): PublishedSchema {
  const { type, $ref, properties, ...rest } = node;
  const entries = Object.entries(rest).filter(([keyword]) => !/^(x-.*|\$id|\$schema)$/.test(keyword));
  return {
    ...($ref === undefined ? {} : { $ref: `#/definitions/${definitionName({ $ref })}` }),
    ...publishedType(type),
    ...Object.fromEntries(entries.map(([keyword, value]) => [keyword, publishedKeyword(keyword, value)])),
    ...publishedProperties(node),
  };
}

function publishedType(type: SchemaNode['type']): PublishedSchema {
  if (type === undefined) return {};
  return typeof type === 'string' ? { type } : { anyOf: type.map((one) => ({ type: one })) };
}

/** The properties, those too that are only said to be required. */
function publishedProperties({ properties, required }: SchemaNode): PublishedSchema {
  if (!properties && !required) return {};
  const named = (required ?? []).map((key) => [key, {}]);
  const known = Object.entries(properties ?? {}).map(([key, child]) => [key, published(child)]);
  return { properties: Object.fromEntries([...named, ...known]) };
}

function publishedKeyword(keyword: string, value: unknown): Json {
  if (/^(allOf|anyOf|oneOf)$/.test(keyword)) return (value as SchemaNode[]).map(published);
  const isSchema = /^(items|not|propertyNames|additionalProperties)$/.test(keyword) && typeof value === 'object';
  return isSchema ? published(value as SchemaNode) : (value as Json);
}

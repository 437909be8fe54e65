// What an overlay may say: a document of the same shape in which nothing is required and null removes.
import type { LanguageSchemas, SchemaNode } from './schema-node.ts';
import { flatten, mayHaveOverlays } from './schema-node.ts';

const suffix = 'Overlay';

/**
 * The schemas of overlays, for the kinds that have any; their definitions hold the full ones too. Of a map nothing is
 * required. The items of a list that merges by name need theirs; any other list replaces what it stands for, so its items
 * must be whole.
 */
export function overlaySchemas(schemas: LanguageSchemas): LanguageSchemas {
  const partial = Object.entries(schemas.definitions).map(([name, node]) => [
    name + suffix,
    partialNode(node, schemas),
  ]);
  const kinds = Object.entries(schemas.kinds).filter(([, node]) => mayHaveOverlays(node, schemas));
  return {
    definitions: { ...schemas.definitions, ...Object.fromEntries(partial) },
    kinds: Object.fromEntries(kinds.map(([kind, node]) => [kind, overlayDocument(node, schemas)])),
  };
}

function overlayDocument(document: SchemaNode, schemas: LanguageSchemas): SchemaNode {
  const { metadata = {}, spec = {}, ...identity } = document.properties ?? {};
  const whole = flatten(metadata, schemas);
  const partial = partialNode(whole, schemas);
  const { name = {}, environment = {} } = whole.properties ?? {};
  const who = {
    ...partial,
    required: ['name', 'environment'],
    properties: { ...partial.properties, name, environment },
  };
  return {
    ...document,
    required: ['apiVersion', 'kind', 'metadata'],
    properties: { ...identity, metadata: who, spec: partialNode(spec, schemas) },
  };
}

/** Whether an overlay may say a part of it. */
function hasInside({ properties, oneOf, items, additionalProperties }: SchemaNode): boolean {
  return Boolean(properties ?? oneOf ?? items) || typeof additionalProperties === 'object';
}

function partialNode(node: SchemaNode, schemas: LanguageSchemas): SchemaNode {
  const { $ref, allOf, required: _, minProperties: __, oneOf, anyOf: ___, not: ____, ...rest } = node;
  const ref = $ref ?? allOf?.[0]?.$ref;
  if (ref !== undefined) return hasInside(flatten(node, schemas)) ? { ...rest, allOf: [{ $ref: ref + suffix }] } : node;
  if (rest.properties) return { ...rest, properties: mapValues(rest.properties, (child) => removable(child, schemas)) };
  if (oneOf) return { ...rest, oneOf: partialAlternatives(oneOf, schemas) };
  if (rest.items) return { ...rest, items: partialItem(rest.items, schemas) };
  if (typeof rest.additionalProperties !== 'object') return rest;
  return { ...rest, additionalProperties: removable(rest.additionalProperties, schemas) };
}

/** Alternatives that are maps of known keys become one, since an overlay may remove the keys of one and set those of another. */
function partialAlternatives(branches: readonly SchemaNode[], schemas: LanguageSchemas): SchemaNode[] {
  const maps = branches.filter((branch) => branch.properties);
  const others = branches.filter((branch) => !branch.properties).map((branch) => partialNode(branch, schemas));
  const properties = Object.assign({}, ...maps.map((branch) => branch.properties)) as Record<string, SchemaNode>;
  if (maps.length === 0) return others;
  return [...others, partialNode({ type: 'object', additionalProperties: false, properties }, schemas)];
}

function partialItem(item: SchemaNode, schemas: LanguageSchemas): SchemaNode {
  if (!item.properties?.['name']) return item;
  const partial = partialNode(item, schemas);
  return { ...partial, required: ['name'], properties: { ...partial.properties, name: item.properties['name'] } };
}

function removable(node: SchemaNode, schemas: LanguageSchemas): SchemaNode {
  return { anyOf: [{ type: 'null' }, partialNode(node, schemas)] };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, make: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));
}

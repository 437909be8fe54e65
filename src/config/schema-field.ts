import type { Json } from '../lib/json.ts';
import { definitionName, flatten, type LanguageSchemas, type SchemaNode } from './schema-node.ts';
import type { Kind } from './schema-types.ts';
import { fieldType } from './schema-words.ts';

/** A field of the language: everything that has a name and can be set. */
export interface SchemaField {
  readonly kind: Kind;
  /** Within spec, without list indexes and people's own keys: `timeout.firstToken`. Of metadata: `metadata.labels`. */
  readonly name: string;
  /** From the document's root; `*` stands for any index or any of people's own keys. */
  readonly path: readonly string[];
  /** With all that it refers to written into it. */
  readonly node: SchemaNode;
  readonly description: string;
  /** The definition of its value, or of each item or entry of it, where there is one. */
  readonly definition: string | undefined;
  /** In words: `duration`, `list of names`, `whole number from 1 to 65535`. */
  readonly type: string;
  readonly unit: string | undefined;
  readonly default: Json | undefined;
  readonly examples: readonly Json[];
  /** Whether the map that it stands in must have it. */
  readonly required: boolean;
  /** Whether other fields stand below it. */
  readonly branch: boolean;
}

/** Every field of a kind, metadata first, a branch before what is below it. */
export function fieldsIn(schemas: LanguageSchemas, kind: Kind): readonly SchemaField[] {
  const { metadata = {}, spec = {} } = schemas.kinds[kind]?.properties ?? {};
  const found: SchemaField[] = [];
  const visit = (node: SchemaNode, names: readonly string[], path: readonly string[]): void => {
    for (const { key, child, required } of childrenOf(node, schemas)) {
      const name = [...names, ...(key === undefined ? [] : [key])];
      const place = [...path, key ?? '*'];
      const whole = flatten(child, schemas);
      if (key !== undefined) found.push(fieldAt(kind, { name, place, child, whole, required }, schemas));
      visit(whole, name, place);
    }
  };
  visit(flatten(metadata, schemas), ['metadata'], ['metadata']);
  visit(flatten(spec, schemas), [], ['spec']);
  return found;
}

interface Child {
  /** Undefined for an item, and for what stands at one of people's own keys. */
  readonly key: string | undefined;
  readonly child: SchemaNode;
  readonly required: boolean;
}

/** What stands directly below a node, in all of its alternatives. */
function childrenOf(node: SchemaNode, schemas: LanguageSchemas): readonly Child[] {
  const each = node.items ?? node.additionalProperties;
  const own = Object.entries(node.properties ?? {}).map(([key, child]) => ({
    key,
    child,
    required: node.required?.includes(key) === true,
  }));
  const inside = node.properties ? [] : (node.oneOf ?? []);
  return [
    ...own,
    ...(typeof each === 'object' ? [{ key: undefined, child: each, required: false }] : []),
    ...inside.flatMap((branch) => childrenOf(flatten(branch, schemas), schemas)),
  ];
}

interface Found {
  readonly name: readonly string[];
  readonly place: readonly string[];
  readonly child: SchemaNode;
  readonly whole: SchemaNode;
  readonly required: boolean;
}

function fieldAt(kind: Kind, found: Found, schemas: LanguageSchemas): SchemaField {
  const { name, place, child, whole, required } = found;
  const each = child.items ?? (typeof child.additionalProperties === 'object' ? child.additionalProperties : child);
  return {
    kind,
    name: name.join('.'),
    path: place,
    node: whole,
    description: whole.description ?? '',
    definition: definitionName(each) ?? definitionName(child),
    type: fieldType(child, schemas),
    unit: whole['x-unit'],
    default: whole.default,
    examples: whole.examples ?? [],
    required,
    branch: hasFields(whole, schemas),
  };
}

function hasFields(node: SchemaNode, schemas: LanguageSchemas): boolean {
  return childrenOf(node, schemas).some(
    ({ key, child }) => key !== undefined || hasFields(flatten(child, schemas), schemas),
  );
}

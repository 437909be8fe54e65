import type { Json } from '../lib/json.ts';
import type { Kind } from './schema-types.ts';

/** A node of the language's JSON Schemas (draft-07), with the annotations that `schemas/config` uses. */
export interface SchemaNode {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly propertyNames?: SchemaNode;
  readonly minProperties?: number;
  readonly allOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly not?: SchemaNode;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
  /** The value is the name of a resource of this kind. */
  readonly 'x-ref'?: Kind;
  /** The name only speaks of the resource and does not put it to use. */
  readonly 'x-mention'?: boolean;
  /** The value is the name of an environment. */
  readonly 'x-environment'?: boolean;
  /** A value that stands for every resource of the kind. */
  readonly 'x-wildcard'?: string;
  /** What the number or text is counted in. */
  readonly 'x-unit'?: string;
  /** The keys of the object are chosen by people. */
  readonly 'x-map'?: boolean;
  /** The value is a regular expression in RE2 syntax. */
  readonly 'x-regex'?: boolean;
  /** Nothing written here may be repeated in a finding. */
  readonly 'x-secret'?: boolean;
  /** What to say when no alternative, or more than one, fits. */
  readonly 'x-message'?: string;
}

/** All schemas of the language. A `$ref` ends in the name of a definition. */
export interface LanguageSchemas {
  /** Definitions shared by all kinds. */
  readonly definitions: Readonly<Record<string, SchemaNode>>;
  /** The document of each kind. */
  readonly kinds: Readonly<Record<string, SchemaNode>>;
}

/** The name of the definition that a node refers to, if it does. */
export function definitionName(node: SchemaNode): string | undefined {
  const ref = node.$ref ?? node.allOf?.[0]?.$ref;
  return ref?.slice(ref.lastIndexOf('/') + 1);
}

/** The definition that a node refers to, if it does. A name that the schemas do not define throws. */
export function definitionOf(node: SchemaNode, schemas: LanguageSchemas): SchemaNode | undefined {
  const name = definitionName(node);
  if (name === undefined) return undefined;
  const definition = schemas.definitions[name];
  if (definition === undefined) throw new Error(`the schemas refer to ${name}, which they do not define`);
  return definition;
}

/** A node with all that it refers to written into it. What the node says itself goes before what its definition says. */
export function flatten(node: SchemaNode, schemas: LanguageSchemas): SchemaNode {
  const definition = definitionOf(node, schemas);
  if (definition === undefined) return node;
  const { $ref: _, allOf: __, ...own } = node;
  return { ...flatten(definition, schemas), ...own };
}

/** Whether resources of a kind may differ between environments. */
export function mayHaveOverlays(document: SchemaNode, schemas: LanguageSchemas): boolean {
  const metadata = document.properties?.['metadata'] ?? {};
  return flatten(metadata, schemas).properties?.['environment'] !== undefined;
}

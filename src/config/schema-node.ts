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

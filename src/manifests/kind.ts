import type { Json } from '../lib/json.ts';
import type { Structure } from './structure.ts';

/** What a generated validator says of one fault. */
export interface SchemaFault {
  /** JSON pointer into the object. */
  readonly instancePath: string;
  /** JSON pointer into the schema, or into the definition that was being applied. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A function that answers whether a value fits, and keeps on itself all that is wrong with the last one. */
export interface Validator {
  (value: Json): boolean;
  readonly errors?: readonly SchemaFault[] | null;
}

/** A generated module: how one kind of object is checked. */
export interface KindModule {
  readonly validate: Validator;
  readonly structure: Structure;
}

/** A kind of object that can be checked. Its module is loaded when it is asked for. */
export interface KnownKind {
  /** The API group; '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** The API server knows the kind from a CustomResourceDefinition, not by itself. */
  readonly custom: boolean;
  readonly load: () => Promise<KindModule>;
}

import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';
import { compactSchema, type Schema } from './compact.ts';

/** A kind of object as derived: its name, where it may live, and its whole schema. */
export interface DerivedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly schema: Schema;
}

const openStatus = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;

/**
 * The served versions of a CustomResourceDefinition. The status is left open where it is a subresource: the API server
 * throws away what a client writes there, and controllers own it.
 */
export function kindsOfDefinition(definition: JsonObject, metadata: Schema): DerivedKind[] {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const versions = spec['versions'];
  if (!Array.isArray(versions)) throw new Error('A definition without versions cannot be derived.');
  return (versions as readonly Json[])
    .filter((version) => isObject(version))
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group: textAt(spec, 'group'),
      version: textAt(version, 'name'),
      kind: textAt(names, 'kind'),
      scope: textAt(spec, 'scope') === 'Cluster' ? ('Cluster' as const) : ('Namespaced' as const),
      schema: rootSchema(version, metadata),
    }));
}

function rootSchema(version: JsonObject, metadata: Schema): Schema {
  const source = objectAt(objectAt(version, 'schema'), 'openAPIV3Schema');
  const schema = compactSchema(source, { metadata });
  const subresources = version['subresources'];
  const properties: { [name: string]: Json } = { ...objectAt(schema, 'properties') };
  Object.assign(properties, { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata });
  if (isObject(subresources) && subresources['status'] !== undefined) properties['status'] = openStatus;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const demanded = required.filter((name) => name !== 'status');
  return { ...schema, properties, required: [...new Set(['apiVersion', 'kind', 'metadata', ...demanded])] };
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  if (!isObject(value)) throw new Error(`A definition lacks the object ${key}.`);
  return value;
}

function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== 'string') throw new Error(`A definition lacks the text ${key}.`);
  return value;
}

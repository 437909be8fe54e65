import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';
import { compactSchema, type Schema } from './compact.ts';
import type { DerivedKind } from './crd.ts';

const componentPrefix = '#/components/schemas/';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const fieldsV1 = 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1';
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Kinds that stand outside namespaces; the API document lists paths, not scopes. */
const clusterScoped = new Set(['ClusterRole', 'ClusterRoleBinding', 'Namespace']);

/** Fields that the document calls required although the server takes their absence for the zero value. */
const optionalInTruth: Readonly<Record<string, readonly string[]>> = { 'io.k8s.api.core.v1.HTTPHeader': ['value'] };

/** The component schemas of an OpenAPI v3 document, by their full names. */
export type Components = ReadonlyMap<string, JsonObject>;

export function componentsOf(document: JsonObject): Components {
  const components = document['components'];
  const schemas = isObject(components) ? components['schemas'] : undefined;
  if (!isObject(schemas)) throw new Error('An OpenAPI document without component schemas cannot be derived.');
  return new Map(Object.entries(schemas).filter((entry): entry is [string, JsonObject] => isObject(entry[1])));
}

/** The schema of metadata, the same for built-in kinds and for custom resources. */
export function metadataSchema(components: Components): Schema {
  return new BuiltIn(components).component(objectMeta);
}

/** The kinds of one group and version whose names are wanted. */
export function builtInKinds(components: Components, wanted: ReadonlySet<string>): DerivedKind[] {
  const builtIn = new BuiltIn(components);
  const kinds: DerivedKind[] = [];
  for (const [name, schema] of components) {
    const identities = schema['x-kubernetes-group-version-kind'];
    const identity = Array.isArray(identities) && identities.length === 1 ? identities[0] : undefined;
    if (!isObject(identity) || !wanted.has(String(identity['kind']))) continue;
    const kind = String(identity['kind']);
    kinds.push({
      group: String(identity['group']),
      version: String(identity['version']),
      kind,
      scope: clusterScoped.has(kind) ? 'Cluster' : 'Namespaced',
      schema: rootSchema(builtIn.component(name)),
    });
  }
  return kinds;
}

function rootSchema(schema: Schema): Schema {
  const properties: { [name: string]: Json } = isObject(schema['properties']) ? { ...schema['properties'] } : {};
  if (properties['status']) properties['status'] = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return { ...schema, properties, required: [...new Set(['apiVersion', 'kind', 'metadata', ...required])] };
}

/** Resolves components into closed schemas, each made once so that equal ones stay the same object. */
class BuiltIn {
  private readonly made = new Map<string, Schema>();
  private readonly components: Components;

  constructor(components: Components) {
    this.components = components;
  }

  component(name: string): Schema {
    const known = this.made.get(name);
    if (known) return known;
    const schema = this.make(name);
    this.made.set(name, schema);
    return schema;
  }

  private make(name: string): Schema {
    if (name === quantity) return { type: ['number', 'string'], format: 'quantity' };
    if (name === intOrString) return { type: ['integer', 'string'] };
    if (name === fieldsV1) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const source = this.components.get(name);
    if (!source) throw new Error(`The component ${name} is not in the document.`);
    const optional = optionalInTruth[name] ?? [];
    const required = Array.isArray(source['required'])
      ? source['required'].filter((field) => !optional.includes(String(field)))
      : [];
    const resolved = this.resolve(source);
    return required.length > 0 ? { ...resolved, required } : resolved;
  }

  private resolve(source: JsonObject): Schema {
    const reference = referenceOf(source);
    if (reference !== undefined) return withDefault(this.component(reference), source);
    const { properties, items, additionalProperties, ...own } = source;
    const schema = withDefault(compactSchema(own, { metadata: {} }), source);
    if (isObject(items)) schema['items'] = this.resolve(items);
    if (isObject(properties)) {
      schema['properties'] = Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          isObject(property) ? this.resolve(property) : true,
        ]),
      );
    }
    if (isObject(additionalProperties)) schema['additionalProperties'] = this.resolve(additionalProperties);
    return schema;
  }
}

/** Go's zero values stand in the document as defaults; only what the server would really fill in is one. */
function withDefault(schema: Schema, source: JsonObject): Schema {
  const { default: _, ...rest } = schema;
  const value = source['default'];
  const zero = value === undefined || value === '' || value === 0 || value === false || JSON.stringify(value) === '{}';
  return zero ? rest : { ...rest, default: value };
}

function referenceOf(source: JsonObject): string | undefined {
  const wrapped = Array.isArray(source['allOf']) && source['allOf'].length === 1 ? source['allOf'][0] : source;
  const reference = isObject(wrapped) ? wrapped['$ref'] : undefined;
  return typeof reference === 'string' ? reference.slice(componentPrefix.length) : undefined;
}

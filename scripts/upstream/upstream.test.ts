import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';
import { compactSchema, type Schema } from './compact.ts';
import { kindsOfDefinition } from './crd.ts';
import { builtInKinds, componentsOf } from './openapi.ts';
import { projects } from './projects.ts';
import { checkRules } from './rules.ts';
import { shareSchemas } from './sharing.ts';
import { structureModule } from './structure-module.ts';

const metadata = { type: 'object', properties: { name: { type: 'string' } } };

describe('a compact schema', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'closes objects',
      { type: 'object', properties: { a: { type: 'string', description: 'A.' } } },
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    ],
    ['closes objects without fields', { type: 'object' }, { type: 'object', additionalProperties: false }],
    [
      'keeps maps',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'leaves open what keeps unknown fields',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'writes nullable as a union',
      { type: 'string', nullable: true, enum: ['a'] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'writes int-or-string as a union',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }], pattern: '^1' },
      { type: ['integer', 'string'], pattern: '^1', minimum: -(2 ** 63), maximum: 2 ** 63 - 1024 },
    ],
    [
      'gives integers without a format 64 bits',
      { type: 'integer', minimum: 0 },
      { type: 'integer', minimum: 0, maximum: 2 ** 63 - 1024 },
    ],
    [
      'gives int32 its range',
      { type: 'integer', format: 'int32', minimum: 1 },
      { type: 'integer', minimum: 1, maximum: 2147483647 },
    ],
    [
      'keeps defaults and list keys',
      { type: 'array', default: [], items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      { type: 'array', default: [], items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ],
    [
      'does not close branches',
      { oneOf: [{ properties: { a: { enum: [1] } }, required: ['a'] }] },
      { oneOf: [{ properties: { a: { enum: [1] } }, required: ['a'] }] },
    ],
  ])('%s', (_, source, expected) => {
    expect(compactSchema(source, { metadata })).toEqual(expected);
  });

  test('of an embedded object demands what makes it one', () => {
    const source = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    };
    expect(compactSchema(source, { metadata })).toMatchObject({
      required: ['apiVersion', 'kind'],
      properties: { metadata },
    });
  });

  test.each([
    [{ type: 'string', contentEncoding: 'base64' }, /keyword contentEncoding/],
    [{ type: 'string', format: 'hostname' }, /format hostname/],
  ])('never loses a rule in silence: %j', (source, message) => {
    expect(() => compactSchema(source, { metadata })).toThrow(message);
  });
});

test('a definition gives its served versions, with the status left to the controllers', () => {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      required: ['spec', 'status'],
      properties: { spec: { type: 'object' }, status: { type: 'object' } },
    },
  };
  const definition = {
    spec: {
      group: 'example.dev',
      scope: 'Cluster',
      names: { kind: 'Thing' },
      versions: [
        { name: 'v1', served: true, schema, subresources: { status: {} } },
        { name: 'v0', served: false, schema },
      ],
    },
  };
  const [kind, ...others] = kindsOfDefinition(definition, metadata);
  expect(others).toEqual([]);
  expect(kind).toMatchObject({ group: 'example.dev', version: 'v1', kind: 'Thing', scope: 'Cluster' });
  expect(kind?.schema['required']).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  expect(kind?.schema['properties']).toMatchObject({
    status: { 'x-kubernetes-preserve-unknown-fields': true },
    metadata,
  });
});

test('a built-in kind is resolved and closed, and zero values are no defaults', () => {
  const ref = (name: string) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} });
  const document = {
    components: {
      schemas: {
        'a.Thing': {
          type: 'object',
          properties: { spec: ref('a.Spec'), amount: ref('io.k8s.apimachinery.pkg.api.resource.Quantity') },
          'x-kubernetes-group-version-kind': [{ group: 'a', version: 'v1', kind: 'Thing' }],
        },
        'a.Spec': {
          type: 'object',
          properties: {
            protocol: { type: 'string', default: 'TCP' },
            port: { type: 'integer', format: 'int32', default: 0 },
          },
        },
      },
    },
  };
  const [kind] = builtInKinds(componentsOf(document), new Set(['Thing']));
  expect(kind?.schema).toMatchObject({
    additionalProperties: false,
    properties: {
      amount: { type: ['number', 'string'], format: 'quantity' },
      spec: { additionalProperties: false, properties: { protocol: { default: 'TCP' } } },
    },
  });
  expect(JSON.stringify(kind?.schema)).not.toContain('"default":0');
});

describe('rules', () => {
  const ruled = (...rules: string[]): Schema => ({
    type: 'object',
    properties: { ratio: { type: 'number' }, since: { type: 'string', format: 'date-time' }, name: { type: 'string' } },
    'x-kubernetes-validations': rules.map((rule) => ({ rule, message: 'no' })),
  });

  test('that look back are left out by name', () => {
    const schema = ruled("self.name != ''", 'self.name == oldSelf.name');
    expect(checkRules(schema, 'Thing')).toEqual([
      expect.objectContaining({ path: 'Thing', rule: 'self.name == oldSelf.name' }),
    ]);
    expect(schema['x-kubernetes-validations']).toEqual([{ rule: "self.name != ''", message: 'no' }]);
  });

  test.each([
    ['format.dns1123Label().validate(self.name).hasValue()', /function validate is not there/],
    ['isIP(self.name, 4)', /function isIP is not there/],
    ['self.name ==', /Thing: self\.name ==/],
    ['self.ratio > 0.5', /field ratio has a type/],
    ["self.since > timestamp('2026-01-01T00:00:00Z')", /field since has a type/],
  ])('that cannot be evaluated stop the derivation: %s', (rule, message) => {
    expect(() => checkRules(ruled(rule), 'Thing')).toThrow(message);
  });

  test('may ask whether any field is there', () => {
    expect(checkRules(ruled('has(self.ratio) || has(self.since)'), 'Thing')).toEqual([]);
  });

  test('with a property that is not known stop the derivation', () => {
    const schema = { ...ruled(), 'x-kubernetes-validations': [{ rule: 'true', optionalOldSelf: true }] };
    expect(() => checkRules(schema, 'Thing')).toThrow(/optionalOldSelf/);
  });
});

describe('sharing', () => {
  const address = (): Schema => ({
    type: 'object',
    additionalProperties: false,
    properties: { hostname: { type: 'string', maxLength: 253, pattern: '^[a-z]+$' }, port: { type: 'integer' } },
  });
  const root = (): Schema => ({
    type: 'object',
    properties: { from: address(), to: { type: 'array', items: address() } },
  });

  test('keeps one copy of what is equal, and loses nothing', () => {
    const { roots, definitions } = shareSchemas([
      { name: 'A', schema: root() },
      { name: 'B', schema: { type: 'array', items: root() } },
    ]);
    expect(Object.keys(definitions).map((name) => name.replace(/-[0-9a-f]{8}$/, ''))).toEqual(['from']);
    expect(expand(roots[0] ?? {}, definitions)).toEqual(root());
    expect(expand(roots[1] ?? {}, definitions)).toEqual({ type: 'array', items: root() });
  });

  test('leaves small parts where they stand', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
    expect(shareSchemas([{ name: 'A', schema }]).definitions).toEqual({});
  });
});

test('a structure has a node only where there is something to say', () => {
  const definitions = {
    d: { type: 'object', properties: { e: { type: 'string', default: 'x' } } },
    silent: { type: 'string' },
  };
  const schema = {
    type: 'object',
    properties: {
      a: { $ref: '#/definitions/d' },
      b: { $ref: '#/definitions/d' },
      c: { $ref: '#/definitions/silent' },
      namespace: { type: 'string' },
    },
  };
  expect(structureModule(schema, definitions)).toBe(
    'const s0 = {properties:{"e":{default:"x"}}};\nexport const structure = {properties:{"a":s0,"b":s0,"namespace":{}}};\n',
  );
});

describe('the schemas of the repository', () => {
  const folder = join(import.meta.dirname, '..', '..', 'schemas', 'upstream');
  const notice = readFileSync(join(import.meta.dirname, '..', '..', 'NOTICE'), 'utf8');

  test('are those of the table', () => {
    expect(readdirSync(folder).sort()).toEqual(projects.map(({ name }) => `${name}.json`).sort());
  });

  test.each(projects.map((project) => [project.name, project] as const))(
    '%s names its origin and has no prose',
    (name, project) => {
      const text = readFileSync(join(folder, `${name}.json`), 'utf8');
      const file = JSON.parse(text) as JsonObject;
      expect(file).toMatchObject({ project: project.repository, release: project.release, licence: project.licence });
      expect(file['sourceHash']).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(notice).toContain(`${project.repository} ${project.release} (${project.licence})`);
      expect(proseIn(file)).toEqual([]);
    },
  );
});

function expand(schema: Json, definitions: Readonly<Record<string, JsonObject>>): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => expand(item, definitions));
  if (!isObject(schema)) return schema;
  const reference = schema['$ref'];
  if (typeof reference === 'string')
    return expand(definitions[reference.replace('#/definitions/', '')] ?? {}, definitions);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, expand(value, definitions)]));
}

/** Descriptions that are text: a field may well have that name, but then it is a schema. */
function proseIn(value: Json): Json[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => proseIn(item));
  if (!isObject(value)) return [];
  const own = typeof value['description'] === 'string' ? [value['description']] : [];
  return [...own, ...Object.values(value).flatMap(proseIn)];
}

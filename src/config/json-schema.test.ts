import { describe, expect, test } from 'vitest';
import type { Json } from '../lib/json.ts';
import { schemaFaultsOf } from './json-schema.ts';

describe('faults of JSON Schemas', () => {
  test.each<[Json, string]>([
    [[], ''],
    ['text', ''],
    [null, ''],
    [{ type: 'text' }, 'type'],
    [{ type: ['string', 'nil'] }, 'type'],
    [{ properties: [] }, 'properties'],
    [{ properties: { a: 'string' } }, 'properties.a'],
    [{ properties: { a: { minimum: '1' } } }, 'properties.a.minimum'],
    [{ required: 'a' }, 'required'],
    [{ minLength: -1 }, 'minLength'],
    [{ maxItems: 1.5 }, 'maxItems'],
    [{ pattern: '(' }, 'pattern'],
    [{ enum: 'a' }, 'enum'],
    [{ items: [{ type: 'x' }] }, 'items.0.type'],
    [{ anyOf: [] }, 'anyOf'],
    [{ allOf: [{ $ref: '#/definitions/a' }] }, 'allOf.0.$ref'],
    [{ $ref: 'https://example.com/a.json' }, '$ref'],
    [{ $ref: 'other.json#/a' }, '$ref'],
    [{ requird: ['a'] }, 'requird'],
    [{ additionalPropertes: false }, 'additionalPropertes'],
  ])('%j has one at %j', (schema, path) => {
    expect(schemaFaultsOf(schema).map((fault) => fault.path.join('.'))).toEqual([path]);
  });

  test.each<[Json]>([
    [true],
    [{}],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', type: ['object', 'null'] }],
    [{ properties: { type: { type: 'string' }, requird: {}, pattern: true } }],
    [
      {
        $defs: { a: { enum: [1, null] }, 'b/c': {} },
        anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b~1c' }, { $ref: '#' }],
      },
    ],
    [{ minimum: 0, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: 6 }],
    [{ items: false, prefixItems: [{}], not: { const: { type: 'anything' } } }],
    [{ if: {}, else: {}, 'x-owner': 'me', note: 'of our own' }],
    [{ default: { requird: 1 }, examples: [{ typ: 1 }] }],
  ])('%j has none', (schema) => {
    expect(schemaFaultsOf(schema)).toEqual([]);
  });

  test('are found without end neither in depth nor in number', () => {
    let deep: Json = {};
    for (let level = 0; level < 5000; level++) deep = { not: deep };
    expect(schemaFaultsOf(deep)).toHaveLength(1);
    const many = { properties: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, 1])) };
    expect(schemaFaultsOf(many)).toHaveLength(20);
  });
});

import { describe, expect, test } from 'vitest';
import { formatPath, type Json } from '../lib/json.ts';
import { definitionOf, type Extent, problemsOf, type SchemaNode } from './schema-problems.ts';

const schema: SchemaNode = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$' },
    size: { type: ['integer', 'string'], minimum: 1, pattern: '^env/' },
    level: { enum: ['low', 'high'] },
    items: { type: 'array', items: { $ref: '#/definitions/Item' } },
    one: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: { type: 'array' } },
    either: { anyOf: [{ type: 'boolean' }, { $ref: '#/definitions/Item' }] },
    free: {},
  },
  definitions: {
    Item: { type: 'object', additionalProperties: false, properties: { on: { type: 'boolean' } } },
  },
};

function told(value: Json, extent: Extent = 'whole'): readonly string[] {
  return problemsOf(schema, schema, value, extent).map(({ kind, path }) => `${kind} ${formatPath(path)}`);
}

describe('what is wrong by a schema', () => {
  test('is nothing in what it allows', () => {
    expect(
      told({ name: 'a', size: 3, level: 'low', items: [{ on: true }], one: { x: [] }, either: false, free: [{}] }),
    ).toEqual([]);
    expect(told({ name: 'a', size: 'env/SIZE', either: { on: true } })).toEqual([]);
  });

  test('is a key that it does not know, at any depth', () => {
    expect(told({ name: 'a', nme: 1, items: [{}, { of: true }] })).toEqual([
      'unknown-key nme',
      'unknown-key items[1].of',
    ]);
    const [problem] = problemsOf(schema, schema, { name: 'a', leve: 'low' }, 'whole');
    expect(problem?.message).toBe('There is no key leve; did you mean level?');
  });

  test('is a value that it does not allow', () => {
    expect(told({ name: 'A', size: 0, level: 'mid', one: { x: [], y: [] }, either: 3 })).toEqual([
      'wrong-value name',
      'wrong-value size',
      'wrong-value level',
      'wrong-value one',
      'wrong-value either',
    ]);
    expect(told({ name: 'a', size: 'env' })).toEqual(['wrong-value size']);
  });

  test('is a key that is missing, but not in a part, where null removes', () => {
    expect(told({})).toEqual(['missing-key name']);
    expect(told({}, 'part')).toEqual([]);
    expect(told({ name: null, items: null }, 'part')).toEqual([]);
    expect(told({ name: 'a', items: null })).toEqual(['wrong-value items']);
  });
});

test('a definition that a schema lacks is a fault of the schema', () => {
  expect(definitionOf(schema, 'Item').type).toBe('object');
  expect(() => definitionOf(schema, 'Thing')).toThrow('Thing');
});

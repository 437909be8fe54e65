import { describe, expect, test } from 'vitest';
import type { Json } from '../lib/json.ts';
import { duplicateItems, type Structure, walkStructure, withDefaults } from './structure.ts';

const structure: Structure = {
  properties: {
    type: { default: 'IPAddress' },
    limits: { default: {}, properties: { burst: { default: 1 } } },
    ports: { items: { properties: { protocol: { default: 'TCP' } } } },
    maybe: { nullable: true, default: 'x' },
    free: { open: true, properties: { known: { default: 2 } } },
  },
  values: { default: 'never filled in', properties: { inner: { default: true } } },
};

describe('defaults', () => {
  test.each<[Json, Json]>([
    [{}, { type: 'IPAddress', limits: { burst: 1 }, maybe: 'x' }],
    [
      { type: null, limits: { burst: 3 } },
      { type: 'IPAddress', limits: { burst: 3 }, maybe: 'x' },
    ],
    [
      { maybe: null, gone: null },
      { maybe: null, type: 'IPAddress', limits: { burst: 1 } },
    ],
    [
      { ports: [{ port: 1 }, 'odd'] },
      { ports: [{ port: 1, protocol: 'TCP' }, 'odd'], type: 'IPAddress', limits: { burst: 1 }, maybe: 'x' },
    ],
    [
      { free: { a: null, b: [null] } },
      { free: { a: null, b: [null], known: 2 }, type: 'IPAddress', limits: { burst: 1 }, maybe: 'x' },
    ],
    [{ other: {} }, { other: { inner: true }, type: 'IPAddress', limits: { burst: 1 }, maybe: 'x' }],
    ['no object', 'no object'],
  ])('%j', (value, expected) => {
    expect(withDefaults(value, structure)).toEqual(expected);
  });

  test('leave the value given as it was', () => {
    const given = Object.freeze({ limits: Object.freeze({}) });
    expect(withDefaults(given, structure)).not.toBe(given);
    expect(given).toEqual({ limits: {} });
  });

  test('treat a key named __proto__ as any other', () => {
    const hostile = JSON.parse('{"__proto__": {"a": 1}}') as Json;
    expect(JSON.stringify(withDefaults(hostile, {}))).toBe('{"__proto__":{"a":1}}');
  });
});

test('a walk meets what has a structure, outer values first', () => {
  const met: string[] = [];
  walkStructure({ limits: { burst: 1 }, ports: [{ protocol: 'UDP' }], type: 'x' }, structure, (_, __, path) => {
    met.push(path.join('.'));
  });
  expect(met).toEqual(['', 'limits', 'limits.burst', 'ports', 'ports.0', 'ports.0.protocol', 'type']);
});

test.each<[readonly Json[], readonly string[], readonly number[]]>([
  [[{ name: 'a' }, { name: 'b' }, { name: 'a' }], ['name'], [2]],
  [
    [
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 1, b: 2 },
    ],
    ['a', 'b'],
    [2],
  ],
  [['x', 'y', 'x', 'x'], [], [2, 3]],
  [
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [],
    [1],
  ],
  [[1, '1', [1], ['1']], [], []],
  [[{}, {}], ['name'], [1]],
])('%j by %j repeats at %j', (list, uniqueBy, expected) => {
  expect(duplicateItems(list, uniqueBy).map(({ index }) => index)).toEqual(expected);
});

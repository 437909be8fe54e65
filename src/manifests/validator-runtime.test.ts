import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLinearPattern } from '../lib/linear-pattern.ts';
import { codePointLength, compilePattern, deepEqual } from './validator-runtime.ts';

const folder = join(import.meta.dirname, '..', '..', 'schemas', 'upstream');
const text = readdirSync(folder)
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const patterns = [
  ...new Set(
    [...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map((match) => JSON.parse(match[1] ?? '""') as string),
  ),
];

describe('patterns', () => {
  test('are many', () => {
    expect(patterns.length).toBeGreaterThan(40);
  });

  test('take no time worth speaking of, however long and however hostile the text', () => {
    const hostile = ['a', '0', 'a.', 'a-', 'a1', '-', '.', '/', 'a b', 'https://a', '1m', '1m ', '::', '"'];
    for (const pattern of patterns) {
      const { test: matches } = compilePattern(pattern);
      for (const part of hostile) {
        const start = performance.now();
        matches(`${part.repeat(20000)}\u0000!`);
        expect({ pattern, part, slow: performance.now() - start > 1000 }).toEqual({ pattern, part, slow: false });
      }
    }
  });

  test('answer the same on both engines', () => {
    const short = string({
      unit: constantFrom('a', 'Z', '0', '9', '-', '.', '_', '/', '*', 'm', 's', 'K', 'i', ':', ' '),
      maxLength: 8,
    });
    for (const pattern of patterns) {
      const linear = compileLinearPattern(pattern);
      const used = compilePattern(pattern);
      void assert(
        property(short, (word) => used.test(word) === linear.test(word)),
        { numRuns: 50 },
      );
    }
  });
});

test.each([
  ['', 0],
  ['abc', 3],
  ['a😀b', 3],
  ['\ud83d', 1],
  ['\ude00\ud83d', 2],
])('%j has %i characters', (word, length) => {
  expect(codePointLength(word)).toBe(length);
});

test('equality goes by content', () => {
  expect(deepEqual({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toBe(true);
  expect(deepEqual({ a: 1 }, { a: 1, b: 1 })).toBe(false);
  expect(deepEqual({ a: 1 }, { b: 1 })).toBe(false);
  expect(deepEqual([1, 2], [1])).toBe(false);
  expect(deepEqual([1], { 0: 1 })).toBe(false);
  expect(deepEqual(null, {})).toBe(false);
});

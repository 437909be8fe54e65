import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test.each([
  [{ b: 1, a: { d: [{ f: 1, e: 2 }], c: null } }, '{"a":{"c":null,"d":[{"e":2,"f":1}]},"b":1}'],
  [[2, 1], '[2,1]'],
  ['ü"\n', '"ü\\"\\n"'],
  [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
])('%j', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test('writes texts as JSON.stringify does, whatever is in them', () => {
  const texts = Array.from({ length: 0x10000 }, (_, unit) => `a${String.fromCharCode(unit)}z`);
  expect(texts.filter((text) => canonicalJson({ [text]: text }) !== JSON.stringify({ [text]: text }))).toEqual([]);
  expect(canonicalJson('\u{1f600}')).toBe('"\u{1f600}"');
});

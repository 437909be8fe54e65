import fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../lib/json.ts';
import { printYaml, printYamlDocuments } from './print.ts';

const awkward = fc.constantFrom(
  'yes',
  'No',
  'on',
  'y',
  'null',
  '~',
  '',
  ' ',
  'a: b',
  'a:b',
  'a #b',
  '#a',
  '- a',
  '0755',
  '0o14',
  '1_000',
  '1:30',
  '2026-11-21',
  '.',
  '.5',
  '1e3',
  '1e-7',
  '=',
  '<<',
  '!a',
  '&a',
  '*a',
  '{a}',
  '[a]',
  '%a',
  '@a',
  '`a',
  'a\nb',
  'a\nb\n',
  'a\n\n',
  '\na',
  ' a\nb',
  'a \nb',
  'a\tb\nc',
  'é\nü',
  'Größe: „X1“ – 10 €\n\n  Ω и ё…\n',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u007f',
  'https://a.b/c?d=e',
  'a,b',
  'a ,b',
  'x: ',
  'x:',
  '-',
  '---',
  '...',
  'a\r\nb',
  "'",
  '"',
  '\\',
);
const text = fc.oneof(awkward, fc.string({ unit: 'binary' }), fc.string());
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.array(tie('value') as fc.Arbitrary<Json>, { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__' && key.length < 500),
      tie('value') as fc.Arbitrary<Json>,
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value as fc.Arbitrary<Json>;

const isWellFormed = (value: Json): boolean => JSON.stringify(value) === JSON.stringify(value).toWellFormed();

test('what is printed reads back the same in YAML 1.2, in YAML 1.1 and in js-yaml', () => {
  fc.assert(
    fc.property(json.filter(isWellFormed), (value) => {
      const printed = printYaml(value);
      expect(parse(printed)).toEqual(value);
      expect(parse(printed, { version: '1.1' })).toEqual(value);
      expect(load(printed)).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('numbers keep a point before an exponent, as PyYAML wants it', () => {
  expect(printYaml({ price: 1e-7, dear: 1.25e-7, huge: 1e21 })).toBe('price: 1.0e-7\ndear: 1.25e-7\nhuge: 1.0e+21\n');
});

test('texts of several lines are blocks, lists of maps stand behind their dash', () => {
  const value = { a: [{ b: 1, c: ['x', {}] }, []], text: 'one\n\ntwo\n' };
  expect(printYaml(value)).toBe('a:\n  - b: 1\n    c:\n      - x\n      - {}\n  - []\ntext: |\n  one\n\n  two\n');
});

test('documents are parted by three hyphens', () => {
  expect(printYamlDocuments([{ a: 1 }, { b: 2 }])).toBe('a: 1\n---\nb: 2\n');
});

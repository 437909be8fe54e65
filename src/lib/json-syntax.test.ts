import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFaultOf } from './json-syntax.ts';

test.each([
  ['', 0, 'value'],
  ['{"a": 1,}', 8, 'key'],
  ['{"a" 1}', 5, ':'],
  ['[1, 2', 5, ', or ]'],
  ['[1 2]', 3, ', or ]'],
  ['{"a": [}', 7, 'value or ]'],
  ['{a: 1}', 1, 'key or }'],
  ['01', 1, 'the end of the text'],
  ['{} {}', 3, 'the end of the text'],
  ['"tab\there"', 0, 'value'],
  ["'a'", 0, 'value'],
])('%j is no JSON from %d on', (text, at, expected) => {
  expect(jsonFaultOf(text)).toEqual({ at, expected });
});

test('agrees with JSON.parse on whether a text is JSON', () => {
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '1',
    '-',
    '0.5e+3',
    'true',
    'nul',
    ' ',
    '\n',
    '\\',
  );
  const broken = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken), (text) => {
      expect(jsonFaultOf(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 3000 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellWidth, escapeControls, escapeLogCommands, graphemes } from './terminal-text.ts';

test.each([
  ['\u001b[31mred', '\\x1b[31mred'],
  ['a\r\nb\u0000', 'a\\x0d\\x0ab\\x00'],
  ['\u009b2J', '\\x9b2J'],
  ['\u202eevil\u2066', '\\u202eevil\\u2066'],
  ['\ud800 half', '\\ud800 half'],
  ['tab\tstays, ü 日本 👩‍💻 too', 'tab\tstays, ü 日本 👩‍💻 too'],
])('%j is written as %j', (text, escaped) => {
  expect(escapeControls(text)).toBe(escaped);
});

test('what is escaped is one line and steers nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeControls(text)).not.toMatch(/(?!\t)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e]/u);
    }),
  );
});

test.each([
  ['::error::x', '\\x3a:error::x'],
  ['  ::set-output name=a::b', '  \\x3a:set-output name=a::b'],
  ['a ##[add-mask]b', 'a #\\x23[add-mask]b'],
  ['##vso[task.x]', '#\\x23vso[task.x]'],
  ['a::b # [x] ## y', 'a::b # [x] ## y'],
])('%j is no command for a CI log', (line, escaped) => {
  expect(escapeLogCommands(line)).toBe(escaped);
});

test.each([
  ['a', 1],
  ['ü', 1],
  ['e\u0301', 1],
  ['日', 2],
  ['한', 2],
  ['Ａ', 2],
  ['😀', 2],
  ['👩‍💻', 2],
  ['❤\ufe0f', 2],
  ['⚠', 1],
  ['…', 1],
  ['\u0301', 0],
])('%s takes %i cells', (grapheme, width) => {
  expect([...graphemes(grapheme)]).toHaveLength(1);
  expect(cellWidth(grapheme)).toBe(width);
});

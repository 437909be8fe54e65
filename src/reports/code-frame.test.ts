import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Place, SourceText } from '../diagnostics/source.ts';
import { cellWidth, graphemes } from '../lib/terminal-text.ts';
import { codeFrame } from './code-frame.ts';
import { placeOf } from './samples.ts';

function sourceOf(text: string): SourceText {
  return { path: 'aigw.yaml', text };
}

function frame(place: Place, width = 60, sensitive: readonly Place[] = []): readonly string[] {
  return codeFrame(place, { width, sensitive, before: true }).map(({ text }) => text);
}

function cells(text: string): number {
  return [...graphemes(text)].reduce((sum, grapheme) => sum + cellWidth(grapheme.text), 0);
}

test('shows the line above, the line and carets under the span', () => {
  expect(frame(placeOf(sourceOf('a: 1\nb: red\nc: 2\n'), 'red'))).toEqual(['a: 1', 'b: red', '   ^^^']);
});

test.each([
  ['the first line', 'b: red', 'red', ['b: red', '   ^^^']],
  ['an empty line above', 'a: 1\n\nb: red', 'red', ['b: red', '   ^^^']],
  ['CRLF', 'a: 1\r\nb: red\r\n', 'red', ['a: 1', 'b: red', '   ^^^']],
  ['tabs', '\ta:\tred', 'red', ['    a:  red', '        ^^^']],
  ['wide characters', '名: {前: red}', 'red', ['名: {前: red}', '         ^^^']],
  ['a wide span', 'a: 日本', '日本', ['a: 日本', '   ^^^^']],
  ['marks that combine', 'e\u0301: red', 'red', ['e\u0301: red', '   ^^^']],
  ['controls', 'a\u001b[2J: red', 'red', ['a\\x1b[2J: red', '          ^^^']],
  ['a span over lines', 'a: [1,\n  2]', '[1,\n  2]', ['a: [1,', '   ^^^']],
])('aligns with %s', (_name, text, pointed, expected) => {
  expect(frame(placeOf(sourceOf(text), pointed))).toEqual(expected);
});

test('an empty span gets one caret, at the end of the text too', () => {
  const source = sourceOf('a: 1');
  expect(frame({ source, span: { start: 4, end: 4 } })).toEqual(['a: 1', '    ^']);
});

test('a file that was not read, or is empty, has no frame', () => {
  expect(frame({ source: sourceOf(''), span: { start: 0, end: 0 } })).toEqual([]);
});

describe('a long line', () => {
  const text = `${'long '.repeat(40)}red${' tail'.repeat(40)}`;

  test('is shown around the span', () => {
    const [code = '', mark = ''] = frame(placeOf(sourceOf(text), 'red'), 40);
    expect(code).toMatch(/^….*long red tail.*…$/);
    expect(code.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('red');
  });

  test('that ends soon after the span is not cut at its end', () => {
    expect(frame(placeOf(sourceOf(`${'long '.repeat(40)}red`), 'red'), 40)[0]).toMatch(/red$/);
  });

  test('whose span stands early is cut at its end only', () => {
    expect(frame(placeOf(sourceOf(`a: red${' tail'.repeat(40)}`), 'red'), 40)[0]).toMatch(/^a: red tail.*…$/);
  });
});

test('a frame stays within its width, and the carets under what is seen of the span', () => {
  const unit = fc.constantFrom('a', ' ', '\t', '日', '😀', '\u0301', '\u001b', 'é', '"', '\ud83d');
  fc.assert(
    fc.property(
      fc.string({ unit, minLength: 1, maxLength: 400 }),
      fc.nat(400),
      fc.nat(50),
      fc.integer({ min: 24, max: 100 }),
      (text, at, length, width) => {
        const start = Math.min(at, text.length);
        const lines = frame(
          { source: sourceOf(text), span: { start, end: Math.min(start + length, text.length) } },
          width,
        );
        expect(lines).toHaveLength(2);
        expect(cells(lines[0] ?? '')).toBeLessThanOrEqual(width);
        expect(lines[1]).toMatch(/^ *\^+$/);
        expect(cells(lines[1] ?? '')).toBeLessThanOrEqual(width + 1);
      },
    ),
  );
});

describe('a secret', () => {
  const secret = 'sk-proj-0123456789';
  const text = `# ${secret}\nkey: ${secret}, b: red\nblock: |\n  ${secret}\n  ${secret}\n`;
  const source = sourceOf(text);
  const place = placeOf(source, secret, 1);

  test('shows its first four characters, and other spans keep their marks', () => {
    expect(frame(place, 60, [place])).toEqual(['# sk-p…', 'key: sk-p…, b: red', '     ^^^^^']);
    expect(frame(placeOf(source, 'red'), 60, [place])).toEqual(['# sk-p…', 'key: sk-p…, b: red', '               ^^^']);
  });

  test('of several lines is masked on each', () => {
    const block = placeOf(sourceOf(text), text.slice(text.indexOf('  sk')));
    expect(frame(block, 60, [block]).join('\n')).not.toContain('0123');
    const last = { source, span: { start: text.length - 3, end: text.length - 2 } };
    expect(frame(last, 60, [block]).join('\n')).not.toContain('6789');
  });

  test('that is short shows nothing of itself', () => {
    const short = placeOf(sourceOf('key: hunter2'), 'hunter2');
    expect(frame(short, 60, [short])).toEqual(['key: …', '     ^']);
  });

  test('is masked in a window too', () => {
    const long = sourceOf(`${'x'.repeat(200)} ${secret.repeat(20)} red`);
    const whole = placeOf(long, secret.repeat(20));
    expect(frame(placeOf(long, 'red'), 60, [whole]).join('\n')).not.toMatch(/\d{4}/);
  });
});

import { expect, test } from 'vitest';
import { formatDuration, parseDuration, parseSize } from './quantity.ts';

test.each([
  ['750ms', 750],
  ['1.5h', 5_400_000],
  ['1mo', 2_592_000_000],
])('%s has so many milliseconds', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  [3_300_000, '55m'],
  [5_400_000, '90m'],
  [86_400_000, '1d'],
  [1500, '1500ms'],
  [66_000.00000000001, '66s'],
  [0, '0s'],
])('%d milliseconds are written %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected);
});

test('sizes count in powers of two', () => {
  expect(parseSize('2MiB')).toBe(2_097_152);
  expect(parseSize('0.5KiB')).toBe(512);
});

test.each(['', '5', '5 s', 's', '5x', '-1s', 'toString'])('%j is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow(/not a duration/);
});

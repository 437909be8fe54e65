import { assert, bigInt, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuantity } from './quantity.ts';

const one = 10n ** 9n;

test.each<[string | number, bigint]>([
  ['1', one],
  ['0', 0n],
  ['-2', -2n * one],
  ['+2', 2n * one],
  ['100m', one / 10n],
  ['1.5Gi', (one * 3n * 2n ** 30n) / 2n],
  ['.5', one / 2n],
  ['5.', 5n * one],
  ['2k', 2000n * one],
  ['1e3', 1000n * one],
  ['1E3', 1000n * one],
  ['1E', 10n ** 18n * one],
  ['1.5e-3', 1500000n],
  ['1n', 1n],
  ['0.1n', 1n],
  ['-0.1n', -1n],
  [0.5, one / 2n],
  [2, 2n * one],
])('%s', (text, expected) => {
  expect(parseQuantity(text)).toBe(expected);
});

test.each([
  '',
  '.',
  '-',
  'x',
  '1Gib',
  '1 Gi',
  '1K',
  '1ki',
  '0x10',
  '1e',
  '1e1000',
  '1.2.3',
  '٣',
  '9'.repeat(65),
  'NaN',
  Infinity,
])('%s is none', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test('the suffix scales, whatever the number', () => {
  const scales = constantFrom(['m', 10n ** 6n], ['', one], ['k', one * 1000n], ['Mi', one * 2n ** 20n]);
  void assert(
    property(bigInt(-(10n ** 12n), 10n ** 12n), scales, (number, [suffix, scale]) => {
      expect(parseQuantity(`${number}${suffix}`)).toBe(number * BigInt(scale));
    }),
  );
});

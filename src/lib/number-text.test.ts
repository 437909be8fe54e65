import { expect, test } from 'vitest';
import { moneyText, numberText } from './number-text.ts';

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [1000, '1,000'],
  [128_000, '128,000'],
  [1_234_567.89, '1,234,568'],
  [0.1 + 0.2, '0.3'],
  [12.5, '12.5'],
  [0.00002, '0.00002'],
  [0.0000123456, '0.0000123'],
  [100, '100'],
  [-1500, '-1,500'],
])('%d is written %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test('money has its currency', () => {
  expect(moneyText(9000, 'EUR')).toBe('9,000 EUR');
});

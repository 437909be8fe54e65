import { expect, test } from 'vitest';
import { compileLinearPattern } from './linear-pattern.ts';

test.each([
  ['^a+$', 'aaa', true],
  ['b', 'abc', true],
  ['^b', 'abc', false],
  ['^(?i)(abort|warn)?$', 'Warn', true],
  ['^a$', 'a\n', false],
])('%s on %j', (pattern, text, expected) => {
  expect(compileLinearPattern(pattern).test(text)).toBe(expected);
});

test.each(['(?=a)', '(a)\\1', '(', 'a**'])('%s is refused', (pattern) => {
  expect(() => compileLinearPattern(pattern)).toThrow();
});

test('a pattern that drives other engines mad is answered at once', () => {
  const start = performance.now();
  expect(compileLinearPattern('^(([a-z])+.)+[A-Z]([a-z])+$').test('a'.repeat(5000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(2000);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatewayDuration } from './durations.ts';
import { labelOf, mergeDeep } from './object.ts';

const part = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);

test('names are DNS labels, the same each time', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean(), (parts, isAmbiguous) => {
      const name = labelOf(parts, isAmbiguous);
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(labelOf(parts, isAmbiguous)).toBe(name);
    }),
  );
});

test('names of other parts are other names', () => {
  expect(labelOf(['llm', 'faq'])).toBe('llm-faq');
  expect(labelOf(['llm', 'a.b'])).not.toBe(labelOf(['llm', 'a-b']));
  expect(labelOf(['llm', 'internal-a'], true)).not.toBe(labelOf(['llm-internal', 'a']));
  const long = 'x'.repeat(60);
  expect(labelOf([long, 'one'])).not.toBe(labelOf([long, 'two']));
});

test('maps merge by key, lists and scalars are replaced, and what is merged into stays as it was', () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 'x' };
  expect(mergeDeep(base, { a: { c: [3], e: null }, f: {} })).toEqual({ a: { b: 1, c: [3], e: null }, d: 'x', f: {} });
  expect(base).toEqual({ a: { b: 1, c: [1, 2] }, d: 'x' });
});

test('durations are whole numbers of h, m, s and ms', () => {
  const pairs = { '1.5m': '1m30s', '90s': '1m30s', '250ms': '250ms', '1d': '24h', '0.4ms': '1ms', '1.0005s': '1s1ms' };
  for (const [text, written] of Object.entries(pairs)) expect(gatewayDuration(text)).toBe(written);
});

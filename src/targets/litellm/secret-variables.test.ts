import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SecretReference } from '../../config/schema-types.ts';
import { perToken, seconds, share } from './quantities.ts';
import { environ, variableOf } from './secret-variables.ts';

describe('the variable of a secret', () => {
  test('reads like the reference', () => {
    expect(variableOf({ env: 'OPENAI_API_KEY' })).toBe('OPENAI_API_KEY');
    expect(variableOf({ secret: 'openai-eu', key: 'apiKey' })).toBe('SECRET__openai_eu__apiKey');
    expect(environ({ secret: 'openai', key: 'apiKey' })).toBe('os.environ/SECRET__openai__apiKey');
    expect(variableOf({ vault: 'secret/ai', key: 'key' })).toMatch(/^VAULT__secret_ai__key_[0-9a-f]{8}$/);
    expect(variableOf({ external: 'store', key: 'a/b' })).toMatch(/^EXTERNAL__store__a_b_[0-9a-f]{8}$/);
  });

  test('is no other’s, and one that a shell takes', () => {
    const text = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'B', '_', '-', '.', '/', '1') });
    const reference: fc.Arbitrary<SecretReference> = fc.oneof(
      fc.record({ secret: text, key: text }),
      fc.record({ vault: text, key: text }),
      fc.record({ external: text, key: text }),
    );
    fc.assert(
      fc.property(reference, reference, (one, other) => {
        expect(variableOf(one)).toMatch(/^[A-Z]+__[A-Za-z0-9_]+$/);
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(variableOf(one) === variableOf(other)).toBe(same);
      }),
    );
  });
});

describe('quantities', () => {
  test('keep every digit of a price', () => {
    expect([perToken(0.1), perToken(1.25), perToken(1e-7), perToken(3)]).toEqual([1e-7, 1.25e-6, 1e-13, 3e-6]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (digits) => {
        expect(perToken(digits / 10_000)).toBe(Number(`${digits}e-10`));
      }),
    );
  });

  test('are in seconds and shares', () => {
    expect([seconds('250ms'), seconds('1.5m'), share(12.5, 200), share(33.333, 1)]).toEqual([0.25, 90, 25, 0.3333]);
  });
});

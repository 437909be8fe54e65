import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactor, secretFinder, streamRedactor } from './redact.ts';

const secret = 'sk-proj/Ab+1 "ü&<x>\\9';

function formsOf(word: string): Readonly<Record<string, string>> {
  return {
    exact: word,
    json: JSON.stringify({ key: word }),
    'json in json': JSON.stringify(JSON.stringify({ key: word })),
    'url component': `https://h/?k=${encodeURIComponent(word)}&x=1`,
    'url component, lower case': encodeURIComponent(word).replace(/%../g, (octet) => octet.toLowerCase()),
    'url form': new URLSearchParams({ k: word }).toString(),
    hex: Buffer.from(word).toString('hex'),
    'hex, upper case': Buffer.from(word).toString('hex').toUpperCase(),
    'base64 url-safe': Buffer.from(word).toString('base64url'),
  };
}

describe('a secret is redacted', () => {
  test.each(Object.entries(formsOf(secret)))('%s', (_name, text) => {
    const redacted = redactor([secret])(text);
    expect(redacted).toContain('[redacted]');
    expect(secretFinder([secret])(redacted)).toEqual([]);
    expect(redacted.length).toBeLessThan(text.length);
  });

  test.each([0, 1, 2, 3, 4])('base64 behind %i other bytes', (before) => {
    const text = Buffer.from(`${'u'.repeat(before)}${secret}:tail`).toString('base64');
    const rest = redactor([secret])(text).replace('[redacted]', '');
    // What may stay are the characters of the neighbours, and those that share bits with the secret's first and last byte.
    expect(text.length - rest.length).toBeGreaterThanOrEqual(Math.floor((Buffer.byteLength(secret) * 8) / 6) - 1);
  });

  test('each line of a key of several lines', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----';
    expect(redactor([key])('log: MIIEvQIBADAN and BgkqhkiG9w0B')).toBe('log: [redacted] and [redacted]');
  });
});

test('overlapping secrets leave no tail', () => {
  expect(redactor(['abcdefgh', 'efghijkl'])('x abcdefghijkl y')).toBe('x [redacted] y');
});

test('a secret that is part of the mark does not loop', () => {
  expect(redactor(['redacted'])('it was redacted')).toBe('it was [redacted]');
});

test('short secrets and other texts are left alone', () => {
  expect(redactor(['abcde'])('abcde')).toBe('abcde');
  expect(redactor([])('abcdef')).toBe('abcdef');
  expect(redactor([secret])('nothing to see')).toBe('nothing to see');
});

test('a stream gives what the whole gives, wherever it is cut', () => {
  const word = fc.string({ minLength: 6, maxLength: 12, unit: fc.constantFrom('a', 'b', '/', '"', 'é') });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 3 }),
      fc.array(fc.oneof(word, fc.string())),
      fc.nat(9),
      (secrets, parts, step) => {
        const text = [...parts, ...secrets, ...parts].join('');
        const stream = streamRedactor(secrets);
        let written = '';
        for (let at = 0; at < text.length; at += step + 1) written += stream.write(text.slice(at, at + step + 1));
        expect(written + stream.end()).toBe(redactor(secrets)(text));
      },
    ),
  );
});

test('no exact form of a secret survives', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6 }), fc.string(), fc.string(), (word, before, after) => {
      fc.pre(!'[redacted]'.includes(word) && !before.includes('[') && !after.includes(']'));
      expect(secretFinder([word])(redactor([word])(before + word + after)).length).toBe(0);
    }),
  );
});

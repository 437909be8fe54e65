import { describe, expect, test } from 'vitest';
import { looksRandom, meaningOf, standsForSecret } from './secret-values.ts';

describe('names of secrets', () => {
  test.each([
    'apiKey',
    'OPENAI_API_KEY',
    'x-api-key',
    'client_secret',
    'AWS_SECRET_ACCESS_KEY',
    'authorization',
    'token',
    'API_KEY_PROD',
  ])('%s holds one', (name) => expect(meaningOf(name)).toBe('secret'));
  test.each(['password', 'DB_PASSWORD', 'redisPassword', 'smtp-pass', 'passwd'])('%s holds a password', (name) =>
    expect(meaningOf(name)).toBe('password'),
  );
  test.each(['key', 'auth', 'sig', 'dsn'])('%s may hold one', (name) => expect(meaningOf(name)).toBe('maybe'));
  test.each([
    'maxTokens',
    'tokenizer',
    'secretName',
    'password_file',
    'apiKeyHeader',
    'public_key',
    'token_url',
    'cacheKey',
    'eos_token',
    'keyboard',
    'monkey',
    'compass',
  ])('%s holds none', (name) => expect(meaningOf(name)).toBe('nothing'));
});

test.each(['f3a9c1d27b604e85', 'q7Zp2LxV9tKd', 'Ab3+/xY9Zq8Lm2Np'])('%s looks random', (text) => {
  expect(looksRandom(text)).toBe(true);
});

test.each([
  'eu-central-1',
  'gpt-4o-mini-2024-07-18',
  'redis-0.ai-data.svc:6379',
  '2026-11-21T10:00:00Z',
  'product-expert-stable',
  '1234567890123456',
  'two words 1a2b3c',
])('%s does not', (text) => {
  expect(looksRandom(text)).toBe(false);
});

test.each([
  '',
  ' ',
  '$KEY',
  '$(KEY)',
  '%KEY%',
  'vault://kv/a#b',
  'os.environ/KEY',
  'your-token',
  'changeMe!',
  'xxxxxxxx',
  'none',
])('%j stands for a secret', (text) => expect(standsForSecret(text)).toBe(true));

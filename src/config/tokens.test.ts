import { expect, test } from 'vitest';
import { countTokens } from './tokens.ts';

test('counts words as the encodings do', async () => {
  expect(await countTokens('Does the X1 float?', 'o200k')).toBe(6);
  expect(await countTokens('Does the X1 float?', 'cl100k')).toBe(6);
});

test('an estimate is four characters a token, rounded up', async () => {
  expect(await countTokens('abcde', 'estimate')).toBe(2);
  expect(await countTokens('', 'estimate')).toBe(0);
});

test('control tokens in a text are text', async () => {
  expect(await countTokens('<|endoftext|>', 'o200k')).toBeGreaterThan(1);
});

test('a run of 200,000 letters is counted at once', async () => {
  expect(await countTokens('a'.repeat(200_000), 'o200k')).toBeGreaterThan(10_000);
}, 20_000);

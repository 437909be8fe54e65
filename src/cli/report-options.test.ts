import { describe, expect, test } from 'vitest';
import { pairDeliveries } from './report-options.ts';

describe('pairDeliveries', () => {
  test('writes text to standard output unless told otherwise', () => {
    expect(pairDeliveries({})).toEqual([{ format: 'text', file: undefined }]);
  });

  test('pairs formats with files in order and leaves the rest to standard output', () => {
    expect(pairDeliveries({ format: ['json', 'text'], output: ['report.json'] })).toEqual([
      { format: 'json', file: 'report.json' },
      { format: 'text', file: undefined },
    ]);
  });

  test('takes - for standard output', () => {
    expect(pairDeliveries({ format: ['text', 'json'], output: ['-', 'report.json'] })).toEqual([
      { format: 'text', file: undefined },
      { format: 'json', file: 'report.json' },
    ]);
  });

  test('writes the default format to a file', () => {
    expect(pairDeliveries({ output: ['report.txt'] })).toEqual([{ format: 'text', file: 'report.txt' }]);
  });

  test.each([
    [{ format: ['text', 'json'] }, 'only one report can go to standard output'],
    [{ format: ['text', 'json'], output: ['-'] }, 'only one report can go to standard output'],
    [{ format: ['json'], output: ['a', 'b'] }, 'there are 2 and 1'],
    [{ output: ['a', 'b'] }, 'there are 2 and 1'],
    [{ format: ['text', 'json'], output: ['a', 'a'] }, 'same file a'],
  ] as const)('refuses %j', (options, sentence) => {
    expect(pairDeliveries(options)).toContain(sentence);
  });
});

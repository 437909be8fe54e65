import { describe, expect, test } from 'vitest';
import type { Matcher } from '../../config/schema-types.ts';
import { compileLinearPattern } from '../../lib/linear-pattern.ts';
import { headerMatchOf, hostTest, pathTest, patternOf, testOf } from './conditions.ts';

function accepts(test: ReturnType<typeof testOf>, value: string): boolean {
  return test !== undefined && compileLinearPattern(`^(?:${patternOf(test)})$`).test(value);
}

describe('matchers as conditions on headers', () => {
  test('text is compared whole, prefixes by their letters, patterns as they stand', () => {
    expect(headerMatchOf({ name: 'h', test: testOf('a.b') ?? { kind: 'present' } })).toEqual({
      type: 'Exact',
      name: 'h',
      value: 'a.b',
    });
    expect(accepts(testOf({ prefix: 'gpt-4.' }), 'gpt-4.1')).toBe(true);
    expect(accepts(testOf({ prefix: 'gpt-4.' }), 'gpt-401')).toBe(false);
    expect(accepts(testOf({ regex: 'a|bc' }), 'bc')).toBe(true);
    expect(accepts(testOf({ regex: 'a|bc' }), 'abc')).toBe(false);
    expect(accepts(testOf({ present: true }), 'anything')).toBe(true);
  });

  test('that something is absent cannot be said', () => {
    expect(testOf({ present: false })).toBeUndefined();
  });

  test('a path is found before its query, a host before its port', () => {
    const paths: readonly Matcher[] = ['/v1/chat', { regex: '/v1/(chat|talk)' }];
    for (const path of paths) {
      expect(accepts(pathTest(path), '/v1/chat?user=1')).toBe(true);
      expect(accepts(pathTest(path), '/v1/chat/more')).toBe(false);
    }
    expect(accepts(hostTest('llm.example.com'), 'llm.example.com:8443')).toBe(true);
    expect(accepts(hostTest('llm.example.com'), 'llmxexample.com')).toBe(false);
  });

  test('several words are one pattern, in which no letter has a meaning', () => {
    const test = { kind: 'words', words: ['a+b', '(c)', 'd\\e'] } as const;
    for (const word of test.words) expect(accepts(test, word)).toBe(true);
    expect(accepts(test, 'aab')).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { admits, beginsPath, implies, loadWholeMatch } from './matcher.ts';
import type { Matcher } from './schema-types.ts';

const whole = await loadWholeMatch();

describe('regular expressions', () => {
  test.each([
    ['gpt-.*', 'gpt-5', true],
    ['gpt-.*', 'my-gpt-5', false],
    ['gpt', 'gpt-5', false],
    ['a|b', 'b', true],
    ['ab?', 'a', true],
    ['ab*c', 'ac', true],
    ['ab{0,1}c', 'ac', true],
    ['ab+c', 'ac', false],
    ['(?i)gpt', 'GPT', true],
    ['v1\\.2', 'v1.2', true],
    ['', '', true],
  ])('%s on %s: %s', (regex, text, expected) => {
    expect(whole(regex, text)).toBe(expected);
  });

  test('that are not right answer nothing', () => {
    expect(whole('a(', 'a')).toBeUndefined();
    expect(admits({ regex: 'a(' }, 'a', whole)).toBe(false);
  });
});

const PRESENT: Matcher = { present: true };
const ABSENT: Matcher = { present: false };

describe('one matcher takes all that another takes', () => {
  test.each<[Matcher | undefined, Matcher | undefined]>([
    [undefined, undefined],
    ['a', undefined],
    ['a', 'a'],
    ['abc', { prefix: 'ab' }],
    ['abc', { regex: 'a.c' }],
    ['abc', PRESENT],
    [{ prefix: 'abc' }, { prefix: 'ab' }],
    [{ prefix: 'abc' }, PRESENT],
    [{ prefix: 'abc' }, { regex: '.*' }],
    [{ regex: 'x+' }, { regex: 'x+' }],
    [{ regex: 'x+' }, PRESENT],
    [PRESENT, PRESENT],
    [PRESENT, { regex: '.*' }],
    [ABSENT, ABSENT],
  ])('%j within %j', (narrow, wide) => {
    expect(implies(narrow, wide, whole)).toBe(true);
  });

  test.each<[Matcher | undefined, Matcher | undefined]>([
    [undefined, 'a'],
    [undefined, PRESENT],
    ['a', 'b'],
    ['a', ABSENT],
    ['ab', { prefix: 'abc' }],
    ['abc', { regex: 'b' }],
    [{ prefix: 'ab' }, 'ab'],
    [{ prefix: 'ab' }, { prefix: 'abc' }],
    [{ prefix: 'ab' }, { regex: 'ab.' }],
    [{ regex: 'x' }, 'x'],
    [{ regex: 'x' }, { regex: 'x+' }],
    [{ regex: 'x' }, { prefix: 'x' }],
    [PRESENT, 'a'],
    [PRESENT, ABSENT],
    [ABSENT, PRESENT],
    [ABSENT, { regex: '.*' }],
  ])('%j not within %j', (narrow, wide) => {
    expect(implies(narrow, wide, whole)).toBe(false);
  });

  test('paths begin with whole elements', () => {
    expect(implies('/v1/chat', { prefix: '/v1' }, whole, beginsPath)).toBe(true);
    expect(implies('/v12', { prefix: '/v1' }, whole, beginsPath)).toBe(false);
    expect(implies({ prefix: '/v1/' }, { prefix: '/v1' }, whole, beginsPath)).toBe(true);
    expect(implies({ prefix: '/' }, { prefix: '/' }, whole, beginsPath)).toBe(true);
    expect(implies('/anything', { prefix: '/' }, whole, beginsPath)).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import type { Json } from '../lib/json.ts';
import { celValueOf, escapeFieldName, hasFunction, planExpression } from './cel.ts';
import type { Structure } from './structure.ts';

function ask(expression: string, self: Json, structure?: Structure): unknown {
  const answer = planExpression(expression)(celValueOf(self, structure, new WeakMap()));
  return answer instanceof Error ? `error: ${answer.message}` : answer;
}

describe('rules as the API server answers them', () => {
  test.each<[string, Json, unknown]>([
    ['self.weight > 0', { weight: 1 }, true],
    ['self.weight + 1 == 2', { weight: 1 }, true],
    ['self.a == 1.0', { a: 1 }, true],
    ['self.size() == 2', [1, 2], true],
    ['has(self.a) && has(self.a.b)', { a: {} }, false],
    ['self.all(x, self.exists_one(y, x.name == y.name))', [{ name: 'a' }, { name: 'a' }], false],
    ['self.matches("^(?i)abc$")', 'ABC', true],
    ["matches(self, '^a+$')", 'aaa', true],
    ["self.lowerAscii() != 'host'", 'Host', false],
    ["self.split('/')[0].size() < 3", 'ab/c', true],
    ["self.indexOf('*') == self.lastIndexOf('*')", 'a*b*', false],
    ["duration(self) > duration('0s')", '1h30m', true],
    ['isIP(self)', '::1', true],
    ['isIP(self)', '10.0.0.256', false],
    ['isURL(self)', 'not a url', false],
    ["url(self).getScheme() == 'http' && url(self).getHostname() == '::1'", 'http://[::1]:80/', true],
    ["quantity(string(self)).isLessThan(quantity('16384'))", 100, true],
    ["quantity(self).isGreaterThan(quantity('1Gi'))", '1025Mi', true],
    ['isQuantity(self)', '1Gib', false],
    ['self == {"a": 1}', { a: 1 }, true],
    ["'*' in self", ['a', '*'], true],
  ])('%s on %j', (expression, self, expected) => {
    expect(ask(expression, self)).toBe(expected);
  });

  test.each<[string, Json, RegExp]>([
    ['self.missing == 1', {}, /missing|unresolved/],
    ["duration(self) > duration('0s')", 'soon', /duration/],
    ["quantity(self).isLessThan(quantity('1'))", 'much', /"much" is not a quantity/],
    ["url(self).getScheme() == 'x'", 'nowhere', /"nowhere" is not a URL/],
  ])('%s on %j has no answer', (expression, self, message) => {
    expect(ask(expression, self)).toMatch(message);
  });
});

test('declared fields go by their escaped names, keys of maps by their own', () => {
  const declared: Structure = { properties: { namespace: {}, 'a-b': {} } };
  expect(ask("self.__namespace__ == 'x' && self.a__dash__b == 1", { namespace: 'x', 'a-b': 1 }, declared)).toBe(true);
  expect(ask("self['namespace'] == 'x' && !('__namespace__' in self)", { namespace: 'x' })).toBe(true);
});

test.each([
  ['name', 'name'],
  ['namespace', '__namespace__'],
  ['x-y.z/w', 'x__dash__y__dot__z__slash__w'],
  ['a__b', 'a__underscores__b'],
])('%s is %s', (name, escaped) => {
  expect(escapeFieldName(name)).toBe(escaped);
});

test('a function is there only in the form in which it is called', () => {
  expect(hasFunction({ name: 'matches', onTarget: true, arguments: 1 })).toBe(true);
  expect(hasFunction({ name: 'matches', onTarget: false, arguments: 2 })).toBe(true);
  expect(hasFunction({ name: 'isIP', onTarget: true, arguments: 0 })).toBe(false);
  expect(hasFunction({ name: 'isIP', onTarget: false, arguments: 2 })).toBe(false);
  expect(hasFunction({ name: 'cidr', onTarget: false, arguments: 1 })).toBe(false);
});

test('a text that is no rule is refused when it is read', () => {
  expect(() => planExpression('self ==')).toThrow();
});

import { describe, expect, test } from 'vitest';
import { type MatchScene, matchImplies } from './match.ts';
import { loadWholeMatch } from './matcher.ts';
import type { RouteMatch } from './schema-types.ts';

const scene: MatchScene = {
  consumers: ['app', 'batch'],
  hosts: undefined,
  namesOf: (model) => (model === 'large' ? ['large', 'gpt-latest'] : [model]),
  whole: await loadWholeMatch(),
};

describe('takes all of it', () => {
  test.each<[string, RouteMatch, RouteMatch]>([
    ['a match without conditions', { model: 'large', method: 'POST' }, {}],
    ['the same', { path: '/a', method: 'POST' }, { path: '/a', method: 'POST' }],
    ['a model under its alias', { model: 'gpt-latest' }, { model: 'large' }],
    ['a model whose names all begin so', { model: 'large' }, { model: { regex: 'large|gpt-.*' } }],
    ['a longer path', { path: { prefix: '/v1/chat' } }, { path: { prefix: '/v1' } }],
    ['more headers', { headers: { 'X-Tier': 'gold', a: 'b' } }, { headers: { 'x-tier': 'gold' } }],
    ['fewer tokens', { input: { tokens: { max: 100 } } }, { input: { tokens: { max: 200 } } }],
    ['counts from 0', {}, { input: { tokens: { min: 0 } } }],
    ['a range within', { input: { characters: { min: 5, max: 6 } } }, { input: { characters: { min: 5 } } }],
    ['the type of input', { input: { type: 'image', tokens: { max: 1 } } }, { input: { type: 'image' } }],
    ['a value', { parameters: { n: 1 } }, { parameters: { n: 1 } }],
    ['a value of a list', { parameters: { n: 1 } }, { parameters: { n: { in: [1, 2] } } }],
    ['a value in a range', { parameters: { n: 1 } }, { parameters: { n: { max: 1 } } }],
    ['a list in a list', { parameters: { n: { in: [1, 2] } } }, { parameters: { n: { in: [2, 1, 3] } } }],
    ['a list in a range', { parameters: { n: { in: [1, 2] } } }, { parameters: { n: { min: 1 } } }],
    ['a range in a range', { parameters: { n: { min: -1, max: 1 } } }, { parameters: { n: { min: -2, max: 1 } } }],
    ['some consumers', { consumers: ['app'] }, { consumers: ['app', 'batch'] }],
    ['all consumers', {}, { consumers: ['app', 'batch', 'other'] }],
    ['consumers that are not admitted', { consumers: ['app', 'gone'] }, { consumers: ['app'] }],
  ])('%s', (_, narrow, wide) => {
    expect(matchImplies(narrow, wide, scene)).toBe(true);
  });
});

describe('does not take all of it', () => {
  test.each<[string, RouteMatch, RouteMatch]>([
    ['any model', {}, { model: 'large' }],
    ['a model for its alias', { model: 'large' }, { model: 'gpt-latest' }],
    ['a model whose alias begins otherwise', { model: 'large' }, { model: { prefix: 'lar' } }],
    ['another method', { method: 'GET' }, { method: 'POST' }],
    ['any host', {}, { host: 'a.example' }],
    ['a path that only begins alike', { path: '/v10' }, { path: { prefix: '/v1' } }],
    ['fewer headers', { headers: { a: 'b' } }, { headers: { a: 'b', c: 'd' } }],
    ['more tokens', { input: { tokens: { max: 300 } } }, { input: { tokens: { max: 200 } } }],
    ['tokens without end', { input: { tokens: { min: 1 } } }, { input: { tokens: { max: 200 } } }],
    ['other counts', { input: { characters: { max: 1 } } }, { input: { tokens: { max: 200 } } }],
    ['any type of input', { input: { tokens: { max: 1 } } }, { input: { type: 'text' } }],
    ['a parameter that need not be there', {}, { parameters: { n: { min: 0 } } }],
    ['a text in a range', { parameters: { n: '1' } }, { parameters: { n: { min: 0 } } }],
    ['a range in a list', { parameters: { n: { min: 1, max: 1 } } }, { parameters: { n: { in: [1] } } }],
    ['a range below 0', { parameters: { n: { max: 1 } } }, { parameters: { n: { min: 0, max: 1 } } }],
    ['further consumers', {}, { consumers: ['app'] }],
    ['consumers of whom none is admitted', { consumers: ['gone'] }, { consumers: ['app'] }],
  ])('%s', (_, narrow, wide) => {
    expect(matchImplies(narrow, wide, scene)).toBe(false);
  });
});

test('a host is taken for granted where listeners serve no other', () => {
  const served = { ...scene, hosts: ['a.example'] };
  expect(matchImplies({}, { host: 'a.example' }, served)).toBe(true);
  expect(matchImplies({}, { host: 'b.example' }, served)).toBe(false);
  expect(matchImplies({}, { host: 'a.example' }, { ...scene, hosts: ['a.example', 'b.example'] })).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { nearest, suggester } from './nearest.ts';

describe('nearest', () => {
  test.for([
    ['rout', ['route', 'router'], 'route'],
    ['ROUTE', ['model', 'route'], 'route'],
    ['ruote', ['root', 'route'], 'route'],
    ['a', ['b'], 'b'],
    ['route', ['model', 'gateway'], undefined],
    ['abcdef', ['abxyef', 'abcxyz'], 'abxyef'],
    ['route', [], undefined],
  ] as const)('of %s in %j is %s', ([word, candidates, expected]) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});

describe('a suggester', () => {
  test('answers as nearest does, as often as it is asked', () => {
    const suggest = suggester(() => ['route', 'model']);
    expect([suggest('rout'), suggest('modle'), suggest('rout'), suggest('xyz')]).toEqual([
      'route',
      'model',
      'route',
      undefined,
    ]);
  });

  test('looks at the candidates for fifty different words', () => {
    let looks = 0;
    const suggest = suggester(() => {
      looks++;
      return ['name-100'];
    });
    for (let round = 0; round < 2; round++) for (let word = 0; word < 100; word++) suggest(`name-${word}`);
    expect(looks).toBe(50);
    expect(suggest('name-0')).toBe('name-100');
    expect(suggest('name-99')).toBeUndefined();
  });
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './naming.ts';
import { trial } from './trial.ts';

const found = (pattern: string, kind = 'Model', more = '') =>
  trial(
    check,
    `${exampleRepo()}---\napiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\nspec: {${more}naming: [{kind: ${kind}, pattern: '${pattern}'}]}\n`,
  );

test('the whole name must match', async () => {
  expect(await found('small|large')).toEqual([]);
  expect((await found('s.*')).map(({ at }) => at)).toEqual(['large']);
  expect((await found('sma')).map(({ at }) => at)).toEqual(['large', 'small']);
  expect((await found('large|smal')).map(({ at }) => at)).toEqual(['small']);
});

test('other kinds and other environments are left alone, and so is a pattern that is none', async () => {
  expect(await found('x', 'Cache')).toEqual([]);
  expect(await found('x', 'Model', 'environments: [prod], ')).toHaveLength(2);
  expect(await found('x(?=y)')).toEqual([]);
});

test('patterns that make other engines hang are quick', async () => {
  const begin = performance.now();
  expect(await found('(([a-z])+.)+[A-Z]([a-z])+$')).toHaveLength(2);
  expect(performance.now() - begin).toBeLessThan(1000);
});

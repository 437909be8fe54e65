import { describe, expect, test } from 'vitest';
import { allKinds } from '../src/commands/catalogue.ts';
import { runExample } from './example-runs.ts';

describe.each(allKinds.map((kind) => [kind.code, kind.name, kind] as const))('%s %s', (code, _, { examples }) => {
  test('is raised by its bad example', async () => {
    const found = await runExample(examples.bad);
    expect(found.map(({ kind }) => kind.code)).toContain(code);
  });

  test('is not raised by its good example, in which nothing else is wrong from the checks on', async () => {
    const found = await runExample(examples.good);
    const told = found.filter(({ kind, severity }) => kind.code === code || (code > 'AIGW2' && severity === 'error'));
    expect(told.map(({ kind, message }) => `${kind.code} ${message}`)).toEqual([]);
  });
});

test('codes and names are given once', () => {
  for (const words of [allKinds.map(({ code }) => code), allKinds.map(({ name }) => name)]) {
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  }
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './fallback-to-itself.ts';
import { trial } from './trial.ts';

const BACKENDS = 'backends: [{name: main, model: large, weight: 100}]';

async function reasons(tiers: string, backends = '{name: main, model: large, weight: 100}') {
  const found = await trial(
    check,
    exampleRepo(['tiers: [[{model: small}]]', `tiers: ${tiers}`], [BACKENDS, `backends: [${backends}]`]),
  );
  return found.map(({ message }) => message.replace(/ of route chat names (\S+) to no effect/, ' $1'));
}

test('marks the model, and where it was asked before', async () => {
  expect(await trial(check, exampleRepo(['tiers: [[{model: small}]]', 'tiers: [[{model: large}]]']))).toEqual([
    {
      severity: 'warning',
      at: 'large',
      message: 'Fallback tier 1 of route chat names large to no effect: it is what requests fall back from.',
      related: ['[{name: main, model: large, weight: 100}]: large is asked here before.'],
    },
  ]);
});

test.each([
  ['[[{model: small}], [{model: small}]]', ['Fallback tier 2 small: tier 1 has asked it before.']],
  ['[[{model: small}], [{model: large}]]', ['Fallback tier 2 large: it is what requests fall back from.']],
  ['[[{model: small, weight: 50}, {model: small, weight: 50}]]', ['Fallback tier 1 small: the tier names it before.']],
  ['[[{model: small, weight: 50}, {model: large, weight: 50}]]', []],
  ['[[{model: small, weight: 50}, {model: large, weight: 50}], [{model: small}]]', []],
])('%s', async (tiers, expected) => {
  expect(await reasons(tiers)).toEqual(expected);
});

test('backends may fall back to each other', async () => {
  const both = '{name: a, model: large, weight: 50}, {name: b, model: small, weight: 50}';
  expect(await reasons('[[{model: small}], [{model: large}]]', both)).toEqual([]);
  const idle = '{name: a, model: large, weight: 100}, {name: b, model: small, weight: 0}';
  expect(await reasons('[[{model: large}]]', idle)).toHaveLength(1);
  const twice = '{name: a, model: large, weight: 50}, {name: b, model: large, weight: 50, prompt: p}';
  expect(await reasons('[[{model: large}]]', twice)).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unowned.ts';

const policy = (spec: string) =>
  `---\napiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\nspec: {${spec}}\n`;

test('each resource of the kinds that must have a team is told', async () => {
  const found = await trial(
    check,
    exampleRepo(['{name: large}', '{name: large, team: a}']) + policy('owned: [Model, Gateway, Cache]'),
  );
  expect(found.map(({ at }) => at)).toEqual(['small', 'llm']);
  expect(found[0]).toMatchObject({ severity: 'error', related: ['Model: The policy says so.'] });
});

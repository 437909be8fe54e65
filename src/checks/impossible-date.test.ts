import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { fieldsOf } from '../config/schema-fields.ts';
import { KINDS } from '../config/schema-types.ts';
import { check } from './impossible-date.ts';
import { trial } from './trial.ts';

const MATCH = '  match: [{model: large}]';

async function found(spec: string, more = '') {
  const all = await trial(check, exampleRepo([MATCH, `  ${spec}`]) + more);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

test.each([
  ['2027-02-29', '2027-02-28'],
  ['2028-02-30', '2028-02-29'],
  ['2027-04-31', '2027-04-30'],
])('%s comes after %s', async (day, last) => {
  expect(await found(`api: {sunset: "${day}"}`)).toEqual([
    `"${day}": ${day} is not a day of the calendar; the last one of its month is ${last}.`,
  ]);
});

test('a leap day is a day', async () => {
  expect(await found('api: {deprecated: "2028-02-29", sunset: "2028-12-31"}')).toEqual([]);
});

test('a moment lies on a day', async () => {
  const policy = `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: rules}
spec: {freezes: [{name: x, from: "2026-11-31T00:00:00Z", to: "2026-12-31T00:00:00+01:00", reason: Rest.}]}
`;
  expect(await found('requires: []', policy)).toEqual([
    '"2026-11-31T00:00:00Z": 2026-11-31 is not a day of the calendar; the last one of its month is 2026-11-30.',
  ]);
});

test('every day and moment of the language is looked at', () => {
  const dated = KINDS.flatMap(fieldsOf).filter(({ definition }) => definition === 'Day' || definition === 'DateTime');
  expect(dated.map(({ kind, name }) => `${kind}.${name}`)).toEqual([
    'Model.deprecated.since',
    'Model.deprecated.sunset',
    'Route.api.deprecated',
    'Route.api.sunset',
    'Policy.freezes.from',
    'Policy.freezes.to',
  ]);
});

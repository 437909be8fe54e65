import { expect, test } from 'vitest';
import { fieldsOf } from '../config/schema-fields.ts';
import { KINDS } from '../config/schema-types.ts';
import { exampleRepo } from './example.ts';
import { check } from './impossible-date.ts';
import { trial } from './trial.ts';

const MATCH = '  match: [{model: large}]';

async function found(spec: string, more = '') {
  const all = await trial(check, exampleRepo([MATCH, `  ${spec}`]) + more);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

test.each([
  ['2027-02-29', 28],
  ['2028-02-30', 29],
  ['2027-04-31', 30],
])('%s: a month of %i days', async (day, days) => {
  expect(await found(`api: {sunset: "${day}"}`)).toEqual([
    `"${day}": ${day} is not a day of the calendar: that month has ${days} days.`,
  ]);
});

test('a leap day is a day', async () => {
  expect(await found('api: {deprecated: "2028-02-29", sunset: "2028-12-31"}')).toEqual([]);
});

test('a freeze begins before it ends, time zones included', async () => {
  const policy = (from: string, to: string) =>
    `---\napiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: rules}\nspec: {freezes: [{name: x, from: "${from}", to: "${to}", reason: Rest.}]}\n`;
  expect(await found('requires: []', policy('2026-12-01T00:00:00+01:00', '2026-12-01T00:00:00Z'))).toEqual([]);
  expect(await found('requires: []', policy('2026-12-01T00:00:00Z', '2026-12-01T01:00:00+01:00'))).toEqual([
    '"2026-12-01T01:00:00+01:00": Freeze x of policy rules ends when or before it begins, so it holds at no time.',
  ]);
  expect(await found('requires: []', policy('2026-11-31T00:00:00Z', '2026-12-02T00:00:00Z'))).toHaveLength(1);
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

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './freeze-window.ts';
import { trial } from './trial.ts';

const found = (from: string, to: string) =>
  trial(
    check,
    `${exampleRepo()}---\napiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\nspec: {freezes: [{name: f, from: "${from}", to: "${to}", reason: r}]}\n`,
    '2026-06-15',
  );

test.each([
  ['2026-12-31T00:00:00Z', '2026-12-18T00:00:00Z', 'error'],
  ['2026-12-18T00:00:00Z', '2026-12-18T00:00:00Z', 'error'],
  ['2026-12-18T00:00:00+01:00', '2026-12-17T23:00:00Z', 'error'],
  ['2025-12-18T00:00:00Z', '2026-01-04T00:00:00Z', 'info'],
  ['2026-12-18T00:00:00Z', '2028-01-04T00:00:00Z', 'warning'],
])('from %s to %s: %s', async (from, to, severity) => {
  expect(await found(from, to)).toMatchObject([{ severity, at: `"${to}"` }]);
});

test.each([
  ['2026-12-18T00:00:00+01:00', '2026-12-18T00:00:00Z'],
  ['2026-04-01T00:00:00Z', '2026-04-10T00:00:00Z'],
  ['2026-12-18T00:00:00Z', '2027-01-04T00:00:00Z'],
])('from %s to %s is fine', async (from, to) => {
  expect(await found(from, to)).toEqual([]);
});

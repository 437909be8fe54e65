import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../config/schema-types.ts';
import { schema } from './schema.ts';

const world = { version: '0.0.0' };

describe('aigw schema', () => {
  test('prints one schema for all kinds, as plain JSON', async () => {
    const { report } = await schema(world, { fields: false });
    const printed = JSON.parse(report.text.join('\n'));
    expect(printed).toEqual(report.result);
    expect(printed.properties.kind.enum).toEqual(KINDS);
    expect(report.exitCode).toBe(0);
  });

  test.each(KINDS)('prints the schema of %s so that it stands alone', async (kind) => {
    const { report } = await schema(world, { kind, fields: false });
    const validate = new Ajv({ strict: true }).compile(JSON.parse(report.text.join('\n')));
    const named = { apiVersion: 'aigw.dev/v1alpha1', kind, metadata: { name: 'a', environment: 'prod' } };
    expect(validate(named)).toBe(kind !== 'Repository' && kind !== 'Environment');
    expect(validate({ ...named, metadata: {} })).toBe(false);
  });

  test('lists the fields of a kind in words', async () => {
    const { report } = await schema(world, { kind: 'Budget', fields: true });
    expect(report.text).toContain('Budget.limit.amount: amount, needed');
    expect(report.text).toContain('Budget.exceeded.status: whole number from 400 to 599, default 429');
    expect(report.text.every((line) => !/^Budget\..*: $/.test(line))).toBe(true);
  });

  test('lists every field of the language when no kind is named', async () => {
    const { report } = await schema(world, { fields: true });
    expect(KINDS.filter((kind) => !report.text.some((line) => line.startsWith(`${kind}.`)))).toEqual([]);
  });
});

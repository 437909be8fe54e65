import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { manyFindings, plain, sampleReports } from '../samples.ts';
import { json } from './json.ts';

const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false }).compile(
  JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')),
);

test.each(Object.entries({ ...sampleReports, many: manyFindings(1000) }))(
  'the %s report fits its schema',
  (_name, report) => {
    validate(JSON.parse(json(report, plain)));
    expect(validate.errors).toBe(null);
  },
);

test.each([
  ['formatVersion', '2.0'],
  ['exitCode', 5],
  ['diagnostics', [{}]],
  ['hidden', { suppressed: -1, baselined: 0 }],
])('the schema refuses a wrong %s', (name, value) => {
  expect(validate({ ...JSON.parse(json(sampleReports.findings, plain)), [name]: value })).toBe(false);
});

test('nothing is left out, and what was escaped reads back the same', () => {
  expect(JSON.parse(json(manyFindings(1000), { ...plain, limit: 10 })).diagnostics).toHaveLength(1000);
  const written = JSON.parse(json(sampleReports.hostile, plain));
  expect(written.diagnostics[0].message).toBe(sampleReports.hostile.diagnostics[0]?.message);
});

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { raise } from '../../diagnostics/diagnostic.ts';
import { runReport } from '../report.ts';
import { manyFindings, placeOf, plain, sampleKinds, sampleReports } from '../samples.ts';
import { gitlab } from './gitlab.ts';

const validate = new Ajv({ allErrors: true, strict: true }).compile(
  JSON.parse(readFileSync('schemas/consumers/gitlab-code-quality.schema.json', 'utf8')),
);

interface Issue {
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function issuesOf(text: string): readonly Issue[] {
  return JSON.parse(text);
}

test.each(Object.entries({ ...sampleReports, many: manyFindings(1000) }))(
  'the %s report follows GitLab’s rules',
  (_name, report) => {
    const text = gitlab(report, { ...plain, prefix: './gateways/' });
    validate(JSON.parse(text));
    expect(validate.errors).toBe(null);
    expect(text.charCodeAt(0)).toBe('['.charCodeAt(0));
    expect(issuesOf(text)).toHaveLength(report.diagnostics.length);
    expect(new Set(issuesOf(text).map(({ fingerprint }) => fingerprint)).size).toBe(report.diagnostics.length);
  },
);

test('a report without findings is an empty list', () => {
  expect(gitlab(sampleReports.clean, plain)).toBe('[]\n');
});

test('a finding that moved is not a new one', () => {
  const written = ['spec:\n  colour: red\n', '# a comment\n\nspec:\n  other: 1\n  colour: red\n'].map((text) => {
    const place = placeOf({ path: 'a.yaml', text }, 'red');
    const diagnostics = [raise(sampleKinds.unused, { name: 'red' }, place)];
    return issuesOf(gitlab(runReport({ command: 'validate', version: '1', diagnostics }), plain))[0];
  });
  expect(written[0]?.fingerprint).toBe(written[1]?.fingerprint);
  expect(written.map((issue) => issue?.location.lines.begin)).toEqual([2, 5]);
});

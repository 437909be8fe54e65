import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { runReport } from '../report.ts';
import { manyFindings, plain, sampleReports } from '../samples.ts';
import { sarif } from './sarif.ts';

/** The schema of SARIF 2.1.0, as Microsoft's package carries it. It is draft-04 in its two head lines only. */
function sarifSchema(): object {
  const path = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
  return schema;
}

const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(sarifSchema());

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

function runOf(text: string) {
  const [run] = JSON.parse(text).runs;
  return { run, results: run.results as readonly Result[], rules: run.tool.driver.rules as readonly { id: string }[] };
}

test.each(Object.entries({ ...sampleReports, many: manyFindings(1000) }))(
  'the %s report fits the schema of SARIF 2.1.0',
  (_name, report) => {
    validate(JSON.parse(sarif(report, plain)));
    expect(validate.errors).toBe(null);
  },
);

test('the schema refuses what SARIF does not know', () => {
  const written = JSON.parse(sarif(sampleReports.findings, plain));
  expect(validate({ ...written, version: '2.0.0' })).toBe(false);
  expect(validate({ ...written, runs: [{ ...written.runs[0], results: [{ ruleId: 'x' }] }] })).toBe(false);
});

test('each result names its rule, has a place and a fingerprint of its own', () => {
  for (const report of [...Object.values(sampleReports), manyFindings(300)]) {
    const { results, rules, run } = runOf(sarif(report, plain));
    expect(results.map(({ ruleIndex }) => rules[ruleIndex]?.id)).toEqual(results.map(({ ruleId }) => ruleId));
    expect(results.every(({ locations }) => locations.length === 1)).toBe(true);
    const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash']);
    expect(new Set(fingerprints).size).toBe(results.length);
    expect(run.automationDetails.id).toBe(`aigw/${report.command}/`);
    expect(run.columnKind).toBe('utf16CodeUnits');
  }
});

test('paths are relative URIs that lead back to the file', () => {
  const { results } = runOf(sarif(sampleReports.hostile, { ...plain, prefix: 'sub dir/' }));
  for (const { locations } of results) {
    const uri = locations[0]?.physicalLocation.artifactLocation.uri ?? '';
    expect(uri).not.toMatch(/[\s:?#[\]]/);
    expect(new URL(uri, 'file:///').protocol).toBe('file:');
    expect(decodeURIComponent(uri)).toBe(`sub dir/${sampleReports.hostile.diagnostics[0]?.place?.source.path}`);
  }
});

test('GitHub’s limit of results is kept, errors stay, and the report says what is missing', () => {
  const report = manyFindings(25_003);
  const { results, run } = runOf(sarif(report, plain));
  expect(results).toHaveLength(25_000);
  expect(results.filter(({ level }) => level === 'error')).toHaveLength(8335);
  expect(results.filter(({ level }) => level === 'note')).toHaveLength(8334 - 3);
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('3 more findings');
});

test('a message is text, never a link', () => {
  const [finding] = sampleReports.findings.diagnostics.slice(1);
  if (finding === undefined) throw new Error('the sample has no finding');
  const diagnostics = [{ ...finding, message: 'See [here](https://h) and spec.backends[0].', help: 'Do.' }];
  const { run } = runOf(sarif(runReport({ command: 'validate', version: '1', diagnostics }), plain));
  expect(run.results[0].message.text).toBe('See \\[here](https://h) and spec.backends[0]. Do.');
});

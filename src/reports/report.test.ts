import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { raise, type Severity } from '../diagnostics/diagnostic.ts';
import { text } from './formats/text.ts';
import { type Answer, hiddenSentences, type ReportCase, runReport, shownOf, summaryOf } from './report.ts';
import { manyFindings, placeOf, plain, sampleKinds, sampleReports } from './samples.ts';

const parts = { command: 'validate', version: '1' };
const error = raise(sampleKinds.weights, { name: 'a' }, undefined);
const warning = raise(sampleKinds.unused, { name: 'a' }, undefined);
const unread = raise({ ...sampleKinds.weights, code: 'AIGW1003' }, { name: 'a' }, undefined);

function caseOf(outcome: ReportCase['outcome']): ReportCase {
  return { suite: 's', name: 'n', outcome };
}

describe('the exit code', () => {
  test.each<[string, object, number]>([
    ['nothing found', {}, 0],
    ['an error', { diagnostics: [error] }, 1],
    ['a warning', { diagnostics: [warning] }, 0],
    ['a warning that shall fail', { diagnostics: [warning], failOn: 'warning' satisfies Severity }, 1],
    ['a reading error', { diagnostics: [error, unread] }, 2],
    ['a reading error made a warning', { diagnostics: [{ ...unread, severity: 'warning' }] }, 0],
    ['a failed case', { cases: [caseOf('passed'), caseOf('failed')] }, 1],
    ['a case that broke', { cases: [caseOf('error')] }, 1],
    ['a skipped case', { cases: [caseOf('skipped')] }, 0],
    ['the answer no', { answer: 'no' satisfies Answer }, 1],
    ['no answer yet', { answer: 'pending' satisfies Answer }, 4],
    ['no answer yet and an error', { answer: 'pending' satisfies Answer, diagnostics: [error] }, 1],
    ['a world that failed and an error', { answer: 'world-failed' satisfies Answer, diagnostics: [error] }, 3],
    ['a command line not understood', { answer: 'misunderstood' satisfies Answer }, 2],
  ])('of %s', (_name, more, exitCode) => {
    expect(runReport({ ...parts, ...more })).toMatchObject({ exitCode, ok: exitCode === 0 });
  });
});

test('a short list keeps the gravest findings in their order', () => {
  const { diagnostics } = manyFindings(30);
  const shown = shownOf(diagnostics, 12);
  expect(shown.map(({ severity }) => severity).filter((severity) => severity === 'error')).toHaveLength(10);
  expect(shown).toEqual(diagnostics.filter((diagnostic) => shown.includes(diagnostic)));
  expect(shownOf(diagnostics, 30)).toBe(diagnostics);
  expect(shownOf(diagnostics, 0)).toEqual([]);
});

test('the summary counts findings and files', () => {
  expect(summaryOf(sampleReports.findings.diagnostics)).toBe('3 errors, 2 warnings, 2 infos in 2 files');
  expect(summaryOf([error])).toBe('1 error');
  expect(summaryOf([])).toBe(undefined);
});

test('what is hidden is said', () => {
  expect(hiddenSentences(sampleReports.findings, 5)).toEqual([
    '2 findings suppressed by comments.',
    '1 finding in the baseline.',
    '2 more findings not shown; --format json lists all.',
  ]);
  expect(hiddenSentences(sampleReports.clean, 0)).toEqual([]);
});

test('a secret at a sensitive place is redacted in all that a report quotes', () => {
  const source = { path: 'a.yaml', text: 'key: "hunter2-secret"\nother: hunter2-secret\n' };
  const encoded = Buffer.from('user:hunter2-secret').toString('base64');
  const report = runReport({
    ...parts,
    diagnostics: [
      raise(sampleKinds.secret, { name: 'key' }, placeOf(source, '"hunter2-secret"'), { sensitive: true }),
      raise(sampleKinds.unused, { name: 'hunter2-secret' }, placeOf(source, 'other'), {
        related: [{ message: 'As hunter2-secret.', place: placeOf(source, 'key') }],
      }),
    ],
    result: { 'hunter2-secret': ['hunter2-secret', 1, null, { deep: encoded }] },
    text: ['hunter2-secret'],
    cases: [
      {
        suite: 'hunter2-secret',
        name: 'hunter2-secret',
        outcome: 'failed',
        message: 'hunter2-secret',
        details: 'hunter2-secret',
      },
    ],
  });
  const { diagnostics, result, text: lines, cases } = report;
  const words = diagnostics.map(({ message, help, related }) => [message, help, related.map((one) => one.message)]);
  expect(JSON.stringify([words, result, lines, cases])).not.toMatch(/hunter2|aHVudGVyMi/);
  expect(text(report, plain)).not.toContain('hunter2-secret');
});

test('colour is used where the context asks for it, and only there', () => {
  const coloured = text(sampleReports.findings, { ...plain, color: true });
  expect(coloured).toContain('\u001b[1;31merror AIGW2014\u001b[0m');
  expect(stripVTControlCharacters(coloured)).toBe(text(sampleReports.findings, plain));
});

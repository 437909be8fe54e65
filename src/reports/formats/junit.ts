import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { escapeControls } from '../../lib/terminal-text.ts';
import {
  isAtLeast,
  type ReportCase,
  type ReportContext,
  type ReportFormat,
  type RunReport,
  regionOf,
} from '../report.ts';

/** A testcase with its place written out. */
interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: ReportCase['outcome'];
  readonly type: string;
  readonly message: string;
  readonly details: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly seconds: number;
}

/**
 * JUnit XML as GitLab and Jenkins read it. Each finding is a testcase, failed where it is grave enough to make the run's
 * answer no; cases of tests are their own. GitLab shows `classname` as the suite, keeps only the first of two equal names
 * (so names are numbered, and hold no line, which would make a moved finding a new one), and takes an empty report for none.
 */
export const junit: ReportFormat = (report, context) => {
  const cases = [
    ...report.diagnostics.map((diagnostic) => findingCase(diagnostic, report, context)),
    ...report.cases.map((one) => testCase(one, context)),
  ];
  const suites = Map.groupBy(numbered(cases.length === 0 ? [wholeRun(report)] : cases), ({ suite }) => suite);
  const body = [...suites].map(([name, members]) => suiteElement(name, members));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: `aigw ${report.command}`, ...totals([...suites.values()].flat()) })}>`,
    ...body,
    '</testsuites>',
    '',
  ].join('\n');
};

/** Of a run that has neither cases nor findings, what it says itself. */
function wholeRun({ command, exitCode, text }: RunReport): TestCase {
  const place = { file: undefined, line: undefined };
  const outcome = exitCode === 0 ? 'passed' : exitCode === 1 ? 'failed' : exitCode === 4 ? 'skipped' : 'error';
  const said = outcome === 'passed' ? [] : text;
  const [message = ''] = said;
  return {
    suite: 'aigw',
    name: command,
    outcome,
    type: outcome,
    message,
    details: said.join('\n'),
    ...place,
    seconds: 0,
  };
}

function findingCase(diagnostic: Diagnostic, report: RunReport, { prefix }: ReportContext): TestCase {
  const { kind, severity, message, help, place } = diagnostic;
  const region = place === undefined ? undefined : regionOf(place, prefix);
  const where = region === undefined ? [] : [`${region.file}:${region.line}:${region.column}`];
  return {
    suite: region?.file ?? 'aigw',
    name: `${kind.code} ${kind.name}`,
    outcome: isAtLeast(severity, report.failOn) ? 'failed' : 'passed',
    type: kind.code,
    message: escapeControls(message),
    details: [...where, `${severity}: ${escapeControls(message)}`, `help: ${escapeControls(help)}`].join('\n'),
    file: region?.file,
    line: region?.line,
    seconds: 0,
  };
}

function testCase(one: ReportCase, { prefix }: ReportContext): TestCase {
  const region = one.place === undefined ? undefined : regionOf(one.place, prefix);
  return {
    suite: one.suite,
    name: one.name,
    outcome: one.outcome,
    type: one.outcome,
    message: one.message ?? '',
    details: one.details ?? one.message ?? '',
    file: region?.file,
    line: region?.line,
    seconds: one.seconds ?? 0,
  };
}

/** The cases with unique names in each suite: the second `x` is `x (2)`. */
function numbered(cases: readonly TestCase[]): readonly TestCase[] {
  const counts = new Map<string, number>();
  return cases.map((one) => {
    let number = (counts.get(keyOf(one.suite, one.name)) ?? 0) + 1;
    while (number > 1 && counts.has(keyOf(one.suite, `${one.name} (${number})`))) number++;
    counts.set(keyOf(one.suite, one.name), number);
    if (number === 1) return one;
    const name = `${one.name} (${number})`;
    counts.set(keyOf(one.suite, name), 1);
    return { ...one, name };
  });
}

function keyOf(suite: string, name: string): string {
  return `${escapeControls(suite)}\n${escapeControls(name)}`;
}

function suiteElement(name: string, cases: readonly TestCase[]): string {
  const elements = cases.map(caseElement);
  return [`  <testsuite ${attributes({ name, ...totals(cases) })}>`, ...elements, '  </testsuite>'].join('\n');
}

function totals(cases: readonly TestCase[]) {
  const count = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const time = seconds(cases.reduce((sum, one) => sum + one.seconds, 0));
  return { tests: cases.length, failures: count('failed'), errors: count('error'), skipped: count('skipped'), time };
}

function caseElement(one: TestCase): string {
  const { name, suite, file, line } = one;
  const head = `    <testcase ${attributes({ name, classname: suite, file, line, time: seconds(one.seconds) })}`;
  const content = contentOf(one);
  return content === '' ? `${head}/>` : `${head}>\n      ${content}\n    </testcase>`;
}

function contentOf({ outcome, type, message, details }: TestCase): string {
  switch (outcome) {
    case 'passed':
      return details === '' ? '' : `<system-out>${escapeText(details)}</system-out>`;
    case 'skipped':
      return `<skipped ${attributes({ message })}/>`;
    default:
      return `<${element(outcome)} ${attributes({ message, type })}>${escapeText(details)}</${element(outcome)}>`;
  }
}

function element(outcome: 'failed' | 'error'): string {
  return outcome === 'failed' ? 'failure' : 'error';
}

function seconds(value: number): string {
  return value.toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${escapeText(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join(' ');
}

/**
 * XML 1.0 forbids most control characters even as references, lone surrogates and two noncharacters: controls are written
 * as visible escapes, the others replaced. What CI logs take for a command (`##[` and `::`) is broken up.
 */
function escapeText(text: string): string {
  const lines = text
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .split('\n')
    .map(escapeControls);
  return lines
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/##(\w*)\[/g, '##$1&#91;')
    .replace(/^(\s*):(?=:)/gm, '$1&#58;');
}

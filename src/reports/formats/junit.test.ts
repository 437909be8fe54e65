import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { runReport } from '../report.ts';
import { manyFindings, plain, sampleReports } from '../samples.ts';
import { junit } from './junit.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Reads XML 1.0 strictly: any character or form that the standard forbids throws. */
function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return root.children[0] ?? root;
}

/** Attributes that the JUnit schemas in use know (Jenkins, GitLab), and which of them must be there. */
const allowed: Readonly<Record<string, { readonly attributes: RegExp; readonly required: readonly string[] }>> = {
  testsuites: { attributes: /^(name|tests|failures|errors|skipped|time|disabled)$/, required: [] },
  testsuite: {
    attributes: /^(name|tests|failures|errors|skipped|time|disabled|hostname|id|package|timestamp)$/,
    required: ['name', 'tests'],
  },
  testcase: { attributes: /^(name|classname|file|line|time|assertions|status)$/, required: ['name', 'classname'] },
  failure: { attributes: /^(message|type)$/, required: ['type'] },
  error: { attributes: /^(message|type)$/, required: ['type'] },
  skipped: { attributes: /^message$/, required: [] },
  'system-out': { attributes: /^$/, required: [] },
};
const parents: Readonly<Record<string, RegExp>> = {
  testsuites: /^testsuite$/,
  testsuite: /^testcase$/,
  testcase: /^(failure|error|skipped|system-out)$/,
};

function breaches(element: Element): readonly string[] {
  const rule = allowed[element.name];
  if (rule === undefined) return [`unknown element ${element.name}`];
  const names = Object.keys(element.attributes);
  return [
    ...names.filter((name) => !rule.attributes.test(name)).map((name) => `${element.name} has ${name}`),
    ...rule.required.filter((name) => !names.includes(name)).map((name) => `${element.name} lacks ${name}`),
    ...element.children
      .filter(({ name }) => !parents[element.name]?.test(name))
      .map(({ name }) => `${name} in ${element.name}`),
    ...element.children.flatMap(breaches),
  ];
}

function casesOf(suites: Element): readonly Element[] {
  return suites.children.flatMap(({ children }) => children);
}

const reports = { ...sampleReports, many: manyFindings(1000) };

describe.each(Object.entries(reports))('the %s report', (_name, report) => {
  const suites = parse(junit(report, plain));
  const cases = casesOf(suites);

  test('has the elements and attributes of JUnit', () => {
    expect(breaches(suites)).toEqual([]);
  });

  test('follows GitLab’s rules: not empty, the suite as classname, no two equal names', () => {
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.every(({ attributes }) => attributes['classname'] !== '')).toBe(true);
    const names = cases.map(({ attributes }) => JSON.stringify([attributes['classname'], attributes['name']]));
    expect(new Set(names).size).toBe(cases.length);
  });

  test('counts what it holds', () => {
    for (const element of [suites, ...suites.children]) {
      const own = element === suites ? cases : element.children;
      const count = (name: string) =>
        own.filter(({ children }) => children.some((child) => child.name === name)).length;
      expect(element.attributes).toMatchObject({
        tests: String(own.length),
        failures: String(count('failure')),
        errors: String(count('error')),
        skipped: String(count('skipped')),
      });
    }
  });

  test('fails exactly where the run fails', () => {
    const failed = cases.some(({ children }) => children.some(({ name }) => name === 'failure' || name === 'error'));
    expect(failed).toBe(report.exitCode === 1);
  });
});

test('warnings fail where they make the answer no', () => {
  const { diagnostics } = sampleReports.findings;
  const report = runReport({ command: 'validate', version: '1', diagnostics, failOn: 'warning' });
  expect(parse(junit(report, plain)).attributes['failures']).toBe('5');
});

test('a name that already ends in a number is not taken twice', () => {
  const cases = ['a', 'a (2)', 'a', 'a'].map((name) => ({ suite: 's', name, outcome: 'passed' as const }));
  const names = casesOf(parse(junit(runReport({ command: 'test', version: '1', cases }), plain)));
  expect(names.map(({ attributes }) => attributes['name'])).toEqual(['a', 'a (2)', 'a (3)', 'a (4)']);
});

test('any text makes well-formed XML', () => {
  const word = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2 }),
      fc.constantFrom('\uffff', '\ufffe', ']]>', '<', '\ud800'),
    ),
  });
  fc.assert(
    fc.property(word, word, (name, details) => {
      const cases = [{ suite: name, name, outcome: 'failed' as const, message: details, details }];
      const [parsed] = casesOf(parse(junit(runReport({ command: 'test', version: '1', cases }), plain)));
      expect(parsed?.attributes['name']).toBe(parsed?.attributes['classname']);
      expect(parsed?.children[0]?.name).toBe('failure');
    }),
  );
});

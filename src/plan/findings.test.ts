import { describe, expect, test } from 'vitest';
import {
  type Diagnostic,
  defineDiagnostic,
  type ExampleFiles,
  raise,
  type Severity,
} from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { baselinePath, writeBaseline } from './baseline.ts';
import { findingKinds, settleFindings } from './findings.ts';
import { fingerprintsOf, identityOf } from './fingerprint.ts';

function kindOf(code: `AIGW${number}`, name: string, severity: Severity = 'error') {
  return defineDiagnostic<object>({
    code,
    name,
    severity,
    summary: 'A colour is wrong.',
    message: () => `The colour is wrong.`,
    help: () => 'Choose another.',
    examples: { bad: '', good: '' },
  });
}

const red = kindOf('AIGW2001', 'red-found');
const blue = kindOf('AIGW2002', 'blue-found', 'warning');
const unread = kindOf('AIGW1001', 'not-read');
const misshapen = kindOf('AIGW1110', 'misshapen');
const kinds = [red, blue, unread, misshapen, ...findingKinds];

function sourceOf(text: string, path = 'aigw.yaml'): SourceText {
  return { path, text };
}

/** A finding at each place of the word outside comments. */
function findAll(source: SourceText, word: string, kind = red): readonly Diagnostic[] {
  const uncommented = source.text.replace(/#.*/g, (comment) => '#'.repeat(comment.length));
  return [...uncommented.matchAll(new RegExp(`\\b${word}\\b`, 'g'))].map(({ index }) =>
    raise(kind, {}, { source, span: { start: index, end: index + word.length } }),
  );
}

function settle(source: SourceText, diagnostics: readonly Diagnostic[], baseline?: string) {
  return settleFindings({
    diagnostics,
    sources: [source],
    baseline: baseline === undefined ? undefined : sourceOf(baseline, '.aigw-baseline.json'),
    kinds,
    today: '2026-11-21',
    covers: () => true,
  });
}

function codesOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ kind }) => kind.code);
}

describe('a suppression', () => {
  test.each([
    ['on the line', 'a: red # aigw-ignore AIGW2001 until 2027-01-31: it is a rose\n'],
    ['above the line', '# aigw-ignore AIGW2001 until 2027-01-31: it is a rose\na: red\n'],
    ['on its last day', '# aigw-ignore AIGW2001 until 2026-11-21: it is a rose\na: red\n'],
    ['by name', '# aigw-ignore red-found until 2027-01-31: it is a rose\na: red\n'],
    ['above other comments', 'b: 1\n  # aigw-ignore AIGW2001 until 2027-01-31: a rose: red\n# more\na: red\n'],
    ['with CRLF', 'b: 1\r\na: red # aigw-ignore AIGW2001 until 2027-01-31: it is a rose\r\n'],
    ['in a flow map', 'a: {x: 1,\n y: red, # aigw-ignore AIGW2001 until 2027-01-31: it is a rose\n z: 2}\n'],
  ])('%s takes the finding out', (_name, text) => {
    const source = sourceOf(text);
    const settled = settle(source, findAll(source, 'red'));
    expect(settled.diagnostics).toEqual([]);
    expect(settled.hidden).toEqual({ suppressed: 1, baselined: 0 });
  });

  test('takes several codes, and says which of them were not needed', () => {
    const source = sourceOf(
      '# aigw-ignore AIGW2001, blue-found until 2027-01-31: both are fine\na: {b: red, c: blue}\n',
    );
    expect(settle(source, [...findAll(source, 'red'), ...findAll(source, 'blue', blue)]).diagnostics).toEqual([]);
    const half = settle(source, findAll(source, 'red')).diagnostics;
    expect(codesOf(half)).toEqual(['AIGW1908']);
    expect(half[0]?.message).toContain('AIGW2002');
    expect(source.text.slice(half[0]?.place?.span.start, half[0]?.place?.span.end)).toBe('blue-found');
  });

  test.each([
    ['no code', '# aigw-ignore until 2027-01-31: a rose', ['AIGW1901'], '# aigw-ignore until 2027-01-31: a rose'],
    ['no reason', '# aigw-ignore AIGW2001 until 2027-01-31', ['AIGW1902'], '# aigw-ignore AIGW2001 until 2027-01-31'],
    [
      'an empty reason',
      '# aigw-ignore AIGW2001 until 2027-01-31: ',
      ['AIGW1902'],
      '# aigw-ignore AIGW2001 until 2027-01-31:',
    ],
    ['no date', '# aigw-ignore AIGW2001: a rose', ['AIGW1903'], '# aigw-ignore AIGW2001: a rose'],
    ['until and no date', '# aigw-ignore AIGW2001 until: a rose', ['AIGW1903'], '# aigw-ignore AIGW2001 until: a rose'],
    ['nothing at all', '# aigw-ignore', ['AIGW1901', 'AIGW1902', 'AIGW1903'], '# aigw-ignore'],
    ['a day that is none', '# aigw-ignore AIGW2001 until 2027-02-30: a rose', ['AIGW1904'], '2027-02-30'],
    ['a day in other words', '# aigw-ignore AIGW2001 until spring: a rose', ['AIGW1904'], 'spring'],
    ['a day that is past', '# aigw-ignore AIGW2001 until 2026-11-20: a rose', ['AIGW1905'], '2026-11-20'],
    ['an unknown code', '# aigw-ignore AIGW2004 until 2027-01-31: a rose', ['AIGW1906'], 'AIGW2004'],
    ['a misspelt name', '# aigw-ignore red-fuond until 2027-01-31: a rose', ['AIGW1906'], 'red-fuond'],
    ['a code of suppressions', '# aigw-ignore AIGW1902 until 2027-01-31: a rose', ['AIGW1907'], 'AIGW1902'],
  ])('with %s suppresses nothing and is a finding', (_name, comment, codes, pointed) => {
    const source = sourceOf(`${comment}\na: red\n`);
    const finding = raise(red, {}, { source, span: { start: source.text.length - 4, end: source.text.length - 1 } });
    const { diagnostics, hidden } = settle(source, [finding]);
    expect(codesOf(diagnostics)).toEqual([...codes, 'AIGW2001']);
    expect(source.text.slice(diagnostics[0]?.place?.span.start, diagnostics[0]?.place?.span.end)).toBe(pointed);
    expect(hidden.suppressed).toBe(0);
  });

  test.each([unread, misshapen])('of what was not understood is refused: $code', (kind) => {
    const source = sourceOf(`# aigw-ignore ${kind.code} until 2027-01-31: later\na: red\n`);
    expect(codesOf(settle(source, findAll(source, 'red', kind)).diagnostics)).toEqual(['AIGW1907', kind.code]);
  });

  test('suggests the name that was meant', () => {
    const source = sourceOf('# aigw-ignore red-fuond until 2027-01-31: a rose\n');
    expect(settle(source, []).diagnostics[0]?.help).toContain('red-found');
  });

  test('of a kind that the run does not look for is not called unused', () => {
    const source = sourceOf('# aigw-ignore AIGW2001 until 2027-01-31: a rose\na: 1\n');
    const input = { diagnostics: [], sources: [source], baseline: undefined, kinds, today: '2026-11-21' };
    expect(settleFindings({ ...input, covers: () => false }).diagnostics).toEqual([]);
    expect(codesOf(settleFindings({ ...input, covers: () => true }).diagnostics)).toEqual(['AIGW1908']);
  });
});

test('findings come in file order, each once, and secrets of hidden ones stay marked', () => {
  const a = sourceOf('x: red\n', 'a.yaml');
  const b = sourceOf('y: red # aigw-ignore AIGW2001 until 2027-01-31: a rose\nz: red\n', 'b.yaml');
  const [first, second] = findAll(b, 'red').map((finding) => ({ ...finding, sensitive: true as const }));
  const found = [...findAll(b, 'red').slice(1), ...findAll(a, 'red'), ...findAll(a, 'red')];
  const settled = settleFindings({
    diagnostics: [...found, ...[first, second].filter((finding) => finding !== undefined)],
    sources: [a, b],
    baseline: undefined,
    kinds,
    today: '2026-11-21',
    covers: () => true,
  });
  expect(settled.diagnostics.map(({ place }) => place?.source.path)).toEqual(['a.yaml', 'b.yaml']);
  expect(settled.sensitive).toHaveLength(1);
});

test('what looks like a secret in a file that is shown is marked, though nothing could be checked', () => {
  const key = ['sk', 'proj', 'AAAA9b8Z7y6X5w4V3u2T1s0RqPoN'].join('-');
  const shown = sourceOf(`# ${key}\npassword: hunter2hunter2\na: red\n`);
  const other = sourceOf(`# ${key}\n`, 'b.yaml');
  const settled = settleFindings({
    diagnostics: findAll(shown, 'red', unread),
    sources: [shown, other],
    baseline: undefined,
    kinds,
    today: '2026-11-21',
    covers: () => true,
  });
  const marked = settled.sensitive.map(({ source, span }) => source.text.slice(span.start, span.end));
  expect(marked).toEqual([key, 'hunter2hunter2']);
});

describe('the baseline', () => {
  const text = 'spec:\n  list:\n    - name: one\n      colour: red\n    - name: two\n      colour: red\n';

  test('hides what it lists, wherever it moved, and nothing else', () => {
    const before = sourceOf(text);
    const baseline = writeBaseline(settle(before, findAll(before, 'red')).unsuppressed);
    const after = sourceOf(`# a comment\n\n${text.replace('  list:', '  other: red\n  list: # moved')}`);
    const { diagnostics, hidden } = settle(after, findAll(after, 'red'), baseline);
    expect(hidden.baselined).toBe(2);
    expect(diagnostics.map(({ place }) => place?.span.start)).toEqual([after.text.indexOf('red')]);
  });

  test('counts equal findings', () => {
    const source = sourceOf('a: red\na: red\na: red\n');
    const baseline = writeBaseline(findAll(source, 'red').slice(0, 2));
    expect(settle(source, findAll(source, 'red'), baseline).diagnostics).toHaveLength(1);
  });

  test('tells what no longer occurs', () => {
    const source = sourceOf(text);
    const baseline = writeBaseline(findAll(source, 'red'));
    const { diagnostics } = settle(source, findAll(source, 'red').slice(1), baseline);
    expect(codesOf(diagnostics)).toEqual(['AIGW1912']);
    expect(diagnostics[0]).toMatchObject({ severity: 'info', place: { source: { path: '.aigw-baseline.json' } } });
    expect(baseline.slice(diagnostics[0]?.place?.span.start, diagnostics[0]?.place?.span.end)).toMatch(
      /^[0-9a-f]{32}$/,
    );
  });

  test('never lists a secret, nor hides one that an earlier version listed', () => {
    const source = sourceOf('a: red\n');
    const found = findAll(source, 'red');
    const secrets = found.map((finding) => ({ ...finding, sensitive: true as const }));
    expect(JSON.parse(writeBaseline(secrets)).findings).toEqual([]);
    const entry = {
      code: 'AIGW2001',
      file: 'aigw.yaml',
      fingerprint: identityOf(secrets[0] ?? raise(red, {}, undefined)),
    };
    const baseline = JSON.stringify({ formatVersion: '1.0', findings: [{ ...entry, count: 1 }] });
    expect(codesOf(settle(source, secrets, baseline).diagnostics)).toContain('AIGW2001');
  });

  test('never lists what was not read or what is suppressed', () => {
    const source = sourceOf('a: red # aigw-ignore AIGW2001 until 2027-01-31: a rose\nb: red\n');
    const { unsuppressed } = settle(source, [...findAll(source, 'red'), ...findAll(source, 'b', unread)]);
    expect(JSON.parse(writeBaseline(unsuppressed)).findings).toHaveLength(1);
  });

  test('is written in a stable order, one line for each finding', () => {
    const source = sourceOf(text);
    const found = findAll(source, 'red');
    expect(writeBaseline(found.toReversed())).toBe(writeBaseline(found));
    expect(writeBaseline([])).toBe('{\n  "formatVersion": "1.0",\n  "findings": []\n}\n');
    expect(writeBaseline(found).match(/^ {4}\{.*\},?$/gm)).toHaveLength(2);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"findings": []}',
    '{"formatVersion": "2.0", "findings": []}',
    '{"formatVersion": "1.0"}',
    '{"formatVersion": "1.0", "findings": [{"code": "AIGW2001"}]}',
    '{"formatVersion": "1.0", "findings": [{"code": "A", "file": "b", "fingerprint": "c", "count": 0.5}]}',
  ])('that is broken hides nothing: %s', (baseline) => {
    const source = sourceOf(text);
    expect(codesOf(settle(source, findAll(source, 'red'), baseline).diagnostics)).toEqual([
      'AIGW1911',
      'AIGW2001',
      'AIGW2001',
    ]);
  });

  test('of a later minor version is read', () => {
    const source = sourceOf(text);
    expect(settle(source, [], '{"formatVersion": "1.7", "findings": [], "more": 1}').diagnostics).toEqual([]);
  });
});

describe('an identity', () => {
  function identity(text: string): string {
    const [finding] = findAll(sourceOf(text), 'red');
    return finding === undefined ? '' : identityOf(finding);
  }

  test('holds when lines move, comments come and indentation changes', () => {
    const base = identity('kind: A\nspec:\n  colour: red\n');
    expect(identity('# x\nkind: A # y\n\nspec: # z\n  other: 1\n  colour: red\n')).toBe(base);
    expect(identity('kind: A\nspec:\n    colour: red\n')).toBe(base);
    expect(identity('kind: B\nspec:\n  colour: blue\n---\nkind: A\nspec:\n  colour: red\n')).toBe(base);
  });

  test('differs by document, key, list item and value', () => {
    const texts = [
      'kind: A\nspec:\n  colour: red\n',
      'kind: A\nmetadata: {name: x}\nspec:\n  colour: red\n',
      'kind: A\nmetadata:\n  name: y\nspec:\n  colour: red\n',
      'kind: B\nspec:\n  colour: red\n',
      'kind: A\nspec:\n  other: red\n',
      'kind: A\nspec:\n  inner:\n    colour: red\n',
      'kind: A\nspec:\n- name: one\n  colour: red\n',
      'kind: A\nspec:\n- name: two\n  colour: red\n',
    ];
    expect(new Set(texts.map(identity)).size).toBe(texts.length);
  });

  test('of a secret does not follow from the secret', () => {
    const [one, other] = ['key: red', 'key: blue'].map((text, index) => {
      const source = sourceOf(text);
      const place = { source, span: { start: 5, end: text.length } };
      return identityOf(raise(red, {}, place, { sensitive: index < 2 }));
    });
    expect(one).toBe(other);
  });

  test('of equal findings is told apart by a number in the fingerprints', () => {
    const found = findAll(sourceOf('a: red\na: red\na: red\n'), 'red');
    expect(new Set(fingerprintsOf(found)).size).toBe(3);
    expect(fingerprintsOf(found)[0]).toBe(identityOf(found[0] ?? raise(red, {}, undefined)));
  });
});

describe.each(findingKinds.map((kind) => [kind.code, kind] as const))('the examples of %s', (code, kind) => {
  function raisedBy(files: ExampleFiles): readonly string[] {
    const written = typeof files === 'string' ? { 'aigw.yaml': files } : files;
    const sources = Object.entries(written).flatMap(([path, text]) =>
      typeof text === 'string' ? [{ path, text }] : [],
    );
    return codesOf(
      settleFindings({
        diagnostics: [],
        sources: sources.filter(({ path }) => path.endsWith('.yaml')),
        baseline: sources.find(({ path }) => path === baselinePath),
        kinds,
        today: '2026-11-21',
        covers: () => true,
      }).diagnostics,
    );
  }

  test('raise it, and do not', () => {
    expect(raisedBy(kind.examples.bad)).toEqual([code]);
    expect(raisedBy(kind.examples.good)).not.toContain(code);
  });
});

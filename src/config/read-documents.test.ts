import { describe, expect, test } from 'vitest';
import type { DiagnosticKind } from '../diagnostics/diagnostic.ts';
import { locate } from '../diagnostics/source.ts';
import * as characters from './read-characters.ts';
import { readDocuments } from './read-documents.ts';
import * as findings from './read-findings.ts';
import * as faults from './yaml-faults.ts';
import * as syntax from './yaml-syntax.ts';

function read(text: string) {
  const source = { path: 'aigw.yaml', text };
  const { documents, diagnostics } = readDocuments(source);
  return {
    values: documents.map(({ value }) => value),
    found: diagnostics.map(({ kind, place }) => {
      const { line, column } = locate(source, place?.span.start ?? -1);
      return `${kind.code} ${line}:${column}`;
    }),
  };
}

/** Generous: what is linear ends in a fraction of it even on a busy machine; what is not, never does. */
const seconds = 10;

describe('limits', () => {
  test(
    '100,000 levels of nesting are refused where the allowed ones end',
    () => {
      expect(read('['.repeat(100_000))).toEqual({ values: [], found: ['AIGW1030 1:101'] });
      expect(read('- '.repeat(100_000))).toEqual({ values: [], found: ['AIGW1030 1:203'] });
      expect(read(`spec: ${'['.repeat(99)}${']'.repeat(99)}\n`).found).toEqual([]);
    },
    seconds * 1000,
  );

  test(
    'a map of 40,000 keys is read at once, and its duplicate is found',
    () => {
      const keys = Array.from({ length: 40_000 }, (_, index) => `key-${index}: ${index}\n`).join('');
      const { values, found } = read(`${keys}key-7: again\n`);
      expect(found).toEqual(['AIGW1010 40001:1']);
      expect(Object.keys(values[0] ?? {})).toHaveLength(40_000);
    },
    seconds * 1000,
  );

  test('150 honest aliases are fine', () => {
    const aliases = Array.from({ length: 150 }, (_, index) => `r${index}: *retry\n`).join('');
    const { values, found } = read(`retry: &retry {attempts: 2}\n${aliases}`);
    expect(found).toEqual([]);
    expect(values[0]).toHaveProperty('r149', { attempts: 2 });
  });

  test(
    'aliases may not write out to more than a file may hold, one by one or in powers',
    () => {
      const bomb = [...'bcdefghijklmnop'].map((letter, index) => {
        const before = `*${'abcdefghijklmnop'[index]}`;
        return `${letter}: &${letter} [${Array.from({ length: 10 }, () => before).join(', ')}]\n`;
      });
      expect(read(`a: &a [x, x, x, x, x, x, x, x]\n${bomb.join('')}`).found).toEqual([
        expect.stringMatching(/^AIGW1030 6:/),
      ]);
      const large = `a: &a "${'x'.repeat(500_000)}"\n`;
      expect(read(`${large}b: [*a, *a, *a, *a, *a, *a]\n`).found).toEqual(['AIGW1030 2:21']);
    },
    seconds * 1000,
  );

  test('a text of 50 MB is refused unread', () => {
    expect(read(' '.repeat(50_000_000))).toEqual({ values: [], found: ['AIGW1030 1:1'] });
  });

  test(
    'documents beyond the 10,000th are left out',
    () => {
      const { values, found } = read('--- a\n'.repeat(10_002));
      expect(values).toHaveLength(10_000);
      expect(found).toEqual(['AIGW1030 10001:5']);
    },
    seconds * 1000,
  );

  test('findings end with the 500th, and the next place says so', () => {
    const { found } = read('- yes\n'.repeat(2_000));
    expect(found).toHaveLength(501);
    expect(found.at(-1)).toBe('AIGW1030 501:3');
  });

  test.each([
    ['unclosed quote over many lines', `a: "${'x\n'.repeat(500_000)}`],
    ['unclosed bracket over many quotes', `a: [${'"x", '.repeat(300_000)}`],
    ['aliases of unknown names beside many anchors', `${anchors(50_000)}${'- *anchr\n'.repeat(5_000)}`],
    ['duplicates of many keys', `${keys(50_000)}${keys(50_000)}`],
    ['single pairs in a list', `[${'a: b,'.repeat(300_000)}]`],
    ['digits', `a: ${'9'.repeat(1_000_000)}`],
    ['underscores', `a: 1${'_'.repeat(1_000_000)}x`],
    ['sixties', `a: 1${':1'.repeat(500_000)}x`],
    ['tabs', '\t\n'.repeat(500_000)],
    ['broken documents', 'a: [\n---\n'.repeat(100_000)],
    ['nested anchors', `${'&a '.repeat(100_000)}x`],
  ])(
    'hostile text does not take long: %s',
    (_, text) => {
      const start = performance.now();
      readDocuments({ path: 'aigw.yaml', text });
      expect(performance.now() - start).toBeLessThan(seconds * 1000);
    },
    60_000,
  );
});

function anchors(count: number): string {
  return Array.from({ length: count }, (_, index) => `- &anchor${index} x\n`).join('');
}

function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join('');
}

describe('plain data', () => {
  test('keys of the language stay keys of the data', () => {
    const { documents } = readDocuments({ path: 'a', text: '__proto__: {polluted: true}\nconstructor: {}\n' });
    const [value] = documents.map((document) => document.value);
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  test('empty documents count, but are left out', () => {
    const { documents } = readDocuments({ path: 'a', text: '---\n---\na: 1\n---\n# b\n---\nnull\n' });
    expect(documents.map(({ index, value }) => [index, value])).toEqual([
      [1, { a: 1 }],
      [3, null],
    ]);
  });

  test('-0 is 0, as in JSON', () => {
    expect(read('[-0, -0.0, +0]').values).toEqual([[0, 0, 0]]);
  });
});

const kinds: readonly DiagnosticKind<never>[] = [characters, findings, faults, syntax]
  .flatMap((module) => Object.values(module))
  .filter((value): value is DiagnosticKind<never> => typeof value === 'object' && 'code' in value);

describe('every kind of finding', () => {
  test('has a code and a name of its own', () => {
    expect(kinds.length).toBeGreaterThan(15);
    expect(new Set(kinds.map(({ code }) => code)).size).toBe(kinds.length);
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  });

  test.each(kinds.map((kind) => [kind.code, kind] as const))(
    '%s is raised by its bad example, and nothing by the good one',
    (code, kind) => {
      const [bad, good] = [kind.examples.bad, kind.examples.good].map((files) => read(String(files)).found.join());
      expect(bad).toContain(code);
      expect(good).toBe('');
    },
  );
});

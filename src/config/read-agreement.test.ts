// The reader's parser is js-yaml's, which is fast; `yaml` is the reference. Where the reader finds nothing wrong, both must
// read the same, and so must YAML 1.1: else a difference between readers goes by without a finding.
import fc from 'fast-check';
import { loadAll, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, type Scalar, stringify } from 'yaml';
import type { Json } from '../lib/json.ts';
import { readDocuments } from './read-documents.ts';

/** Fixed, so that a rare quarrel of parsers breaks no unrelated change. Change it, and raise the runs, to look for more. */
const seed = 1;

/** The documents of a text in which the reader finds nothing; undefined for any other text. */
function readClean(text: string): readonly Json[] | undefined {
  const { documents, diagnostics } = readDocuments({ path: 'aigw.yaml', text });
  return diagnostics.length === 0 ? withoutNull(documents.map(({ value }) => value)) : undefined;
}

/** What the reference reads. It calls a tab after "- " indentation, which YAML does not. */
function readReference(text: string): readonly unknown[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'error' });
  if (!Array.isArray(documents)) return [];
  const errors = documents.flatMap((document) => document.errors).filter(({ code }) => code !== 'TAB_AS_INDENT');
  expect(errors).toEqual([]);
  return withoutNull(documents.map((document) => document.toJS({ maxAliasCount: -1 }) as unknown));
}

/** Empty documents are null for one reader and none for the other; -0 is 0 in JSON. */
function withoutNull<A>(values: readonly A[]): readonly A[] {
  return (JSON.parse(JSON.stringify(values)) as A[]).filter((value) => value !== null);
}

/** Counts the texts that were compared, lest the property holds for none. */
function compareAll(texts: fc.Arbitrary<string>, runs: number, compare: (text: string, ours: readonly Json[]) => void) {
  let compared = 0;
  const property = fc.property(texts, (text) => {
    const ours = readClean(text);
    if (ours === undefined) return;
    compared++;
    compare(text, ours);
  });
  fc.assert(property, { numRuns: runs, seed });
  return compared;
}

const crumbs = fc.constantFrom(
  ...['a', 'b: ', 'k:', '- ', '-', '? ', ', ', '[', ']', '{', '}', '\n', '\n  ', '\n    ', '\n  - ', '\n- ', ' ', '\t'],
  ...[
    '# c\n',
    ' # c',
    '|\n',
    '>\n',
    '|-\n',
    '>+\n',
    '|2\n',
    '&a ',
    '*a',
    '!!str ',
    '!t ',
    '---\n',
    '...\n',
    '--- ',
    '\r\n',
  ],
  ...[
    '"q"',
    "'s'",
    '"x\\n"',
    '"two\n   lines"',
    'é',
    '😀',
    '.',
    '=',
    '#',
    '\\',
    '::',
    '@',
    '%',
    '<<: *a',
    'a: 1\n',
    'c: {x: y}\n',
  ],
  ...[
    'yes',
    'no',
    '012',
    '1',
    '2.5',
    '-3',
    '1e3',
    '0x1F',
    '~',
    'null',
    'true',
    '2026-01-02',
    '1:30',
    '1_0',
    '.5',
    '0o7',
  ],
);
const beginnings = fc.constantFrom('', 'k: ', 'k:\n  ', '- ', 'k: {', 'a:\n  - b: ');
const soups = fc
  .tuple(beginnings, fc.array(crumbs, { minLength: 1, maxLength: 12 }))
  .map(([beginning, rest]) => beginning + rest.join(''));

const names = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('name', 'no', '__proto__', '1', ''),
);
const trees = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('no', '012', '1e3', '2026-01-02', ' x ', 'a: b', '- a', '#', 'two\nlines\n', '\ttab', "it's", '"'),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).tree;

describe('where the reader finds nothing wrong', { timeout: 60_000 }, () => {
  test('the reference reads the same from any text', () => {
    const compared = compareAll(soups, 4_000, (text, ours) => {
      // A document of one bare scalar is no configuration; readers differ on the indentation of its blocks.
      if (ours.every((value) => typeof value === 'object')) expect(readReference(text)).toEqual(ours);
    });
    expect(compared).toBeGreaterThan(400);
  });

  test('the reference reads the same from what it has printed', () => {
    const styles = fc.record({
      defaultStringType: fc.constantFrom<Scalar.Type[]>(
        'PLAIN',
        'QUOTE_DOUBLE',
        'QUOTE_SINGLE',
        'BLOCK_LITERAL',
        'BLOCK_FOLDED',
      ),
      indent: fc.integer({ min: 1, max: 6 }),
      collectionStyle: fc.constantFrom<('any' | 'block' | 'flow')[]>('any', 'block', 'flow'),
      lineWidth: fc.constantFrom(0, 20, 80),
    });
    let compared = 0;
    const property = fc.property(trees, styles, (tree, style) => {
      const text = stringify({ tree }, style);
      const ours = readClean(text);
      if (ours === undefined) return;
      compared++;
      expect(ours).toEqual(readReference(text));
    });
    fc.assert(property, { numRuns: 1_500, seed });
    expect(compared).toBeGreaterThan(300);
  });

  test('JSON is read as JSON', () => {
    const indents = fc.constantFrom('', '  ', '\t');
    const property = fc.property(trees, indents, (tree, indent) => {
      const { documents, diagnostics } = readDocuments({ path: 'a.json', text: JSON.stringify([tree], null, indent) });
      // Some numbers are no safe YAML (1e+21), and some characters (U+2028) end lines for other readers.
      if (diagnostics.length === 0) expect(documents[0]?.value).toEqual(JSON.parse(JSON.stringify([tree])));
      else expect(diagnostics.map(({ kind }) => kind.code).join()).toMatch(/^(?:AIGW10(?:04|05|06|15),?)+$/);
    });
    fc.assert(property, { numRuns: 1_000, seed });
  });

  test('YAML 1.1 reads the same scalars', () => {
    const letters = fc.constantFrom(
      ...'01257896.-+_eExXoObB:yYnN~=TZ ',
      'inf',
      'nan',
      '0x',
      '0o',
      '12:30',
      '2026-01-0',
      'No',
    );
    const words = fc.array(letters, { minLength: 1, maxLength: 6 }).map((parts) => `v: ${parts.join('').trim()}\n`);
    const compared = compareAll(words, 20_000, (text, ours) => {
      expect(withoutNull(loadAll(text, { schema: YAML11_SCHEMA }))).toEqual(ours);
    });
    expect(compared).toBeGreaterThan(2_000);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import type { Json, Path } from '../lib/json.ts';
import { readDocuments } from './read-documents.ts';

const folder = join(import.meta.dirname, '../../fixtures/bad-input');
const seeds = readdirSync(folder)
  .filter((name) => /\.(?:yaml|json)$/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'));

/** A text with some stretches cut out, doubled, or replaced by bytes that matter to YAML. */
const mutants = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.integer({ min: 0, max: 12 }),
        text: fc.oneof(
          fc.constantFrom(
            '\n',
            '\t',
            '  ',
            ':',
            ': ',
            '- ',
            '"',
            "'",
            '[',
            ']',
            '{',
            '}',
            '|',
            '>',
            '&a ',
            '*a',
            '!',
            '%',
            '#',
          ),
          fc.constantFrom('---\n', '...\n', '\u0000', '\ufeff', '\r', '\ud800', '\u2028', '? ', ',', '\\', '<<'),
          fc.string({ unit: 'binary', maxLength: 6 }),
        ),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, { at, length, text: put }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + put + text.slice(start + length);
    }, seed),
  );

/** The first paths of a value: written out, an alias bomb has more than anybody can wait for. */
function pathsOf(value: Json, most: number, path: Path = []): readonly Path[] {
  const paths: Path[] = [path];
  if (typeof value !== 'object' || value === null) return paths;
  const entries: Iterable<readonly [string | number, Json]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [step, inner] of entries) {
    if (paths.length >= most) break;
    paths.push(...pathsOf(inner, most - paths.length, [...path, step]));
  }
  return paths;
}

/** What is wrong with a finding; undefined where it can be shown. */
function flawOf({ message, help, place }: Diagnostic, source: SourceText): string | undefined {
  if (place?.source !== source) return `no place: ${message}`;
  if (place.span.start < 0 || place.span.end > Math.max(source.text.length, 1))
    return `outside of the text: ${message}`;
  return /\.$/.test(message) && /[.?]$/.test(help) ? undefined : `no sentence: ${message} ${help}`;
}

test('whatever the text, reading ends in documents and findings, each with a place inside it', () => {
  const property = fc.property(mutants, (text) => {
    const source = { path: 'aigw.yaml', text };
    const { documents, diagnostics } = readDocuments(source);
    expect(diagnostics.map((diagnostic) => flawOf(diagnostic, source)).filter((flaw) => flaw !== undefined)).toEqual(
      [],
    );
    for (const { value, placeOf } of documents) {
      const places = pathsOf(value, 40).map((path) => ({ path, ...placeOf(path).span }));
      expect(places.filter(({ start, end }) => start >= end || end > text.length)).toEqual([]);
    }
  });
  fc.assert(property, { numRuns: 2_000 });
}, 60_000);

test('any string at all can be read', () => {
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
    expect(readDocuments({ path: 'aigw.yaml', text })).toHaveProperty('documents');
  });
  fc.assert(property, { numRuns: 5_000 });
}, 60_000);

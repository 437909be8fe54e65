import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPath, type Json, type Path } from '../lib/json.ts';
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

function pathsOf(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [
    path,
    ...entries.flatMap(([step, inner]: readonly [string | number, Json]) => pathsOf(inner, [...path, step])),
  ];
}

test('whatever the text, reading ends in documents and findings, each with a place inside it', () => {
  const property = fc.property(mutants, (text) => {
    const source = { path: 'aigw.yaml', text };
    const { documents, diagnostics } = readDocuments(source);
    for (const { place, message, help } of diagnostics) {
      expect(place?.source).toBe(source);
      expect(place?.span.start).toBeGreaterThanOrEqual(0);
      expect(place?.span.end).toBeLessThanOrEqual(Math.max(text.length, 1));
      expect(message).toMatch(/\.$/);
      expect(help).toMatch(/[.?]$/);
    }
    for (const { value, placeOf } of documents) {
      for (const path of pathsOf(value).slice(0, 50)) {
        const { span } = placeOf(path);
        expect(span.start, formatPath(path)).toBeLessThan(span.end);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }
  });
  fc.assert(property, { numRuns: 3_000 });
});

test('any string at all can be read', () => {
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
    expect(readDocuments({ path: 'aigw.yaml', text })).toHaveProperty('documents');
  });
  fc.assert(property, { numRuns: 5_000 });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locate } from '../diagnostics/source.ts';
import { readDocuments } from './read-documents.ts';

const folder = join(import.meta.dirname, '../../fixtures/bad-input');

/** What the reader makes of a file: its documents, and its findings as a person sees them. */
function outcome(name: string): string {
  const source = { path: name, text: readFileSync(join(folder, name), 'utf8') };
  const { documents, diagnostics } = readDocuments(source);
  const values = documents.map(({ index, value }) => `    document ${index}: ${abbreviated(JSON.stringify(value))}`);
  const findings = diagnostics.map(({ kind, severity, message, help, place, related }) => {
    const { line, column } = locate(source, place?.span.start ?? -1);
    const also = related.map((other) => {
      const at = locate(source, other.place.span.start);
      return `\n    ${at.line}:${at.column} ${other.message}`;
    });
    return `  ${line}:${column} ${severity} ${kind.code} ${message}\n    ${help}${also.join('')}`;
  });
  return [name, ...findings, ...(values.length === 0 ? ['    no document'] : values)].join('\n');
}

function abbreviated(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

test('every file of fixtures/bad-input is read as expected.txt tells', async () => {
  const names = readdirSync(folder).filter((name) => /\.(?:yaml|json)$/.test(name));
  expect(names.length).toBeGreaterThan(60);
  await expect(`${names.sort().map(outcome).join('\n\n')}\n`).toMatchFileSnapshot(join(folder, 'expected.txt'));
});

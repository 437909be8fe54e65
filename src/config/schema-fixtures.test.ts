// The example repos, with one field changed at a time: each fault is told at the very line where it was made.
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locate } from '../diagnostics/source.ts';
import {
  type Change,
  findingsOf,
  isToldAtItsLine,
  misspelledKeys,
  type Subject,
  subjectsIn,
  wrongTypes,
  wrongValues,
} from './testing/changes.ts';

const repos = globSync('fixtures/*/aigw.yaml').map(dirname).sort();

test('there are example repos', () => expect(repos.length).toBeGreaterThanOrEqual(4));

describe.each(repos)('%s', (folder) => {
  const paths = globSync(`${folder}/**/*.{yaml,yml}`).sort();
  const subjects = paths.flatMap((path) => subjectsIn(path, readFileSync(path, 'utf8')));

  test('is right as it is', () => {
    expect(subjects.length).toBeGreaterThan(3);
    expect(subjects.flatMap(({ document }) => findingsOf(document))).toEqual([]);
  });

  test.each([
    ['value of a wrong type', wrongTypes],
    ['value of a wrong form, unit or range', wrongValues],
    ['misspelled key', misspelledKeys],
  ] as const)('tells each %s at its line', { timeout: 120_000 }, (_, changesOf) => {
    const changes = subjects.flatMap((subject) => changesOf(subject).map((change) => ({ subject, change })));
    expect(changes.length).toBeGreaterThan(subjects.length);
    expect(changes.filter(({ subject, change }) => !isToldAtItsLine(subject, change)).map(described)).toEqual([]);
  });
});

function described({ subject, change }: { readonly subject: Subject; readonly change: Change }): string {
  const { source } = subject.document;
  return `${source.path}:${locate(source, change.span.start).line} ${change.what} → ${change.text}`;
}

import { expect, test } from 'vitest';
import { defineDiagnostic, type ExampleFiles } from '../diagnostics/diagnostic.ts';
import { diagnosticsPage, explain } from './catalogue.ts';
import { sampleKinds } from './samples.ts';

const files = defineDiagnostic<object>({
  code: 'AIGW1002',
  name: 'file-unread',
  severity: 'error',
  summary: 'A file cannot be read | at all.',
  message: () => 'The file cannot be read.',
  help: () => 'Make it readable.',
  examples: {
    bad: {
      'a.yaml': 'a: |\n  ```\n  \u001b[31m\n  ````\n',
      'b.yaml': { link: '../x' },
      'c.yaml': { pipe: true },
      'd.yaml': { base64: '//4A' },
      'e.yaml': { size: 10 },
    },
    good: 'a: 1',
  },
});
const sample = { message: 'The weights of route "a" add up to 90, not 100.', help: 'Make them add up to 100.' };

test('an entry tells what a code means, how it reads, and shows both examples', async () => {
  await expect(explain(sampleKinds.weights, sample)).toMatchFileSnapshot('../../fixtures/reports/catalogue/explain.md');
  await expect(explain(files)).toMatchFileSnapshot('../../fixtures/reports/catalogue/explain-files.md');
});

test('an entry shows the documents alone that its examples do not share', () => {
  const kindWith = (bad: ExampleFiles, good: ExampleFiles) =>
    defineDiagnostic<object>({ ...files, message: () => '', help: () => '', examples: { bad, good } });
  const shown = (bad: ExampleFiles, good: ExampleFiles) =>
    explain(kindWith(bad, good))
      .split('Severity: error.\n\n')[1]
      ?.replaceAll(/```(yaml)?\n|\n/g, ' ')
      .replaceAll(/ +/g, ' ')
      .trim();
  expect(shown('a: 1\n---\nb: 1\n---\nc: 1\n', 'a: 1\n---\nb: 2\n---\nc: 1\n')).toBe(
    'Raised by: b: 1 Not raised by: b: 2',
  );
  expect(shown('a: 1\n---\nb: 1\n', 'a: 1\n')).toBe('Raised by: b: 1');
  expect(shown('a: 1\n', 'a: 1\n---\nb: 1\n')).toBe('Raised without: b: 1');
  expect(shown('a: 1\n---\na: 1\n', 'a: 1\n')).toBe('Raised by: a: 1');
  expect(shown({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' }, { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 2\n' })).toBe(
    'Raised by: `b.yaml` b: 1 Not raised by: `b.yaml` b: 2',
  );
});

test('the page lists all kinds by their codes, whatever their order', async () => {
  const kinds = [...Object.values(sampleKinds), files];
  const page = diagnosticsPage(kinds, new Map([['AIGW2014', sample]]));
  await expect(page).toMatchFileSnapshot('../../fixtures/reports/catalogue/diagnostics.md');
  expect(diagnosticsPage(kinds.toReversed(), new Map([['AIGW2014', sample]]))).toBe(page);
});

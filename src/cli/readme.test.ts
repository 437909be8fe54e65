// What the README shows is what people see.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { validate } from '../commands/validate.ts';
import { text } from '../reports/formats/text.ts';
import { compose } from './compose.ts';

const root = join(import.meta.dirname, '..', '..');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aigw readme '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the fault of the tour is told in the words of the README', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = /^ {3}```\n([\s\S]*?)^ {3}```/m.exec(readme)?.[1]?.replaceAll(/^ {3}/gm, '');
  expect(shown).toContain('AIGW2001');
  cpSync(join(root, 'fixtures', 'cognitotech'), folder, { recursive: true });
  const route = join(folder, 'routes', 'product-question.yaml');
  writeFileSync(route, readFileSync(route, 'utf8').replace('model: gpt-large', 'model: gpt-lage'));
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const options = { path: folder, failOn: 'error' as const, baseline: true, updateBaseline: false };
  const { report } = await validate({ ...world, directory: folder }, options);
  expect(text(report, { color: false, width: 100, prefix: '', limit: 50 })).toContain(shown);
});

// Every state that docs/promotion.md tells of is tried by a test of the name that it gives.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test('every row names a test that is there', () => {
  const page = readFileSync(join(root, 'docs', 'promotion.md'), 'utf8');
  const table = page.slice(page.indexOf('| what happened'));
  const names = [...table.matchAll(/^\|.*\| `([^`]+)` \|$/gm)].map(([, name]) => name ?? '');
  const files = [
    'src/cli/*.test.ts',
    'src/platforms/**/*.test.ts',
    'src/registries/**/*.test.ts',
    'src/{registries,platforms}/conformance.ts',
    'lab/**/*.lab.test.ts',
  ].flatMap((glob) => globSync(glob, { cwd: root }));
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !texts.includes(`'${name}'`))).toEqual([]);
});

// Every example of every kind of finding, on a real disk and through the real commands: what `aigw explain` shows is true.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { allKinds } from '../commands/catalogue.ts';
import { render } from '../commands/render.ts';
import { validate } from '../commands/validate.ts';
import type { Diagnostic, ExampleFile, ExampleFiles } from '../diagnostics/diagnostic.ts';
import { renderingKinds } from '../plan/rendering-kinds.ts';
import type { World } from '../ports/world.ts';
import { compose } from './compose.ts';

const base = mkdtempSync(join(tmpdir(), 'aigw examples '));
afterAll(() => rmSync(base, { recursive: true }));

const silent = { note: () => undefined, warn: () => undefined };
const world: World = { ...compose(silent).world, clock: { today: () => '2026-11-21', elapsed: () => 0 } };
const rendered = new Set<string>(renderingKinds.map(({ code }) => code));

/** What aigw finds in an example; what only rendering finds is asked of `aigw render`. */
async function findingsIn(code: string, label: string, files: ExampleFiles): Promise<readonly Diagnostic[]> {
  const path = join(base, code, label);
  mkdirSync(path, { recursive: true });
  for (const [name, file] of Object.entries(typeof files === 'string' ? { 'aigw.yaml': files } : files)) {
    lay(join(path, name), file);
  }
  const { report } = rendered.has(code)
    ? await render(world, { path, check: false })
    : await validate(world, { path, failOn: 'error', baseline: true, updateBaseline: false });
  return report.diagnostics;
}

function lay(path: string, file: ExampleFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string') writeFileSync(path, file);
  else if ('link' in file) symlinkSync(file.link, path);
  else if ('pipe' in file) spawnSync('mkfifo', [path]);
  else if ('base64' in file) writeFileSync(path, Buffer.from(file.base64, 'base64'));
  else {
    writeFileSync(path, '');
    truncateSync(path, file.size);
  }
}

describe.each(allKinds.map((kind) => [kind.code, kind.name, kind] as const))('%s %s', (code, _, { examples }) => {
  test('is raised by its bad example', async () => {
    const found = await findingsIn(code, 'bad', examples.bad);
    expect(found.map(({ kind }) => kind.code)).toContain(code);
  });

  test('is not raised by its good example, in which nothing else is wrong from the checks on', async () => {
    const found = await findingsIn(code, 'good', examples.good);
    const told = found.filter(({ kind, severity }) => kind.code === code || (code > 'AIGW2' && severity === 'error'));
    expect(told.map(({ kind, message }) => `${kind.code} ${message}`)).toEqual([]);
  });
});

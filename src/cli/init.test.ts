// `aigw init` on real folders.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { init } from '../commands/init.ts';
import { render } from '../commands/render.ts';
import { validate } from '../commands/validate.ts';
import { compose } from './compose.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'aigw init ')));
  mkdirSync(join(folder, '.git'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const world = () => ({ ...compose({ note: () => undefined, warn: () => undefined }).world, directory: folder });
const lay = async (path = '.') => (await init(world(), { path })).report;
const check = async (path = '.') =>
  (await validate(world(), { path, failOn: 'info', baseline: true, updateBaseline: false })).report;

describe('a new repo', () => {
  test('passes at once without a finding, and renders', async () => {
    expect(await lay()).toMatchObject({ ok: true, result: { left: [] } });
    expect(await check()).toMatchObject({ ok: true, diagnostics: [] });
    expect((await render(world(), { path: '.', check: false })).report.ok).toBe(true);
    expect(readFileSync(join(folder, 'aigw.yaml'), 'utf8').split('\n').length).toBeLessThanOrEqual(40);
  });

  test('passes too after its pipeline has written reports', async () => {
    await lay();
    writeFileSync(join(folder, 'gl-code-quality-report.json'), '[]\n');
    expect(await check()).toMatchObject({ ok: true, diagnostics: [] });
  });

  test('leaves what stands there alone', async () => {
    writeFileSync(join(folder, 'README.md'), 'ours');
    const { text } = await lay();
    expect(text).toContain('  README.md left alone: a file stands there that aigw did not write');
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('ours');
  });

  test('is not laid over another', async () => {
    await lay();
    writeFileSync(join(folder, 'aigw.yaml'), '# ours\n');
    expect(await lay()).toMatchObject({ exitCode: 1, result: { written: [] } });
    expect(readFileSync(join(folder, 'aigw.yaml'), 'utf8')).toBe('# ours\n');
  });

  test('laid a second time says that all stands there already', async () => {
    await lay();
    expect((await lay()).text[0]).toBe('Everything stands in . already; nothing was written.');
  });

  test.each(['inner', 'a/b/inner'])('inside another says what the other has to leave out: %s', async (path) => {
    await lay();
    expect((await lay(path)).text).toContain(
      `${folder} is a config repo too and reads this one: name it in spec.exclude there.`,
    );
    expect((await lay()).text.join()).not.toContain('too');
  });
});

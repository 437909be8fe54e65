// `aigw validate` on real files, its baseline above all.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validate } from '../commands/validate.ts';
import { compose } from './compose.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aigw validate '));
  cpSync(join(import.meta.dirname, '..', '..', 'fixtures', 'smallest'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const baseline = () => join(folder, '.aigw-baseline.json');

async function run(options: { readonly updateBaseline?: boolean } = {}) {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const chosen = { path: folder, failOn: 'error' as const, baseline: true, updateBaseline: false, ...options };
  const { report } = await validate({ ...world, directory: folder }, chosen);
  const { exitCode, text, diagnostics } = report;
  return { exitCode, text, codes: diagnostics.map(({ kind }) => kind.code) };
}

function change(from: string, to: string): void {
  const config = join(folder, 'aigw.yaml');
  const before = readFileSync(config, 'utf8');
  expect(before).toContain(from);
  writeFileSync(config, before.replace(from, to));
}

describe('what was looked at', () => {
  test('is counted in words', async () => {
    expect((await run()).text).toEqual(['Checked 6 documents in 1 file for prod.']);
  });

  test('is told without environments where none are known', async () => {
    change('environments: [prod]', 'environments: []');
    expect((await run()).text).toEqual(['Checked 6 documents in 1 file.']);
  });
});

describe('a file that a prompt names', () => {
  const prompt = (file: string) => {
    const text = `apiVersion: aigw.dev/v1alpha1\nkind: Prompt\nmetadata: {name: p}\nspec:\n  version: "1"\n  messages: [{role: system, file: ${file}}]\n`;
    writeFileSync(join(folder, 'prompt.yaml'), text);
  };

  test('is no config file', async () => {
    prompt('text.yml');
    writeFileSync(join(folder, 'text.yml'), 'You answer.\n');
    expect((await run()).codes).not.toContain('AIGW1104');
  });

  test.each(['aigw.yaml', 'more.yaml', 'prompt.yaml'])('stays one where it holds resources: %s', async (file) => {
    prompt(file);
    writeFileSync(join(folder, 'more.yaml'), 'apiVersion: aigw.dev/v1alpha1\nkind: Limmit\nmetadata: {name: a}\n');
    change('weight: 100', 'weight: 90');
    const { codes, exitCode } = await run();
    expect(codes).toEqual(expect.arrayContaining(['AIGW1103', 'AIGW2006', 'AIGW2002']));
    expect(exitCode).toBe(1);
  });

  test('takes aigw.yaml out in no case', async () => {
    prompt('aigw.yaml');
    writeFileSync(join(folder, 'aigw.yaml'), '# nothing yet\n');
    expect((await run()).codes).toContain('AIGW1201');
  });
});

describe('--update-baseline', () => {
  test('lists what is found, and the next run passes', async () => {
    change('weight: 100', 'weight: 90');
    expect(await run({ updateBaseline: true })).toEqual({
      exitCode: 0,
      text: ['Wrote 1 finding to .aigw-baseline.json; from now on it is left out.'],
      codes: [],
    });
    expect(await run()).toMatchObject({ exitCode: 0, codes: [] });
  });

  test('still tells what no baseline may list', async () => {
    change('weight: 100', 'weigth: 100');
    const { exitCode, codes, text } = await run({ updateBaseline: true });
    expect(exitCode).toBe(1);
    expect(codes).toContain('AIGW1110');
    expect(text.at(-1)).toBe('A baseline hides neither secrets nor AIGW1xxx: correct what is listed above.');
  });

  test.each([
    ['a link', () => symlinkSync('/dev/null', baseline())],
    ['a folder', () => mkdirSync(baseline())],
  ])('says that it wrote nothing over %s', async (_what, lay) => {
    lay();
    const { exitCode, text } = await run({ updateBaseline: true });
    expect(exitCode).toBe(1);
    expect(text).toEqual([expect.stringMatching(/^\.aigw-baseline\.json was not written: .+\.$/)]);
    expect(existsSync(baseline())).toBe(true);
  });
});

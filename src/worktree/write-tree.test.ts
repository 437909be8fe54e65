import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TreeFile } from '../ports/files.ts';
import { layExample } from './example-files.ts';
import { files } from './files.ts';

let repo = '';
let root = '';
beforeEach(() => {
  repo = mkdtempSync(join(tmpdir(), 'aigw tree '));
  root = join(repo, 'out/dev');
});
afterEach(() => {
  rmSync(repo, { recursive: true, force: true });
});

const index = 'render-index.json';

/** Writes texts by path, and an index of them; `owned` is what the last run is said to have written. */
function write(texts: Readonly<Record<string, string>>, owned: readonly string[] = [], trusted = repo) {
  const tree: TreeFile[] = Object.entries({ ...texts, [index]: JSON.stringify(texts) }).map(([path, text]) => ({
    path,
    text,
  }));
  return files.writeTree(root, tree, { owned, index, trusted });
}

function content(): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

describe('a tree', () => {
  test('is written with its folders, and only what changed is written again', async () => {
    expect(await write({ 'a.yaml': '1', 'd/b.yaml': '2' })).toEqual({
      written: ['a.yaml', 'd/b.yaml', index],
      added: ['a.yaml', 'd/b.yaml', index],
      unchanged: [],
      removed: [],
      refused: [],
    });
    const before = statSync(join(root, 'a.yaml'), { bigint: true }).mtimeNs;
    const owned = ['a.yaml', 'd/b.yaml', index];
    const again = await write({ 'a.yaml': '1', 'd/b.yaml': '3' }, owned);
    expect([again.written, again.added, again.unchanged]).toEqual([['d/b.yaml', index], [], ['a.yaml']]);
    expect(statSync(join(root, 'a.yaml'), { bigint: true }).mtimeNs).toBe(before);
    expect(content()).toMatchObject({ 'a.yaml': '1', 'd/b.yaml': '3' });
  });

  test('loses what the last run wrote and this one does not, with the folders left empty, and nothing else', async () => {
    await write({ 'a.yaml': '1', 'd/e/b.yaml': '2', 'f/c.yaml': '3' });
    writeFileSync(join(root, 'f/mine.txt'), 'mine');
    const owned = ['a.yaml', 'd/e/b.yaml', 'f/c.yaml', 'gone.yaml', index];
    const { removed, refused } = await write({ 'a.yaml': '1' }, owned);
    expect([removed, refused]).toEqual([['d/e/b.yaml', 'f/c.yaml'], []]);
    expect(existsSync(join(root, 'd'))).toBe(false);
    expect(Object.keys(content())).toEqual(['a.yaml', 'f/mine.txt', index]);
  });

  test('is removed whole where nothing is wanted, besides what others keep there', async () => {
    await write({ 'a.yaml': '1', 'z/b.yaml': '2' });
    writeFileSync(join(root, 'mine.txt'), 'mine');
    const owned = [index, 'a.yaml', 'z/b.yaml'];
    const { removed } = await files.writeTree(root, [], { owned, index, trusted: repo });
    expect(removed).toEqual(['a.yaml', index, 'z/b.yaml']);
    expect(Object.keys(content())).toEqual(['mine.txt']);
  });

  test('leaves no temporary file, and writes over one that a killed run left', async () => {
    layExample(root, { '.a.yaml.aigw-tmp': 'half' });
    await write({ 'a.yaml': '1' });
    expect(readdirSync(root).sort()).toEqual(['a.yaml', index]);
  });

  test('is finished by the next run wherever the last was killed', async () => {
    await write({ 'a.yaml': '1', 'b.yaml': '1' });
    // The index of the second run is there, b.yaml is gone, and neither a.yaml nor c.yaml is written yet.
    rmSync(join(root, 'b.yaml'));
    writeFileSync(join(root, index), 'of the second run');
    const owned = ['a.yaml', 'c.yaml', index];
    expect((await write({ 'a.yaml': '2', 'c.yaml': '2' }, owned)).refused).toEqual([]);
    expect(content()).toMatchObject({ 'a.yaml': '2', 'c.yaml': '2' });
  });
});

describe('nothing at all is touched where', () => {
  async function expectRefusal(path: string, reason: RegExp, result: ReturnType<typeof write>) {
    const { written, removed, refused } = await result;
    expect([written, removed]).toEqual([[], []]);
    expect(refused.map((one) => one.path)).toEqual([path]);
    expect(refused[0]?.reason).toMatch(reason);
    expect(existsSync(join(root, 'new.yaml'))).toBe(false);
  }

  test('a file of somebody else would be replaced', async () => {
    layExample(root, { 'a.yaml': 'by hand' });
    await expectRefusal('a.yaml', /did not write/, write({ 'a.yaml': '1', 'new.yaml': '1' }));
    expect(content()).toEqual({ 'a.yaml': 'by hand' });
  });

  test('an index of somebody else would be replaced', async () => {
    layExample(root, { [index]: 'not ours' });
    await expectRefusal(index, /did not write/, write({ 'new.yaml': '1' }));
  });

  test('a link stands in the place of a file, or on the way to it', async () => {
    layExample(repo, { 'victim/b.yaml': 'precious', 'out/dev/a.yaml': { link: '../../victim/b.yaml' } });
    await expectRefusal('a.yaml', /symbolic link/, write({ 'a.yaml': '1', 'new.yaml': '1' }, ['a.yaml']));
    layExample(repo, { 'out/dev/d': { link: '../../victim' } });
    await expectRefusal('d/b.yaml', /symbolic link/, write({ 'd/b.yaml': '1', 'new.yaml': '1' }, ['d/b.yaml']));
    await expectRefusal('d/b.yaml', /symbolic link/, write({ 'new.yaml': '1' }, ['d/b.yaml']));
    expect(readFileSync(join(repo, 'victim/b.yaml'), 'utf8')).toBe('precious');
  });

  test('a link stands on the way to the tree itself', async () => {
    layExample(repo, { 'victim/x': '', out: { link: 'victim' } });
    const { refused } = await write({ 'a.yaml': '1' });
    expect(refused.map(({ path }) => path)).toEqual(['a.yaml', index]);
    expect(readdirSync(join(repo, 'victim'))).toEqual(['x']);
  });

  test('the tree outside of the trusted folder is a link', async () => {
    layExample(repo, { 'victim/x': '', 'out/dev': { link: '../victim' } });
    expect((await write({ 'a.yaml': '1' }, [], join(repo, 'elsewhere'))).refused).toHaveLength(2);
  });

  test('a folder or a pipe stands in the place of a file', async () => {
    layExample(root, { 'a.yaml/x': '', 'p.yaml': { pipe: true } });
    await expectRefusal('a.yaml', /no file/, write({ 'a.yaml': '1', 'new.yaml': '1' }, ['a.yaml']));
    await expectRefusal('p.yaml', /no file/, write({ 'p.yaml': '1', 'new.yaml': '1' }, ['p.yaml']));
  });

  test.each([
    ['../a.yaml', /".."/],
    ['/etc/a.yaml', /relative/],
    ['a/../../b', /".."/],
    ['a//b', /""/],
    ['.git/config', /\.git/],
    ['.GIT/config', /\.git/],
    ['a:b', /character/],
    ['a\\b', /character/],
    ['a\nb', /character/],
    ['con.yaml', /system/],
    ['a.', /system/],
    ['x'.repeat(241), /longer/],
  ])('a path is none that every system can have: %j', async (path, reason) => {
    await expectRefusal(path, reason, write({ [path]: '1', 'new.yaml': '1' }));
    expect(readdirSync(repo)).toEqual([]);
  });

  test('the index names a path outside', async () => {
    writeFileSync(join(repo, 'precious.yaml'), '');
    await expectRefusal('../../precious.yaml', /index lists it/, write({ 'new.yaml': '1' }, ['../../precious.yaml']));
    expect(existsSync(join(repo, 'precious.yaml'))).toBe(true);
  });

  test.each([
    ['letter case', 'a.yaml', 'A.yaml'],
    ['letter case of a folder', 'd/a.yaml', 'D/b.yaml'],
    ['composition', 'caf\u00e9.yaml', 'cafe\u0301.yaml'],
    ['a file for a folder', 'a', 'a/b.yaml'],
  ])('some systems take two paths for one: %s', async (_, one, other) => {
    await expectRefusal(other, /cannot tell it from/, write({ [one]: '1', [other]: '2' }));
  });
});

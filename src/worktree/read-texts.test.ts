import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as faults from '../config/file-faults.ts';
import type { DiagnosticKind, ExampleFiles } from '../diagnostics/diagnostic.ts';
import { locate } from '../diagnostics/source.ts';
import type { FileSelection } from '../ports/files.ts';
import { layExample } from './example-files.ts';
import { files } from './files.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aigw with spaces '));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const everything: FileSelection = { include: ['**/*.yaml', '**/*.yml', '**/*.json'], exclude: [], outputs: [] };

/** The paths read, and the findings as `CODE path line:column`. */
async function read(laid: ExampleFiles, selection: Partial<FileSelection> = {}) {
  layExample(root, laid);
  const { sources, diagnostics } = await files.readTexts(root, { ...everything, ...selection });
  const found = diagnostics.map(({ kind, place }) => {
    const { line, column } = locate(place?.source ?? { path: '', text: '' }, place?.span.start ?? 0);
    return `${kind.code} ${place?.source.path} ${line}:${column}`;
  });
  return { paths: sources.map(({ path }) => path), texts: sources.map(({ text }) => text), found: found.sort() };
}

describe('which files are read', () => {
  test('those that the globs choose, ordered by UTF-16 units, and always aigw.yaml', async () => {
    const laid = {
      'b.yaml': '',
      'B.yaml': '',
      'a/z.yml': '',
      'a-b.yaml': '',
      'é.yaml': '',
      'aigw.yaml': '',
      'n.txt': '',
    };
    expect((await read(laid)).paths).toEqual(['B.yaml', 'a-b.yaml', 'a/z.yml', 'aigw.yaml', 'b.yaml', 'é.yaml']);
    const few = await read({}, { include: ['a/**'], exclude: ['**/z.*'] });
    expect(few.paths).toEqual(['aigw.yaml']);
  });

  test('none of Git, node_modules, rendered output and excluded folders, nor hidden ones unless named', async () => {
    const laid = {
      '.git/a.yaml': '',
      'x/node_modules/a.yaml': '',
      'out/a.yaml': '',
      'charts/a/b.yaml': '',
      '.ci.yaml': '',
    };
    const selection = { exclude: ['charts/**'], outputs: ['out'] };
    expect(await read(laid, selection)).toEqual({ paths: [], texts: [], found: [] });
    expect((await read({}, { include: ['.ci.yaml'] })).paths).toEqual(['.ci.yaml']);
  });

  test('names that would drive a terminal, a shell or a job log are names like others', async () => {
    const laid = {
      'a b.yaml': '',
      '::error::.yaml': '',
      '\u001b[31m.yaml': '',
      'a\nb.yaml': '',
      '-rf.yaml': '',
      '😀.yaml': '',
    };
    expect((await read(laid)).paths).toHaveLength(6);
  });
});

describe('links', () => {
  test('to files of the repo are read once, under the name that the file has', async () => {
    const laid = { 'a.yaml': { link: 'dir/b.yaml' }, 'dir/b.yaml': 'x', 'c.yaml': { link: 'd.txt' }, 'd.txt': 'y' };
    expect(await read(laid)).toEqual({ paths: ['c.yaml', 'dir/b.yaml'], texts: ['y', 'x'], found: [] });
  });

  test('out of the repo are refused, to files and folders, to Git, straight or by detours', async () => {
    const laid = {
      'etc.yaml': { link: '/etc/hosts' },
      'up.yaml': { link: '../../etc/hosts' },
      'git.yaml': { link: '.git/config' },
      '.git/config': 'url = https://token@example.com',
      'first.yaml': { link: 'second' },
      second: { link: '/etc/hosts' },
      tmp: { link: '/tmp' },
      'environ.yaml': { link: '/proc/self/environ' },
    };
    const { paths, found } = await read(laid);
    expect(paths).toEqual([]);
    const refused = ['environ.yaml', 'etc.yaml', 'first.yaml', 'git.yaml', 'tmp', 'up.yaml'];
    expect(found).toEqual(refused.map((path) => `AIGW1045 ${path} 1:1`));
  });

  test('that an exclude covers may lead anywhere', async () => {
    expect(
      (await read({ 'a/tmp': { link: '/tmp' }, 'b.yaml': { link: '/etc/hosts' } }, { exclude: ['a/**', 'b.*'] })).found,
    ).toEqual([]);
  });

  test('in circles end, those of folders in silence', async () => {
    const laid = {
      'a.yaml': { link: 'b.yaml' },
      'b.yaml': { link: 'a.yaml' },
      'x/up': { link: '..' },
      'x/c.yaml': '',
      'n.yaml': { link: 'no' },
    };
    const { paths, found } = await read(laid);
    expect(paths).toEqual(['x/c.yaml']);
    expect(found).toEqual(['AIGW1047 a.yaml 1:1', 'AIGW1047 b.yaml 1:1', 'AIGW1047 n.yaml 1:1']);
  });
});

describe('what is no readable file', () => {
  test('a pipe, a socket and a device are not opened', async () => {
    const server = createServer().listen(join(root, 's.yaml'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { found } = await read({ 'p.yaml': { pipe: true }, 'null.yaml': { link: '/dev/null' } });
    server.close();
    expect(found).toEqual(['AIGW1045 null.yaml 1:1', 'AIGW1046 p.yaml 1:1', 'AIGW1046 s.yaml 1:1']);
  });

  test('a file or folder without the right to read it', async () => {
    layExample(root, { 'a.yaml': 'x', 'd/b.yaml': 'y', 'ok.yaml': 'z' });
    chmodSync(root, 0o755);
    chmodSync(join(root, 'a.yaml'), 0);
    chmodSync(join(root, 'd'), 0);
    const { paths, found } = await asNobody(() => read({}));
    chmodSync(join(root, 'd'), 0o755);
    expect(paths).toEqual(['ok.yaml']);
    expect(found).toEqual(['AIGW1047 a.yaml 1:1', 'AIGW1047 d 1:1']);
  });

  test('a file of 50 MB is refused by its size', async () => {
    expect((await read({ 'big.yaml': { size: 50_000_000 } })).found).toEqual(['AIGW1042 big.yaml 1:1']);
  });

  test('binary data and other encodings', async () => {
    const laid = {
      'utf-16.yaml': { base64: '//5rADoAIAAxAAoA' },
      'gzip.yaml': { base64: 'H4sIAAAAAAAAAw==' },
      'zeros.yaml': { size: 1000 },
      'latin-1.yaml': { base64: Buffer.from('a: b\nname: caf\xe9\n', 'latin1').toString('base64') },
      'cut.yaml': { base64: Buffer.from('a: \xe2\x82', 'latin1').toString('base64') },
    };
    expect((await read(laid)).found).toEqual([
      'AIGW1043 cut.yaml 1:4',
      'AIGW1043 latin-1.yaml 2:10',
      'AIGW1044 gzip.yaml 1:1',
      'AIGW1044 utf-16.yaml 1:1',
      'AIGW1044 zeros.yaml 1:1',
    ]);
  });

  test('a stray NUL is left to the reader of the text, and a byte order mark is left out', async () => {
    const { texts, found } = await read({ 'a.yaml': '\ufeffa: 1 # a NUL after some text: \0\n' });
    expect(found).toEqual([]);
    expect(texts).toEqual(['a: 1 # a NUL after some text: \0\n']);
  });
});

describe('limits on the whole', () => {
  test('20,001 files are refused by the name of the limit, and aigw.yaml alone is read', async () => {
    mkdirSync(join(root, 'many'));
    for (let index = 0; index <= 20_000; index++) writeFileSync(join(root, 'many', `${index}.yaml`), '');
    const { paths, found } = await read({ 'aigw.yaml': '' });
    expect(paths).toEqual(['aigw.yaml']);
    expect(found).toEqual(['AIGW1042 aigw.yaml 1:1']);
  }, 60_000);

  test('so are texts of 64 MiB together', async () => {
    const large = '# a comment\n'.repeat(150_000);
    const laid = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.yaml`, large]));
    const { paths, found } = await read({ ...laid, 'aigw.yaml': '' });
    expect(paths).toEqual(['aigw.yaml']);
    expect(found).toEqual(['AIGW1042 aigw.yaml 1:1']);
  }, 60_000);
});

describe('one text', () => {
  test('is read by its path; nothing is there, or it is refused', async () => {
    layExample(root, {
      'a/b.json': '{}',
      'out.json': { link: '/etc/hosts' },
      up: { link: '/etc' },
      'p.json': { pipe: true },
    });
    expect(await files.readText(root, 'a/b.json')).toEqual({
      sources: [{ path: 'a/b.json', text: '{}' }],
      diagnostics: [],
    });
    expect(await files.readText(root, 'none.json')).toBeUndefined();
    const codes = ['out.json', 'up/hosts', 'a', 'p.json'].map(async (path) =>
      (await files.readText(root, path))?.diagnostics.map(({ kind }) => kind.code).join(),
    );
    expect(await Promise.all(codes)).toEqual(['AIGW1045', 'AIGW1045', 'AIGW1046', 'AIGW1046']);
  });
});

test.each(['../outside.txt', '.git/config', 'a/../../outside.txt', 'a\u0000b'])(
  'a file that lies elsewhere by its own path is none of the repo: %j',
  async (path) => {
    layExample(root, { 'outside.txt': 'x', 'repo/.git/config': 'x', 'repo/a/b.txt': 'x' });
    expect(await files.readText(join(root, 'repo'), path)).toBeUndefined();
    expect((await files.readText(join(root, 'repo'), './a/b.txt'))?.sources).toHaveLength(1);
  },
);

describe('the root', () => {
  test('is the nearest folder above that holds aigw.yaml', async () => {
    layExample(root, { 'repo/aigw.yaml': '', 'repo/a/b/c.yaml': '', '.git/HEAD': '' });
    const found = [join(root, 'repo'), join(root, 'repo/a/b'), join(root, 'repo/a/b/c.yaml')].map(files.findRoot);
    expect(new Set((await Promise.all(found)).map((one) => one.root))).toEqual(new Set([join(root, 'repo')]));
  });

  test('is not looked for above the Git work tree', async () => {
    layExample(root, { 'aigw.yaml': '', 'repo/.git/HEAD': '', 'repo/a/b.yaml': '' });
    const { root: found, diagnostics } = await files.findRoot(join(root, 'repo/a'));
    expect(found).toBeUndefined();
    expect(diagnostics.map(({ message }) => message)).toEqual([
      `There is no aigw.yaml in ${root}/repo/a or in any folder above it up to ${root}/repo.`,
    ]);
    expect(diagnostics[0]?.help).toContain('aigw init');
  });

  test('is found through a link, without links in its own path', async () => {
    layExample(root, { 'repo/aigw.yaml': '' });
    symlinkSync(join(root, 'repo'), join(root, 'link'));
    expect((await files.findRoot(join(root, 'link'))).root).toBe(join(root, 'repo'));
  });

  test('does not exist where the path does not', async () => {
    const [finding] = (await files.findRoot(join(root, 'gone'))).diagnostics;
    expect(finding?.message).toBe(`${root}/gone does not exist, so there is no aigw.yaml in it.`);
  });
});

const kinds: readonly DiagnosticKind<never>[] = Object.values(faults).filter(({ code }) => code !== 'AIGW1040');

describe('every kind of finding about files', () => {
  test.each(kinds.map((kind) => [kind.code, kind] as const))(
    '%s is raised by its bad example alone',
    async (code, kind) => {
      expect((await read(kind.examples.bad)).found.join()).toContain(code);
      rmSync(root, { recursive: true });
      mkdirSync(root);
      expect((await read(kind.examples.good)).found).toEqual([]);
    },
  );

  test('AIGW1046 is raised by a folder in the place of aigw.yaml, or a link to one', async () => {
    mkdirSync(join(root, 'aigw.yaml'));
    const codes = async () => (await files.readTexts(root, everything)).diagnostics.map(({ kind }) => kind.code);
    expect(await codes()).toEqual(['AIGW1046']);
    rmSync(join(root, 'aigw.yaml'), { recursive: true });
    layExample(root, { 'config/a.txt': '', 'aigw.yaml': { link: 'config' } });
    expect(await codes()).toEqual(['AIGW1046']);
  });

  test('AIGW1040 is raised by its bad example alone', async () => {
    layExample(root, { '.git/HEAD': '' });
    layExample(root, faults.noRepository.examples.bad);
    expect((await files.findRoot(root)).diagnostics.map(({ kind }) => kind.code)).toEqual(['AIGW1040']);
    layExample(root, faults.noRepository.examples.good);
    expect((await files.findRoot(root)).root).toBe(root);
  });
});

/** Root reads everything, so its tests of rights are done as nobody. */
async function asNobody<A>(work: () => Promise<A>): Promise<A> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

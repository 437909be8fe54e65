import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Conforming, testPlatform } from '../conformance.ts';
import { type LocalPlatform, localPlatform } from './platform.ts';

/** Runs git, and does between and afterwards what files beside it ask for, once. */
const WRAPPER = `#!/bin/sh
here=\${0%/*}
git "$@"
code=$?
case "$*" in
*commit-tree*) if [ -e "$here/meanwhile" ] && mv "$here/meanwhile" "$here/running"; then sh "$here/running"; fi ;;
*update-ref*) if [ -e "$here/lost" ] && rm "$here/lost"; then exit 1; fi ;;
esac
exit $code
`;

/** What each test begins with. */
const first = mkdtempSync(join(tmpdir(), 'aigw repository '));
let around: string;
let root: string;
let wrapper: string;

/** An environment in which nothing of the person's own settings counts but a name, if any. */
function environment(name: string | undefined): Readonly<Record<string, string | undefined>> {
  const settings = join(around, `settings of ${name}`);
  writeFileSync(settings, name === undefined ? '' : `[user]\n\tname = ${name}\n\temail = ${name}@example.com\n`);
  return { ...process.env, GIT_CONFIG_GLOBAL: settings, GIT_CONFIG_NOSYSTEM: '1', EMAIL: undefined };
}

function git(folder: string, ...args: readonly string[]): string {
  const options = { encoding: 'utf8', stdio: 'pipe', env: environment('cleo') } as const;
  return execFileSync('git', ['-C', folder, ...args], options).trim();
}

function as(name: string | undefined, folder = root): LocalPlatform {
  return localPlatform({ folder, env: environment(name) });
}

beforeAll(() => {
  around = first;
  root = join(first, 'the gateways');
  mkdirSync(join(root, 'deep'), { recursive: true });
  writeFileSync(join(first, 'git wrapper'), WRAPPER, { mode: 0o755 });
  git(first, 'init', '--quiet', '--initial-branch=main', root);
  writeFileSync(join(root, 'a.yaml'), 'a: 1\n');
  writeFileSync(join(root, 'deep/b.yaml'), 'b: 1\n');
  git(root, 'add', '.');
  git(root, 'commit', '--quiet', '--message', 'Begin');
});

afterAll(() => rmSync(first, { recursive: true }));

beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'aigw platform '));
  cpSync(first, around, { recursive: true, preserveTimestamps: true });
  root = join(around, 'the gateways');
  wrapper = join(around, 'git wrapper');
});

afterEach(() => {
  const unused = ['lost', 'meanwhile'].filter((name) => existsSync(join(around, name)));
  rmSync(around, { recursive: true });
  expect(unused).toEqual([]);
});

/** As a shell script, so that it can run while something else does. */
function pushing(branch: string, text: string): string {
  const identity = '-c user.name=Cleo -c user.email=cleo@example.com';
  return `set -e
clone="${around}/clone of ${branch.replace('/', ' ')}"
rm -rf "$clone"
git clone --quiet --branch '${branch}' "${root}" "$clone"
cd "$clone"
printf '${text.replace('\n', '\\n')}' > a.yaml
git ${identity} commit --quiet --all --message Mine
git push --quiet
`;
}

function messagesAt(ref: string): readonly unknown[] {
  const printed = git(root, 'log', '--reverse', '--format=%B%x00', ref);
  return printed.split('\0').flatMap((text) => (text.trim() === '' ? [] : [JSON.parse(text)]));
}

describe('the local repository', () => {
  testPlatform(async (): Promise<Conforming> => {
    const wrapped = (name: string | undefined) => localPlatform({ folder: root, git: wrapper, env: environment(name) });
    const ben = wrapped('ben');
    return {
      platform: wrapped('anna'),
      other: ben,
      reader: wrapped(undefined),
      logins: ['anna@example.com', 'ben@example.com'],
      push: (branch, text) => void execFileSync('sh', ['-c', pushing(branch, text)], { stdio: 'pipe' }),
      pushMeanwhile: (branch, text) => writeFileSync(join(around, 'meanwhile'), pushing(branch, text)),
      comments: (number) => {
        const last = messagesAt(`refs/aigw/requests/${number}`).at(-1);
        const { comments } = last as { readonly comments: readonly { author: string; body: string }[] };
        return comments.map(({ author, body }) => [author, body] as const);
      },
      states: (commit, context) => {
        const last = messagesAt(`refs/aigw/statuses/${commit}`).at(-1);
        const { statuses } = last as { readonly statuses: readonly { context: string; state: string }[] };
        return statuses.filter((each) => each.context === context).map(({ state }) => state);
      },
      approve: async (number) => {
        await ben.approve(number);
        return Number(git(root, 'log', '-1', '--format=%ct', `refs/aigw/requests/${number}`)) * 1000;
      },
      protect: (count) => void git(root, 'config', 'aigw.approvals', `${count}`),
      loseAnswer: () => writeFileSync(join(around, 'lost'), ''),
    };
  });
});

const change = (files: Readonly<Record<string, string | null>>, branch = 'change') => ({
  branch,
  onto: undefined,
  base: 'main',
  message: 'Change',
  files,
});

/** A change set on top of the branch that is checked out. */
const onMain = (files: Readonly<Record<string, string | null>>, folder = root) => ({
  ...change(files, 'main'),
  onto: git(folder, 'rev-parse', 'main'),
});

describe('a work tree', () => {
  test('is left alone by changes of other branches', async () => {
    writeFileSync(join(root, 'a.yaml'), 'a: mine\n');
    writeFileSync(join(root, 'deep/b.yaml'), 'b: staged\n');
    git(root, 'add', 'deep/b.yaml');
    const before = [git(root, 'status', '--porcelain'), readFileSync(join(root, '.git/index'))];
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': null }));
    expect([git(root, 'status', '--porcelain'), readFileSync(join(root, '.git/index'))]).toEqual(before);
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('a: mine\n');
  });

  test('is kept up to date with the branch that is checked out, and keeps what else was changed', async () => {
    writeFileSync(join(root, 'deep/b.yaml'), 'b: mine\n');
    utimesSync(join(root, 'a.yaml'), 1, 1);
    await as('anna').publish(onMain({ 'a.yaml': 'a: 2\n', 'new/c.yaml': 'c: 1\n' }));
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('a: 2\n');
    expect(git(root, 'status', '--porcelain')).toBe('M deep/b.yaml');
    git(root, 'checkout', '--quiet', 'deep/b.yaml');
    await as('anna').publish(onMain({ 'deep/b.yaml': null }));
    expect([existsSync(join(root, 'deep/b.yaml')), git(root, 'status', '--porcelain')]).toEqual([false, '']);
  });

  test.each([
    ['a change', 'a.yaml', () => writeFileSync(join(root, 'a.yaml'), 'a: mine\n')],
    [
      'a change for the next commit',
      'a.yaml',
      () => {
        writeFileSync(join(root, 'a.yaml'), 'a: mine\n');
        git(root, 'add', 'a.yaml');
      },
    ],
    ['a file that nobody added', 'new/c.yaml', () => lay('new/c.yaml', 'mine\n')],
    [
      'a file that Git ignores',
      'new/c.yaml',
      () => {
        lay('.git/info/exclude', 'c.yaml\n');
        lay('new/c.yaml', 'mine\n');
      },
    ],
    [
      'a file that Git ignores where a folder must be',
      'new',
      () => {
        lay('.git/info/exclude', 'new\n');
        writeFileSync(join(root, 'new'), 'mine\n');
      },
    ],
  ])('keeps %s, and nothing is done', async (_, path, lay) => {
    lay();
    const before = [git(root, 'rev-parse', 'main'), git(root, 'status', '--porcelain', '--ignored')];
    const asked = as('anna').publish(onMain({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': 'b: 2\n', 'new/c.yaml': 'c: 1\n' }));
    await expect(asked).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining(`${path} in `) });
    expect([git(root, 'rev-parse', 'main'), git(root, 'status', '--porcelain', '--ignored')]).toEqual(before);
    expect(readFileSync(join(root, 'deep/b.yaml'), 'utf8')).toBe('b: 1\n');
  });

  test('in the middle of a merge is left alone', async () => {
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    await as('anna').publish(onMain({ 'a.yaml': 'a: 3\n' }));
    expect(() => git(root, 'merge', 'change')).toThrow('Command failed');
    const before = [git(root, 'rev-parse', 'main'), git(root, 'status', '--porcelain')];
    const asked = as('anna').publish(onMain({ 'deep/b.yaml': 'b: 2\n' }));
    await expect(asked).rejects.toMatchObject({ kind: 'conflict' });
    expect([git(root, 'rev-parse', 'main'), git(root, 'status', '--porcelain')]).toEqual(before);
  });

  test('of a branch that has no commit yet gets its files', async () => {
    git(root, 'checkout', '--quiet', '--orphan', 'change');
    git(root, 'rm', '-r', '--quiet', '--force', '.');
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    expect([readFileSync(join(root, 'a.yaml'), 'utf8'), git(root, 'status', '--porcelain')]).toEqual(['a: 2\n', '']);
  });

  test('beside the first one is kept up to date too', async () => {
    const beside = join(around, 'beside it');
    git(root, 'worktree', 'add', '--quiet', '-b', 'side', beside);
    const onto = git(root, 'rev-parse', 'side');
    await as('anna').publish({ ...change({ 'a.yaml': 'a: 2\n' }, 'side'), onto });
    expect(readFileSync(join(beside, 'a.yaml'), 'utf8')).toBe('a: 2\n');
    await as('anna', beside).publish(onMain({ 'a.yaml': 'a: 3\n' }));
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('a: 3\n');
    expect([git(root, 'status', '--porcelain'), git(beside, 'status', '--porcelain')]).toEqual(['', '']);
    rmSync(beside, { recursive: true });
    await as('anna').publish({ ...change({ 'a.yaml': 'a: 4\n' }, 'side'), onto: git(root, 'rev-parse', 'side') });
    expect(await as('anna').readFile('side', 'a.yaml')).toBe('a: 4\n');
  });

  test('is not needed', async () => {
    const bare = join(around, 'bare.git');
    git(around, 'clone', '--quiet', '--bare', root, bare);
    const platform = as('anna', bare);
    expect([await platform.limits(), platform.address.project]).toEqual([[], 'bare.git']);
    const commit = (await platform.publish(change({ 'a.yaml': 'a: 2\n' }))) ?? '';
    const key = { branch: 'change', target: 'main', marker: '<!-- m -->' };
    const { number } = await platform.saveRequest(key, 'Change', '');
    expect(await platform.merge(number, commit)).toBe('merged');
    expect(git(bare, 'show', 'main:a.yaml')).toBe('a: 2');
    await platform.publish(onMain({ 'a.yaml': 'a: 3\n' }, bare));
    expect(git(bare, 'show', 'main:a.yaml')).toBe('a: 3');
  });

  function lay(path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});

describe('a merge', () => {
  const key = { branch: 'change', target: 'main', marker: '<!-- m -->' };

  async function requested(files: Readonly<Record<string, string | null>>) {
    const commit = (await as('anna').publish(change(files))) ?? '';
    const { number } = await as('anna').saveRequest(key, 'Änderung', '');
    return { commit, number };
  }

  test('goes forward where it can, and brings the work tree along', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    expect(await as('anna').merge(number, commit)).toBe('merged');
    expect([git(root, 'rev-parse', 'main'), git(root, 'status', '--porcelain')]).toEqual([commit, '']);
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('a: 2\n');
  });

  test('is a commit of two parents otherwise', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    const main = await as('anna').publish(onMain({ 'deep/b.yaml': 'b: 2\n' }));
    expect(await as('anna').merge(number, commit)).toBe('merged');
    const said = git(root, 'log', '-1', '--format=%P|%cn|%s|%b', 'main');
    expect(said).toBe(`${main} ${commit}|anna|Merge request ${number}|Änderung`);
    expect([readFileSync(join(root, 'a.yaml'), 'utf8'), git(root, 'status', '--porcelain')]).toEqual(['a: 2\n', '']);
  });

  test('waits where the two conflict', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    const main = await as('anna').publish(onMain({ 'a.yaml': 'a: 3\n' }));
    expect(await as('anna').merge(number, commit)).toBe('not-ready');
    expect([git(root, 'rev-parse', 'main'), git(root, 'status', '--porcelain')]).toEqual([main, '']);
  });

  test('does not go over what is changed in the work tree, and is done once that is away', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    writeFileSync(join(root, 'a.yaml'), 'a: mine\n');
    await expect(as('anna').merge(number, commit)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await as('anna').findRequest(key, 'open')).toMatchObject({ number, commit });
    git(root, 'checkout', '--quiet', 'a.yaml');
    expect(await as('anna').merge(number, commit)).toBe('merged');
  });

  test('that somebody made by hand counts', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    git(root, 'merge', '--quiet', '--no-ff', '--message', 'By hand', 'change');
    const main = git(root, 'rev-parse', 'main');
    expect(await as('anna').merge(number, commit)).toBe('merged');
    expect([git(root, 'rev-parse', 'main'), (await as('anna').findRequest(key, 'merged'))?.commit]).toEqual([
      main,
      commit,
    ]);
  });

  test('needs approvals of others, of what is merged', async () => {
    git(root, 'config', 'aigw.approvals', '1');
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    await expect(as('anna').approve(number)).rejects.toMatchObject({ kind: 'refused' });
    for (const name of ['ben', 'ben']) await as(name).approve(number);
    const later = (await as('anna').publish({ ...change({ 'a.yaml': 'a: 3\n' }), onto: commit })) ?? '';
    expect(await as('anna').approvals(number)).toMatchObject([{ login: 'ben@example.com', commit }]);
    expect(await as('anna').merge(number, later)).toBe('not-ready');
    await as('ben').approve(number);
    expect(await as('anna').merge(number, later)).toBe('merged');
  });
});

describe('a change set', () => {
  test('keeps modes, and replaces nothing that is no file', async () => {
    writeFileSync(join(root, 'run.sh'), 'one\n', { mode: 0o755 });
    execFileSync('ln', ['-s', 'a.yaml', join(root, 'link')]);
    git(root, 'add', '.');
    git(root, 'commit', '--quiet', '--message', 'More');
    await as('anna').publish(onMain({ 'run.sh': 'two\n' }));
    expect(statSync(join(root, 'run.sh')).mode & 0o111).toBe(0o111);
    for (const path of ['link', 'deep', 'a.yaml/c', '.git/config', '../c', '/c', 'a\0b', 'a//b'])
      await expect(as('anna').publish(change({ [path]: 'c\n' })), path).rejects.toMatchObject({ kind: 'unusable' });
    for (const path of ['link', 'deep'])
      await expect(as('anna').readFile('main', path), path).rejects.toMatchObject({ kind: 'unusable' });
    expect(await as('anna').commitOf('change')).toBeUndefined();
  });

  test('has a branch that is one', async () => {
    git(root, 'tag', 'v1');
    for (const branch of ['-d', 'a b', 'a..b', 'main~1', ''])
      await expect(as('anna').publish(change({ 'a.yaml': 'a: 2\n' }, branch)), branch).rejects.toMatchObject({
        kind: 'unusable',
      });
    for (const ref of ['-d', 'main~0', 'v1', 'HEAD', 'main:', '*', 'ma*'])
      expect([await as('anna').commitOf(ref), await as('anna').readFile(ref, 'a.yaml')]).toEqual([
        undefined,
        undefined,
      ]);
    await expect(as('anna').publish({ ...change({}), base: 'none' })).rejects.toMatchObject({ kind: 'missing' });
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    const below = as('anna').publish(change({ 'a.yaml': 'a: 2\n' }, 'change/below'));
    await expect(below).rejects.toMatchObject({ kind: 'unusable', message: expect.stringContaining('cannot create') });
  });

  test('runs no hooks', async () => {
    const ran = join(around, 'ran');
    for (const name of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-commit']) {
      const hook = join(root, '.git/hooks', name);
      writeFileSync(hook, `#!/bin/sh\ntouch "${ran}"\nexit 1\n`, { mode: 0o755 });
    }
    await as('anna').publish(onMain({ 'a.yaml': 'a: 2\n' }));
    expect([readFileSync(join(root, 'a.yaml'), 'utf8'), existsSync(ran)]).toEqual(['a: 2\n', false]);
    expect(() => git(root, 'branch', 'other')).toThrow('Command failed');
    expect(existsSync(ran)).toBe(true);
  });

  test('goes where the folder says, whatever runs us', async () => {
    const other = join(around, 'other');
    git(around, 'init', '--quiet', other);
    const env = { ...environment('anna'), GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, 'index') };
    const platform = localPlatform({ folder: join(root, 'deep'), env });
    await platform.publish(onMain({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': null }));
    expect([git(root, 'status', '--porcelain'), existsSync(join(root, 'deep/b.yaml'))]).toEqual(['', false]);
    expect(existsSync(join(other, 'index'))).toBe(false);
  });
});

describe('several at once', () => {
  test('make one request and one comment each, and lose nothing of the others', async () => {
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    const key = { branch: 'change', target: 'main', marker: '<!-- m -->' };
    const names = ['anna', 'ben', 'cleo', 'dan'];
    const made = await Promise.all(names.map((name) => as(name).saveRequest(key, 'Change', '')));
    expect(new Set(made.map(({ number }) => number))).toEqual(new Set([1]));
    await Promise.all(names.map((name) => as(name).keepComment(1, key.marker, name)));
    const last = messagesAt('refs/aigw/requests/1').at(-1) as { readonly comments: readonly { author: string }[] };
    const authors = last.comments.map(({ author }) => author).toSorted();
    expect(authors).toEqual(names.map((name) => `${name}@example.com`));
  });
});

describe('tells', () => {
  test.each([
    ['that nobody is named', () => as(undefined), 'git config user.name'],
    ['that there is no repository', () => as('anna', around), 'not a git repository'],
    ['that there is no folder', () => as('anna', join(around, 'none')), 'cannot change to'],
    ['that there is no Git', () => localPlatform({ folder: root, git: join(around, 'none') }), 'Install Git'],
    ['that Git is old', () => old(), 'older than 2.38'],
  ])('%s', async (_, platform, expected) => {
    expect(await platform().limits()).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    ['a request', (platform: LocalPlatform) => platform.approvals(7)],
    ['a branch of a request', (platform: LocalPlatform) => platform.saveRequest(nowhere, 'Change', '')],
    ['a commit', (platform: LocalPlatform) => platform.setStatus('0'.repeat(40), status)],
  ])('that %s is missing', async (_, ask) => {
    await expect(ask(as('anna'))).rejects.toMatchObject({ kind: 'missing' });
  });

  test('that a record is none of ours', async () => {
    git(root, 'update-ref', 'refs/aigw/requests/1', 'main');
    await expect(as('anna').approvals(1)).rejects.toMatchObject({ kind: 'unusable' });
  });

  const nowhere = { branch: 'none', target: 'main', marker: '<!-- m -->' };
  const status = { context: 'aigw', state: 'success', description: '', url: undefined } as const;

  function old(): LocalPlatform {
    const program = join(around, 'old git');
    const lines = ['#!/bin/sh', 'case "$*" in *version*) echo "git version 2.30.2" ;; *) git "$@" ;; esac', ''];
    writeFileSync(program, lines.join('\n'), { mode: 0o755 });
    return localPlatform({ folder: root, git: program, env: environment('anna') });
  }
});

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localPlatform } from './platform.ts';
import { change, useRepository } from './testing/repository.ts';

const { around, as, environment, git, lay, onMain, root } = useRepository();

describe('a work tree', () => {
  test('is left alone by changes of other branches', async () => {
    writeFileSync(join(root(), 'a.yaml'), 'a: mine\n');
    writeFileSync(join(root(), 'deep/b.yaml'), 'b: staged\n');
    git(root(), 'add', 'deep/b.yaml');
    const before = [git(root(), 'status', '--porcelain'), readFileSync(join(root(), '.git/index'))];
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': null }));
    expect([git(root(), 'status', '--porcelain'), readFileSync(join(root(), '.git/index'))]).toEqual(before);
    expect(readFileSync(join(root(), 'a.yaml'), 'utf8')).toBe('a: mine\n');
  });

  test('is kept up to date with the branch that is checked out, and keeps what else was changed', async () => {
    writeFileSync(join(root(), 'deep/b.yaml'), 'b: mine\n');
    utimesSync(join(root(), 'a.yaml'), 1, 1);
    await as('anna').publish(onMain({ 'a.yaml': 'a: 2\n', 'new/c.yaml': 'c: 1\n' }));
    expect(readFileSync(join(root(), 'a.yaml'), 'utf8')).toBe('a: 2\n');
    expect(git(root(), 'status', '--porcelain')).toBe('M deep/b.yaml');
    git(root(), 'checkout', '--quiet', 'deep/b.yaml');
    await as('anna').publish(onMain({ 'deep/b.yaml': null }));
    expect([existsSync(join(root(), 'deep/b.yaml')), git(root(), 'status', '--porcelain')]).toEqual([false, '']);
  });

  test.each([
    ['a change', 'a.yaml', () => writeFileSync(join(root(), 'a.yaml'), 'a: mine\n')],
    [
      'a change for the next commit',
      'a.yaml',
      () => {
        writeFileSync(join(root(), 'a.yaml'), 'a: mine\n');
        git(root(), 'add', 'a.yaml');
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
        writeFileSync(join(root(), 'new'), 'mine\n');
      },
    ],
  ])('keeps %s, and nothing is done', async (_, path, act) => {
    act();
    const before = [git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain', '--ignored')];
    const asked = as('anna').publish(onMain({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': 'b: 2\n', 'new/c.yaml': 'c: 1\n' }));
    await expect(asked).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining(`${path} in `) });
    expect([git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain', '--ignored')]).toEqual(before);
    expect(readFileSync(join(root(), 'deep/b.yaml'), 'utf8')).toBe('b: 1\n');
  });

  test.each([
    ['a file of it', 'ulimit -f 4', { 'a.yaml': 'a: 2\n'.repeat(1000), 'new/c.yaml': 'c: 1\n'.repeat(1000) }],
    ['an object', 'ulimit -f 0', { 'a.yaml': 'a: 2\n' }],
  ])('is as it was where there is no room for %s', async (_, limit, files) => {
    const program = join(around(), 'small git');
    writeFileSync(program, `#!/bin/sh\ntrap '' XFSZ\n${limit}\nexec git "$@"\n`, { mode: 0o755 });
    const before = [git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain')];
    const small = localPlatform({ folder: root(), git: program, env: environment('anna') });
    await expect(small.publish(onMain(files))).rejects.toMatchObject({
      kind: 'refused',
      help: expect.stringContaining('Make room'),
    });
    expect([git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain')]).toEqual(before);
    expect([readFileSync(join(root(), 'a.yaml'), 'utf8'), existsSync(join(root(), 'new/c.yaml'))]).toEqual([
      'a: 1\n',
      false,
    ]);
  });

  test('tells by what Git was ended', async () => {
    const program = join(around(), 'ended git');
    writeFileSync(program, '#!/bin/sh\nkill -XFSZ $$\n', { mode: 0o755 });
    const ended = localPlatform({ folder: root(), git: program, env: environment('anna') });
    const message = 'git for-each-ref was ended by SIGXFSZ.';
    await expect(ended.commitOf('main')).rejects.toMatchObject({ kind: 'unusable', message });
  });

  test('in the middle of a merge is left alone', async () => {
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    await as('anna').publish(onMain({ 'a.yaml': 'a: 3\n' }));
    expect(() => git(root(), 'merge', 'change')).toThrow('Command failed');
    const before = [git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain')];
    const asked = as('anna').publish(onMain({ 'deep/b.yaml': 'b: 2\n' }));
    await expect(asked).rejects.toMatchObject({ kind: 'conflict' });
    expect([git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain')]).toEqual(before);
  });

  test('of a branch that has no commit yet gets its files', async () => {
    git(root(), 'checkout', '--quiet', '--orphan', 'change');
    git(root(), 'rm', '-r', '--quiet', '--force', '.');
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    expect([readFileSync(join(root(), 'a.yaml'), 'utf8'), git(root(), 'status', '--porcelain')]).toEqual([
      'a: 2\n',
      '',
    ]);
  });

  test('beside the first one is kept up to date too', async () => {
    const beside = join(around(), 'beside it');
    git(root(), 'worktree', 'add', '--quiet', '-b', 'side', beside);
    const onto = git(root(), 'rev-parse', 'side');
    await as('anna').publish({ ...change({ 'a.yaml': 'a: 2\n' }, 'side'), onto });
    expect(readFileSync(join(beside, 'a.yaml'), 'utf8')).toBe('a: 2\n');
    await as('anna', beside).publish(onMain({ 'a.yaml': 'a: 3\n' }));
    expect(readFileSync(join(root(), 'a.yaml'), 'utf8')).toBe('a: 3\n');
    expect([git(root(), 'status', '--porcelain'), git(beside, 'status', '--porcelain')]).toEqual(['', '']);
    rmSync(beside, { recursive: true });
    await as('anna').publish({ ...change({ 'a.yaml': 'a: 4\n' }, 'side'), onto: git(root(), 'rev-parse', 'side') });
    expect(await as('anna').readFile('side', 'a.yaml')).toBe('a: 4\n');
  });

  test('is not needed', async () => {
    const bare = join(around(), 'bare.git');
    git(around(), 'clone', '--quiet', '--bare', root(), bare);
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
});

describe('a change set', () => {
  test('keeps modes, and replaces nothing that is no file', async () => {
    writeFileSync(join(root(), 'run.sh'), 'one\n', { mode: 0o755 });
    execFileSync('ln', ['-s', 'a.yaml', join(root(), 'link')]);
    git(root(), 'add', '.');
    git(root(), 'commit', '--quiet', '--message', 'More');
    await as('anna').publish(onMain({ 'run.sh': 'two\n' }));
    expect(statSync(join(root(), 'run.sh')).mode & 0o111).toBe(0o111);
    for (const path of ['link', 'deep', 'a.yaml/c', '.git/config', '../c', '/c', 'a\0b', 'a//b'])
      await expect(as('anna').publish(change({ [path]: 'c\n' })), path).rejects.toMatchObject({ kind: 'unusable' });
    for (const path of ['link', 'deep'])
      await expect(as('anna').readFile('main', path), path).rejects.toMatchObject({ kind: 'unusable' });
    expect(await as('anna').commitOf('change')).toBeUndefined();
  });

  test('has a branch that is one', async () => {
    git(root(), 'tag', 'v1');
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
    const ran = join(around(), 'ran');
    for (const name of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-commit']) {
      const hook = join(root(), '.git/hooks', name);
      writeFileSync(hook, `#!/bin/sh\ntouch "${ran}"\nexit 1\n`, { mode: 0o755 });
    }
    await as('anna').publish(onMain({ 'a.yaml': 'a: 2\n' }));
    expect([readFileSync(join(root(), 'a.yaml'), 'utf8'), existsSync(ran)]).toEqual(['a: 2\n', false]);
    expect(() => git(root(), 'branch', 'other')).toThrow('Command failed');
    expect(existsSync(ran)).toBe(true);
  });

  test('goes where the folder says, whatever runs us', async () => {
    const other = join(around(), 'other');
    git(around(), 'init', '--quiet', other);
    const env = { ...environment('anna'), GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, 'index') };
    const platform = localPlatform({ folder: join(root(), 'deep'), env });
    await platform.publish(onMain({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': null }));
    expect([git(root(), 'status', '--porcelain'), existsSync(join(root(), 'deep/b.yaml'))]).toEqual(['', false]);
    expect(existsSync(join(other, 'index'))).toBe(false);
  });
});

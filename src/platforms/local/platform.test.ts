import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Conforming, testPlatform } from '../conformance.ts';
import { type LocalPlatform, localPlatform } from './platform.ts';
import { change, useRepository } from './testing/repository.ts';

const { around, as, environment, git, onMain, pushing, recordsAt, root, wrapper } = useRepository();

describe('the local repository', () => {
  testPlatform(async (): Promise<Conforming> => {
    const wrapped = (name: string | undefined) =>
      localPlatform({ folder: root(), git: wrapper(), env: environment(name) });
    const ben = wrapped('ben');
    return {
      platform: wrapped('anna'),
      other: ben,
      reader: wrapped(undefined),
      logins: ['anna@example.com', 'ben@example.com'],
      push: (branch, text) => void execFileSync('sh', ['-c', pushing(branch, text)], { stdio: 'pipe' }),
      pushMeanwhile: (branch, text) => writeFileSync(join(around(), 'meanwhile'), pushing(branch, text)),
      comments: (number) => {
        const last = recordsAt(`refs/aigw/requests/${number}`).at(-1);
        const { comments } = last as { readonly comments: readonly { author: string; body: string }[] };
        return comments.map(({ author, body }) => [author, body] as const);
      },
      states: (commit, context) => {
        const last = recordsAt(`refs/aigw/statuses/${commit}`).at(-1);
        const { statuses } = last as { readonly statuses: readonly { context: string; state: string }[] };
        return statuses.filter((each) => each.context === context).map(({ state }) => state);
      },
      approve: async (number) => {
        const env = { ...environment('ben'), GIT_COMMITTER_DATE: '@1800000000 +0000' };
        await localPlatform({ folder: root(), git: wrapper(), env }).approve(number);
        return 1_800_000_000_000;
      },
      protect: (count) => void git(root(), 'config', 'aigw.approvals', `${count}`),
      loseAnswer: () => writeFileSync(join(around(), 'lost'), ''),
    };
  });
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
    expect([git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain')]).toEqual([commit, '']);
    expect(readFileSync(join(root(), 'a.yaml'), 'utf8')).toBe('a: 2\n');
  });

  test('is a commit of two parents otherwise', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    const main = await as('anna').publish(onMain({ 'deep/b.yaml': 'b: 2\n' }));
    expect(await as('anna').merge(number, commit)).toBe('merged');
    const said = git(root(), 'log', '-1', '--format=%P|%cn|%s|%b', 'main');
    expect(said).toBe(`${main} ${commit}|anna|Merge request ${number}|Änderung`);
    expect([readFileSync(join(root(), 'a.yaml'), 'utf8'), git(root(), 'status', '--porcelain')]).toEqual([
      'a: 2\n',
      '',
    ]);
  });

  test('waits where the two conflict', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    const main = await as('anna').publish(onMain({ 'a.yaml': 'a: 3\n' }));
    expect(await as('anna').merge(number, commit)).toBe('not-ready');
    expect([git(root(), 'rev-parse', 'main'), git(root(), 'status', '--porcelain')]).toEqual([main, '']);
  });

  test('does not go over what is changed in the work tree, and is done once that is away', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    writeFileSync(join(root(), 'a.yaml'), 'a: mine\n');
    await expect(as('anna').merge(number, commit)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await as('anna').findRequest(key, 'open')).toMatchObject({ number, commit });
    git(root(), 'checkout', '--quiet', 'a.yaml');
    expect(await as('anna').merge(number, commit)).toBe('merged');
  });

  test('that somebody made by hand counts', async () => {
    const { commit, number } = await requested({ 'a.yaml': 'a: 2\n' });
    git(root(), 'merge', '--quiet', '--no-ff', '--message', 'By hand', 'change');
    const main = git(root(), 'rev-parse', 'main');
    expect(await as('anna').merge(number, commit)).toBe('merged');
    expect([git(root(), 'rev-parse', 'main'), (await as('anna').findRequest(key, 'merged'))?.commit]).toEqual([
      main,
      commit,
    ]);
  });

  test('needs approvals of others, of what is merged', async () => {
    git(root(), 'config', 'aigw.approvals', '1');
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

describe('several at once', () => {
  test('make one request and one comment each, and lose nothing of the others', async () => {
    await as('anna').publish(change({ 'a.yaml': 'a: 2\n' }));
    const key = { branch: 'change', target: 'main', marker: '<!-- m -->' };
    const names = ['anna', 'ben', 'cleo', 'dan'];
    const made = await Promise.all(names.map((name) => as(name).saveRequest(key, 'Change', '')));
    expect(new Set(made.map(({ number }) => number))).toEqual(new Set([1]));
    await Promise.all(names.map((name) => as(name).keepComment(1, key.marker, name)));
    const last = recordsAt('refs/aigw/requests/1').at(-1) as { readonly comments: readonly { author: string }[] };
    const authors = last.comments.map(({ author }) => author).toSorted();
    expect(authors).toEqual(names.map((name) => `${name}@example.com`));
  });
});

describe('tells', () => {
  test.each([
    ['that nobody is named', () => as(undefined), 'git config user.name'],
    ['that there is no repository', () => as('anna', around()), 'not a git repository'],
    ['that there is no folder', () => as('anna', join(around(), 'none')), 'cannot change to'],
    ['that there is no Git', () => localPlatform({ folder: root(), git: join(around(), 'none') }), 'Install Git'],
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
    git(root(), 'update-ref', 'refs/aigw/requests/1', 'main');
    await expect(as('anna').approvals(1)).rejects.toMatchObject({ kind: 'unusable' });
  });

  const nowhere = { branch: 'none', target: 'main', marker: '<!-- m -->' };
  const status = { context: 'aigw', state: 'success', description: '', url: undefined } as const;

  function old(): LocalPlatform {
    const program = join(around(), 'old git');
    const lines = ['#!/bin/sh', 'case "$*" in *version*) echo "git version 2.30.2" ;; *) git "$@" ;; esac', ''];
    writeFileSync(program, lines.join('\n'), { mode: 0o755 });
    return localPlatform({ folder: root(), git: program, env: environment('anna') });
  }
});

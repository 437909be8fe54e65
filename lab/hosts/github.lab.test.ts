// The fake GitHub, asked by GitHub's own client.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGithub } from '../fakes/git-hosts/github.ts';
import { type Project, startProject, type Token } from '../fakes/git-hosts/project.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';

const where = { owner: 'shop', repo: 'gateways' };
const tokens: readonly Token[] = [
  { value: 'of-anna', account: { id: 1, login: 'anna' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-ben', account: { id: 2, login: 'ben' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-reader', account: { id: 3, login: 'reader' }, scope: 'read', role: 'read', kind: 'personal' },
  { value: 'of-stranger', account: { id: 4, login: 'stranger' }, scope: 'none', role: 'read', kind: 'personal' },
];

let project: Project;
let host: FakeHost;
let anna: Octokit;

function clientOf(name: string): Octokit {
  return new Octokit({ auth: `of-${name}`, baseUrl: host.url, log: SILENT });
}

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

beforeAll(async () => {
  // The first start reads the description, which is large.
  const first = await projectOf();
  await (await startGithub(first)).stop();
  await first.stop();
});

beforeEach(async () => {
  project = await projectOf();
  host = await startGithub(project, '/api/v3');
  anna = clientOf('anna');
});

afterEach(async () => {
  await host.stop();
  await project.stop();
});

function projectOf(): Promise<Project> {
  return startProject({
    owner: 'shop',
    name: 'gateways',
    tokens,
    files: { 'a.yaml': 'a: 1\n', 'deep/b.yaml': 'b: 1\n' },
  });
}

/** A commit on top of a branch, as a new branch or on the same; what a client does to publish a change. */
async function publish(text: string, branch: string, onto = 'main'): Promise<string> {
  const { data: ref } = await anna.git.getRef({ ...where, ref: `heads/${onto}` });
  const { data: parent } = await anna.git.getCommit({ ...where, commit_sha: ref.object.sha });
  const { data: blob } = await anna.git.createBlob({ ...where, content: text, encoding: 'utf-8' });
  const entry = { path: 'a.yaml', mode: '100644', type: 'blob', sha: blob.sha } as const;
  const { data: tree } = await anna.git.createTree({ ...where, base_tree: parent.tree.sha, tree: [entry] });
  const message = { message: 'Change a', tree: tree.sha, parents: [parent.sha] };
  const { data: commit } = await anna.git.createCommit({ ...where, ...message });
  if (onto === branch) await anna.git.updateRef({ ...where, ref: `heads/${branch}`, sha: commit.sha });
  else await anna.git.createRef({ ...where, ref: `refs/heads/${branch}`, sha: commit.sha });
  return commit.sha;
}

async function textAt(ref: string): Promise<string> {
  const { data } = await anna.repos.getContent({ ...where, path: 'a.yaml', ref });
  if (Array.isArray(data) || data.type !== 'file') throw new Error('no file');
  return Buffer.from(data.content, 'base64').toString('utf8');
}

function opened(head = 'change') {
  return anna.pulls.create({ ...where, head, base: 'main', title: 'Change a', body: '<!-- aigw -->' });
}

test('takes a change from a branch to a merge, as GitHub describes it', async () => {
  const sha = await publish('a: 2\n', 'change');
  expect([await textAt('change'), await textAt('main')]).toEqual(['a: 2\n', 'a: 1\n']);
  const { data: pull } = await opened();
  expect(pull).toMatchObject({ number: 1, state: 'open', head: { sha }, mergeable_state: 'clean' });
  const { data: found } = await anna.pulls.list({ ...where, head: 'shop:change', base: 'main' });
  expect(found.map(({ number, body }) => [number, body])).toEqual([[1, '<!-- aigw -->']]);
  const { data: comment } = await anna.issues.createComment({ ...where, issue_number: 1, body: 'first' });
  await anna.issues.updateComment({ ...where, comment_id: comment.id, body: 'second' });
  const { data: comments } = await anna.issues.listComments({ ...where, issue_number: 1 });
  expect(comments.map(({ body, user }) => [body, user?.login])).toEqual([['second', 'anna']]);
  await anna.repos.createCommitStatus({ ...where, sha, state: 'success', context: 'aigw' });
  const { data: combined } = await anna.repos.getCombinedStatusForRef({ ...where, ref: sha });
  expect(combined).toMatchObject({ state: 'success', statuses: [{ context: 'aigw' }] });
  await clientOf('ben').pulls.createReview({ ...where, pull_number: 1, event: 'APPROVE' });
  const { data: reviews } = await anna.pulls.listReviews({ ...where, pull_number: 1 });
  expect(reviews.map(({ state, user }) => [state, user?.login])).toEqual([['APPROVED', 'ben']]);
  const { data: merged } = await anna.pulls.merge({ ...where, pull_number: 1, sha });
  expect(merged.merged).toBe(true);
  expect(await textAt('main')).toBe('a: 2\n');
  expect((await anna.pulls.get({ ...where, pull_number: 1 })).data).toMatchObject({ state: 'closed', merged: true });
  expect(host.breaches).toEqual([]);
});

test('tells who asks, and what they may do', async () => {
  expect((await anna.users.getAuthenticated()).data.login).toBe('anna');
  expect((await anna.repos.get(where)).data.permissions).toMatchObject({ push: true, admin: false });
  expect((await clientOf('reader').repos.get(where)).data.permissions).toMatchObject({ push: false, pull: true });
  expect(host.breaches).toEqual([]);
});

test('holds a real repository, which others push to between two calls', async () => {
  await publish('a: 2\n', 'change');
  const clone = join(project.folder, 'clone');
  mkdirSync(clone);
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: clone, encoding: 'utf8', stdio: 'pipe' });
  git('clone', '--quiet', '--branch', 'change', project.repository.folder, '.');
  writeFileSync(join(clone, 'a.yaml'), 'a: 3\n');
  git('-c', 'user.name=Cleo', '-c', 'user.email=cleo@example.com', 'commit', '--quiet', '--all', '--message', 'Mine');
  git('push', '--quiet');
  expect(await textAt('change')).toBe('a: 3\n');
  const { data: main } = await anna.git.getRef({ ...where, ref: 'heads/main' });
  const behind = anna.git.updateRef({ ...where, ref: 'heads/change', sha: main.object.sha });
  await expect(behind).rejects.toMatchObject({ status: 422, message: expect.stringContaining('not a fast forward') });
  await anna.git.updateRef({ ...where, ref: 'heads/change', sha: main.object.sha, force: true });
  expect(await textAt('change')).toBe('a: 1\n');
});

describe('refuses', () => {
  beforeEach(() => publish('a: 2\n', 'change'));

  test.each([
    ['a branch that is there', 422, 'Reference already exists', () => publish('a: 3\n', 'change')],
    ['a file that is not', 404, 'Not Found', () => anna.repos.getContent({ ...where, path: 'c.yaml' })],
    ['a branch that is not', 404, 'Not Found', () => anna.git.getRef({ ...where, ref: 'heads/none' })],
    ['what is nobody’s to see', 404, 'Not Found', () => clientOf('stranger').repos.get(where)],
    ['an unknown token', 401, 'Bad credentials', () => clientOf('nobody').repos.get(where)],
    ['readers who write', 403, 'not accessible', () => clientOf('reader').git.createBlob({ ...where, content: 'a' })],
    ['a request for a branch that is not', 422, 'Validation Failed', () => opened('none')],
    ['a request without commits', 422, 'No commits between', () => opened('main')],
    ['a second request', 422, 'already exists', async () => [await opened(), await opened()]],
    [
      'a body that is too long',
      422,
      'too long',
      async () => {
        await opened();
        await anna.issues.createComment({ ...where, issue_number: 1, body: 'x'.repeat(65_537) });
      },
    ],
    [
      'approval by oneself',
      422,
      'Can not approve',
      async () => {
        await opened();
        await anna.pulls.createReview({ ...where, pull_number: 1, event: 'APPROVE' });
      },
    ],
  ] as const)('%s', async (_, status, message, ask) => {
    const error = (await Promise.resolve(ask()).catch((reason: unknown) => reason)) as Error & {
      readonly status: number;
    };
    expect([error.status, error.message]).toEqual([status, expect.stringContaining(message)]);
    expect(host.breaches).toEqual([]);
  });
});

describe('merges', () => {
  const mergeIt = (sha?: string) =>
    anna.pulls.merge({ ...where, pull_number: 1, ...(sha === undefined ? {} : { sha }) });

  test('nothing that has moved since', async () => {
    const sha = await publish('a: 2\n', 'change');
    await opened();
    await publish('a: 3\n', 'change', 'change');
    await expect(mergeIt(sha)).rejects.toMatchObject({ status: 409 });
  });

  test('nothing that conflicts', async () => {
    await publish('a: 2\n', 'change');
    await opened();
    await publish('a: 3\n', 'main', 'main');
    expect((await anna.pulls.get({ ...where, pull_number: 1 })).data.mergeable_state).toBe('dirty');
    await expect(mergeIt()).rejects.toMatchObject({ status: 405 });
  });

  test('what is protected, once its statuses and approvals are there', async () => {
    project.protection = { statuses: ['aigw'], approvals: 1 };
    const sha = await publish('a: 2\n', 'change');
    await opened();
    await expect(mergeIt(sha)).rejects.toMatchObject({ status: 405 });
    await anna.repos.createCommitStatus({ ...where, sha, state: 'success', context: 'aigw' });
    await expect(mergeIt(sha)).rejects.toMatchObject({ status: 405 });
    await clientOf('ben').pulls.createReview({ ...where, pull_number: 1, event: 'APPROVE' });
    expect((await mergeIt(sha)).data.merged).toBe(true);
  });
});

test('lists page by page', async () => {
  await publish('a: 2\n', 'change');
  await opened();
  for (let count = 0; count < 5; count++) {
    await anna.issues.createComment({ ...where, issue_number: 1, body: `${count}` });
  }
  const options = { ...where, issue_number: 1, per_page: 2 };
  const all = await anna.paginate(anna.issues.listComments, options);
  expect(all.map(({ body }) => body)).toEqual(['0', '1', '2', '3', '4']);
  expect((await anna.issues.listComments(options)).headers.link).toContain('rel="next"');
});

test.each([
  ['an operation that is not there', 'PUT', '/user', {}, 'there is no such operation'],
  ['a parameter that is not there', 'GET', '/repos/shop/gateways/pulls?branch=main', undefined, 'no parameter branch'],
  ['a value that is not allowed', 'GET', '/repos/shop/gateways/pulls?state=merged', undefined, 'allowed values'],
  ['a field that is not there', 'POST', '/repos/shop/gateways/git/blobs', { content: '', text: '' }, 'no field text'],
  ['a field that lacks', 'POST', '/repos/shop/gateways/git/refs', { ref: 'refs/heads/x' }, "property 'sha'"],
  ['a field of another type', 'POST', '/repos/shop/gateways/git/blobs', { content: 1 }, 'must be string'],
])('tells of %s', async (_, method, path, body, expected) => {
  const headers = { authorization: 'Bearer of-anna' };
  await fetch(`${host.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  expect(host.breaches).toEqual([expect.stringContaining(expected)]);
});

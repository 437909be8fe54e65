// The fake GitLab, asked by the client that most TypeScript programs use for it.
import { Gitlab } from '@gitbeaker/rest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGitlab } from '../fakes/git-hosts/gitlab.ts';
import { type Project, startProject, type Token } from '../fakes/git-hosts/project.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';

const id = 'shop/gateways';
const tokens: readonly Token[] = [
  { value: 'of-anna', account: { id: 1, login: 'anna' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-ben', account: { id: 2, login: 'ben' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-reader', account: { id: 3, login: 'reader' }, scope: 'write', role: 'read', kind: 'personal' },
  { value: 'of-looker', account: { id: 4, login: 'looker' }, scope: 'read', role: 'write', kind: 'personal' },
  { value: 'of-job', account: { id: 1, login: 'anna' }, scope: 'write', role: 'write', kind: 'job' },
];

let project: Project;
let host: FakeHost;
let anna: InstanceType<typeof Gitlab>;

function clientOf(name: string): InstanceType<typeof Gitlab> {
  return new Gitlab({ host: host.url.replace('/api/v4', ''), token: `of-${name}` });
}

beforeEach(async () => {
  project = await startProject({
    owner: 'shop',
    name: 'gateways',
    tokens,
    files: { 'a.yaml': 'a: 1\n', 'deep/b.yaml': 'b: 1\n' },
  });
  // As companies serve it below a path of their site.
  host = await startGitlab(project, '/gitlab/api/v4');
  anna = clientOf('anna');
});

afterEach(async () => {
  await host.stop();
  await project.stop();
});

async function publish(content: string, branch: string, startBranch?: string): Promise<string> {
  const actions = [{ action: 'update', filePath: 'a.yaml', content }] as const;
  const options = startBranch === undefined ? {} : { startBranch };
  return (await anna.Commits.create(id, branch, 'Change a', [...actions], options)).id;
}

async function textAt(ref: string): Promise<string> {
  const file = await anna.RepositoryFiles.show(id, 'a.yaml', ref);
  return Buffer.from(file.content, 'base64').toString('utf8');
}

const opened = (source = 'change') =>
  anna.MergeRequests.create(id, source, 'main', 'Change a', { description: '<!-- aigw -->' });

test('takes a change from a branch to a merge, as GitLab documents it', async () => {
  const sha = await publish('a: 2\n', 'change', 'main');
  expect([await textAt('change'), await textAt('main')]).toEqual(['a: 2\n', 'a: 1\n']);
  expect(await opened()).toMatchObject({ iid: 1, state: 'opened', sha, detailed_merge_status: 'mergeable' });
  const query = { projectId: id, sourceBranch: 'change', targetBranch: 'main', state: 'opened' } as const;
  const found = await anna.MergeRequests.all(query);
  expect(found.map(({ iid, description }) => [iid, description])).toEqual([[1, '<!-- aigw -->']]);
  const note = await anna.MergeRequestNotes.create(id, 1, 'first');
  await anna.MergeRequestNotes.edit(id, 1, note.id, { body: 'second' });
  const notes = await anna.MergeRequestNotes.all(id, 1);
  expect(notes.map(({ body, author }) => [body, author.username])).toEqual([['second', 'anna']]);
  await anna.Commits.editStatus(id, sha, 'success', { name: 'aigw' });
  const statuses = await anna.Commits.allStatuses(id, sha);
  expect(statuses.map(({ name, status }) => [name, status])).toEqual([['aigw', 'success']]);
  await clientOf('ben').MergeRequestApprovals.approve(id, 1, { sha });
  const headers = { 'private-token': 'of-anna' };
  const approvals = await (await fetch(`${host.url}/projects/77/merge_requests/1/approvals`, { headers })).json();
  expect(approvals).toMatchObject({ approved: true, approved_by: [{ user: { username: 'ben' } }] });
  expect(await anna.MergeRequests.accept(id, 1, { sha })).toMatchObject({ state: 'merged' });
  expect(await textAt('main')).toBe('a: 2\n');
  expect(host.breaches).toEqual([]);
});

test('tells who asks, and what they may do', async () => {
  expect((await anna.Users.showCurrentUser()).username).toBe('anna');
  expect((await clientOf('looker').PersonalAccessTokens.show()).scopes).toEqual(['read_api']);
  const { permissions } = await clientOf('reader').Projects.show(id);
  expect(permissions).toMatchObject({ project_access: { access_level: 20 } });
  expect(host.breaches).toEqual([]);
});

test('does all actions of a commit, or none', async () => {
  const actions = [
    { action: 'create', filePath: 'c.yaml', content: 'c: 1\n' },
    { action: 'move', filePath: 'moved.yaml', previousPath: 'deep/b.yaml' },
    { action: 'delete', filePath: 'a.yaml' },
  ] as const;
  await anna.Commits.create(id, 'all', 'Change all', [...actions], { startBranch: 'main' });
  const commit = project.repository.commitOf('all')?.sha ?? '';
  const holds = ['a.yaml', 'c.yaml', 'moved.yaml', 'deep/b.yaml'].filter((path) =>
    project.repository.fileAt(commit, path),
  );
  expect(holds).toEqual(['c.yaml', 'moved.yaml']);
  const wrong = [...actions, { action: 'create', filePath: 'moved.yaml', content: '' }, actions[2]] as const;
  await expect(anna.Commits.create(id, 'all', 'Again', [...wrong])).rejects.toThrow('already exists');
  expect(project.repository.commitOf('all')?.sha).toBe(commit);
});

test('sees who changed a file meanwhile', async () => {
  const { last_commit_id: seen } = await anna.RepositoryFiles.show(id, 'a.yaml', 'main');
  await publish('a: 2\n', 'main');
  const action = { action: 'update', filePath: 'a.yaml', content: 'a: 3\n', lastCommitId: String(seen) } as const;
  await expect(anna.Commits.create(id, 'main', 'Late', [action])).rejects.toThrow('has changed');
  expect(await textAt('main')).toBe('a: 2\n');
});

describe('refuses', () => {
  beforeEach(() => publish('a: 2\n', 'change', 'main'));

  test.each([
    ['a branch that is there', 400, () => publish('a: 3\n', 'change', 'main')],
    ['a branch that is not', 400, () => publish('a: 3\n', 'none')],
    ['a file that is not', 404, () => anna.RepositoryFiles.show(id, 'c.yaml', 'main')],
    ['another project', 404, () => anna.Projects.show('shop/others')],
    ['an unknown token', 401, () => clientOf('nobody').Projects.show(id)],
    ['a token that may only read', 403, () => clientOf('looker').Branches.create(id, 'x', 'main')],
    ['who may only read', 403, () => clientOf('reader').Branches.create(id, 'x', 'main')],
    ['a second request', 409, async () => [await opened(), await opened()]],
    [
      'a note that is too long',
      400,
      async () => [await opened(), await anna.MergeRequestNotes.create(id, 1, 'x'.repeat(1_000_001))],
    ],
    ['approval by oneself', 401, async () => [await opened(), await anna.MergeRequestApprovals.approve(id, 1)]],
  ] as const)('%s', async (_, status, ask) => {
    const error = (await Promise.resolve(ask()).catch((reason: unknown) => reason)) as {
      readonly cause: { readonly response: Response };
    };
    expect(error.cause.response.status).toBe(status);
    expect(host.breaches).toEqual([]);
  });

  test('almost everything to the token of a job', async () => {
    const job = new Gitlab({ host: host.url.replace('/api/v4', ''), jobToken: 'of-job' });
    await expect(job.MergeRequests.all({ projectId: id })).rejects.toThrow('401');
    expect((await fetch(`${host.url}/job`, { headers: { 'job-token': 'of-job' } })).status).toBe(200);
  });
});

describe('merges', () => {
  const statusOf = async (asked: Promise<unknown>) =>
    ((await asked.catch((reason: unknown) => reason)) as { readonly cause?: { readonly response: Response } }).cause
      ?.response.status;

  test('nothing that has moved since', async () => {
    const sha = await publish('a: 2\n', 'change', 'main');
    await opened();
    await publish('a: 3\n', 'change');
    expect(await statusOf(anna.MergeRequests.accept(id, 1, { sha }))).toBe(409);
  });

  test('nothing that conflicts', async () => {
    await publish('a: 2\n', 'change', 'main');
    await opened();
    await publish('a: 3\n', 'main');
    expect(await anna.MergeRequests.show(id, 1)).toMatchObject({
      detailed_merge_status: 'conflict',
      has_conflicts: true,
    });
    expect(await statusOf(anna.MergeRequests.accept(id, 1))).toBe(422);
  });

  test('when its statuses are there, if it was told to', async () => {
    project.protection = { statuses: ['aigw'], approvals: 0 };
    const sha = await publish('a: 2\n', 'change', 'main');
    await opened();
    expect(await statusOf(anna.MergeRequests.accept(id, 1, { sha }))).toBe(405);
    expect(await anna.MergeRequests.accept(id, 1, { sha, autoMerge: true } as never)).toMatchObject({
      state: 'opened',
    });
    await anna.Commits.editStatus(id, sha, 'success', { name: 'aigw' });
    expect(await anna.MergeRequests.show(id, 1)).toMatchObject({ state: 'merged' });
  });
});

test('lists page by page', async () => {
  await publish('a: 2\n', 'change', 'main');
  await opened();
  for (let count = 0; count < 5; count++) await anna.MergeRequestNotes.create(id, 1, `${count}`);
  const notes = await anna.MergeRequestNotes.all(id, 1, { sort: 'asc', perPage: 2 });
  expect(notes.map(({ body }) => body)).toEqual(['0', '1', '2', '3', '4']);
  const pages = host.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/notes'));
  expect(pages.map(({ query }) => query.get('page'))).toEqual([null, '2', '3']);
});

test.each([
  ['an endpoint that is not there', 'PUT', '/user', {}, 'no such endpoint'],
  ['a parameter that is not there', 'GET', '/merge_requests?head=main', undefined, 'no parameter head'],
  ['a value that is not allowed', 'GET', '/merge_requests?state=open', undefined, 'state is "open"'],
  ['a field that is not there', 'POST', '/repository/branches', { branch: 'x', ref: 'main', sha: '' }, 'parameter sha'],
  ['a field that lacks', 'POST', '/repository/branches', { branch: 'x' }, 'ref is missing'],
  ['a field of another type', 'PUT', '/merge_requests/1/merge', { squash: 'yes' }, 'squash is "yes" and not boolean'],
])('tells of %s', async (_, method, path, body, expected) => {
  const headers = { 'private-token': 'of-anna' };
  const place = path.startsWith('/user') ? path : `/projects/77${path}`;
  await fetch(`${host.url}${place}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  expect(host.breaches).toEqual([expect.stringContaining(expected)]);
});

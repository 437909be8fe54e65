// GitLab's repository: files at a ref, branches, and commits made of actions.
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../../../src/lib/json.ts';
import type { CommitFacts, FileChange } from '../repository.ts';
import { pageAnswer } from './pages.ts';
import { type GitlabCall, PAGE, type Route, refusal } from './route.ts';

export const files: readonly Route[] = [
  {
    method: 'GET',
    path: '/projects/{id}/repository/files/{file}',
    takes: { ref: 'string!' },
    answer: ({ project: { repository }, params: { file = '' }, query }) => {
      const ref = query.get('ref') ?? '';
      const commit = repository.commitOf(ref);
      if (commit === undefined) throw refusal(404, '404 Commit Not Found');
      const found = repository.fileAt(commit.sha, file);
      if (found === undefined) throw refusal(404, '404 File Not Found');
      const body = {
        file_name: file.slice(file.lastIndexOf('/') + 1),
        file_path: file,
        size: found.content.length,
        encoding: 'base64',
        content: found.content.toString('base64'),
        content_sha256: createHash('sha256').update(found.content).digest('hex'),
        ref,
        blob_id: found.sha,
        commit_id: commit.sha,
        last_commit_id: lastChangeOf(commit, file, repository.commitOf, repository.fileAt),
        execute_filemode: found.mode === '100755',
      };
      return { status: 200, body };
    },
  },
  {
    method: 'GET',
    path: '/projects/{id}/repository/tree',
    takes: {
      ref: 'string',
      path: 'string',
      recursive: 'boolean',
      pagination: '|legacy|keyset|none|',
      page_token: 'string',
      ...PAGE,
    },
    answer: (call) => {
      const { repository, defaultBranch } = call.project;
      const commit = repository.commitOf(call.query.get('ref') ?? defaultBranch);
      if (commit === undefined) throw refusal(404, '404 Tree Not Found');
      const path = call.query.get('path') ?? '';
      const entries = repository.entriesOf(`${commit.tree}:${path}`);
      if (entries === undefined) throw refusal(404, '404 invalid revision or path Not Found');
      return pageAnswer(call, entries, ({ path: name, mode, type, sha }) => {
        return { id: sha, name, type, path: path === '' ? name : `${path}/${name}`, mode };
      });
    },
  },
  {
    method: 'GET',
    path: '/projects/{id}/repository/branches',
    takes: { search: 'string', regex: 'string', ...PAGE },
    answer: (call) => {
      const { repository } = call.project;
      const search = call.query.get('search') ?? '';
      const names = repository.branches().filter((name) => name.includes(search));
      return pageAnswer(call, names, (name) => branchOf(name, repository.commitOf(`refs/heads/${name}`)));
    },
  },
  {
    method: 'GET',
    path: '/projects/{id}/repository/branches/{branch}',
    takes: {},
    answer: ({ project: { repository }, params: { branch = '' } }) => {
      const commit = repository.commitOf(`refs/heads/${branch}`);
      if (commit === undefined) throw refusal(404, '404 Branch Not Found');
      return { status: 200, body: branchOf(branch, commit) };
    },
  },
  {
    method: 'POST',
    path: '/projects/{id}/repository/branches',
    takes: { branch: 'string!', ref: 'string!' },
    answer: ({ project: { repository }, query, body }) => {
      const [branch, ref] = ['branch', 'ref'].map((name) => String(body[name] ?? query.get(name)));
      const commit = repository.commitOf(ref ?? '');
      if (commit === undefined) throw refusal(400, `Invalid reference name: ${ref}`);
      if (!repository.moveBranch(branch ?? '', undefined, commit.sha)) throw refusal(400, 'Branch already exists');
      return { status: 201, body: branchOf(branch ?? '', commit) };
    },
  },
  {
    method: 'DELETE',
    path: '/projects/{id}/repository/branches/{branch}',
    takes: {},
    answer: ({ project: { repository }, params: { branch = '' } }) => {
      const commit = repository.commitOf(`refs/heads/${branch}`);
      if (commit === undefined) throw refusal(404, '404 Branch Not Found');
      repository.moveBranch(branch, commit.sha, undefined);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/projects/{id}/repository/commits/{sha}',
    takes: { stats: 'boolean' },
    answer: ({ project: { repository }, params: { sha = '' } }) => {
      const commit = repository.commitOf(sha);
      if (commit === undefined) throw refusal(404, '404 Commit Not Found');
      return { status: 200, body: commitOf(commit) };
    },
  },
  {
    method: 'POST',
    path: '/projects/{id}/repository/commits',
    takes: {
      branch: 'string!',
      commit_message: 'string!',
      actions: 'array!',
      start_branch: 'string',
      start_sha: 'string',
      start_project: 'integer',
      author_email: 'string',
      author_name: 'string',
      force: 'boolean',
      stats: 'boolean',
      allow_empty: 'boolean',
    },
    answer: commit,
  },
];

/** All actions, or none of them. */
function commit({ project: { repository }, token, body }: GitlabCall) {
  const branch = String(body['branch']);
  const before = repository.commitOf(`refs/heads/${branch}`);
  const start = body['start_sha'] ?? body['start_branch'];
  if (start !== undefined && before !== undefined && body['force'] !== true)
    throw refusal(400, `A branch called '${branch}' already exists. Switch to that branch in order to make changes`);
  const parent = start === undefined ? before : repository.commitOf(String(start));
  if (parent === undefined) {
    throw start === undefined
      ? refusal(400, 'You can only create or edit files when you are on a branch')
      : refusal(400, `Cannot find start_branch '${String(start)}'`);
  }
  const actions = (Array.isArray(body['actions']) ? body['actions'] : []).filter(isObject);
  const changes = actions.flatMap((action) => changesOf(action, parent, repository));
  const tree = repository.addTree(parent.tree, changes);
  const author = {
    name: String(body['author_name'] ?? token.account.login),
    email: String(body['author_email'] ?? `${token.account.login}@example.com`),
  };
  const sha = repository.addCommit({ tree, parents: [parent.sha], message: String(body['commit_message']), author });
  if (!repository.moveBranch(branch, before?.sha, sha))
    throw refusal(400, `Could not update refs/heads/${branch}. Please refresh and try again.`);
  const made = repository.commitOf(sha);
  return { status: 201, body: made === undefined ? null : commitOf(made) };
}

function changesOf(
  action: JsonObject,
  parent: CommitFacts,
  repository: GitlabCall['project']['repository'],
): readonly FileChange[] {
  const path = String(action['file_path']);
  const kind = String(action['action']);
  const there = repository.fileAt(parent.sha, kind === 'move' ? String(action['previous_path']) : path);
  if (kind === 'create' && there !== undefined) throw refusal(400, 'A file with this name already exists');
  if (kind !== 'create' && there === undefined) throw refusal(400, "A file with this name doesn't exist");
  const seen = action['last_commit_id'];
  if (seen !== undefined && seen !== lastChangeOf(parent, path, repository.commitOf, repository.fileAt))
    throw refusal(400, 'You are attempting to update a file that has changed since you started editing it.');
  if (kind === 'delete') return [{ path, blob: null }];
  const bytes = Buffer.from(String(action['content'] ?? ''), action['encoding'] === 'base64' ? 'base64' : 'utf8');
  const blob = kind === 'move' && action['content'] === undefined ? (there?.sha ?? null) : repository.addBlob(bytes);
  // Whatever was there keeps its mode, be it a link's.
  const change = there === undefined ? { path, blob } : { path, blob, mode: there.mode };
  return [...(kind === 'move' ? [{ path: String(action['previous_path']), blob: null }] : []), change];
}

type Repository = GitlabCall['project']['repository'];

/** The last commit on the first parents' line that changed a file. */
function lastChangeOf(
  commitFacts: CommitFacts,
  path: string,
  commitAt: Repository['commitOf'],
  fileAt: Repository['fileAt'],
): string {
  const blob = fileAt(commitFacts.sha, path)?.sha;
  let last = commitFacts;
  for (let parent = commitAt(last.parents[0] ?? ''); parent !== undefined; parent = commitAt(last.parents[0] ?? '')) {
    if (fileAt(parent.sha, path)?.sha !== blob) break;
    last = parent;
  }
  return last.sha;
}

function branchOf(name: string, at: CommitFacts | undefined): JsonObject {
  const isMain = name === 'main';
  return {
    name,
    merged: false,
    protected: isMain,
    default: isMain,
    can_push: true,
    commit: at === undefined ? null : commitOf(at),
  };
}

export function commitOf({ sha, parents, message, author, committer }: CommitFacts): { readonly [name: string]: Json } {
  return {
    id: sha,
    short_id: sha.slice(0, 8),
    title: message.split('\n')[0] ?? '',
    message,
    parent_ids: parents,
    author_name: author.name,
    author_email: author.email,
    authored_date: author.date,
    committer_name: committer.name,
    committer_email: committer.email,
    committed_date: committer.date,
    created_at: committer.date,
  };
}

// What GitHub answers with: its objects, as far as we say anything of them ourselves. What else its description requires is made up.
import type { JsonObject } from '../../../../src/lib/json.ts';
import {
  type Account,
  type ChangeRequest,
  type Fork,
  headOf,
  type Note,
  obstacleTo,
  type Project,
  type Review,
  type Status,
  type Token,
} from '../project.ts';
import type { CommitFacts } from '../repository.ts';

export function accountOf({ id, login, isBot }: Account): JsonObject {
  return { id, login, type: isBot === true ? 'Bot' : 'User', site_admin: false };
}

/** Of an app, GitHub tells nothing of what it may do. */
export function repositoryOf(project: Project, { role, kind }: Pick<Token, 'role' | 'kind'>): JsonObject {
  const isWriter = role === 'write' && kind === 'personal';
  return {
    id: project.id,
    name: project.name,
    full_name: `${project.owner}/${project.name}`,
    owner: accountOf({ id: 1, login: project.owner }),
    private: true,
    default_branch: project.defaultBranch,
    permissions: { admin: false, maintain: false, push: isWriter, triage: isWriter, pull: kind === 'personal' },
  };
}

export function refOf(ref: string, sha: string): JsonObject {
  return { ref: `refs/${ref}`, node_id: '', url: '', object: { type: 'commit', sha, url: '' } };
}

export function commitOf({ sha, tree, parents, message, author, committer }: CommitFacts): JsonObject {
  return {
    sha,
    message,
    author: { ...author },
    committer: { ...committer },
    tree: { sha: tree, url: '' },
    parents: parents.map((parent) => ({ sha: parent, url: '', html_url: '' })),
  };
}

export function pullOf(project: Project, request: ChangeRequest, detailed: boolean): JsonObject {
  const side = (ref: string, sha: string, { id, owner, name }: Fork) => ({
    ref,
    sha,
    label: `${owner}:${ref}`,
    user: accountOf({ id: 1, login: owner }),
    repo: repositoryOf({ ...project, id, owner, name }, { role: 'write', kind: 'personal' }),
  });
  const target = project.repository.commitOf(`refs/heads/${request.target}`)?.sha ?? '';
  return {
    id: request.id,
    number: request.number,
    state: request.state === 'open' ? 'open' : 'closed',
    title: request.title,
    body: request.body,
    draft: request.isDraft,
    user: accountOf(request.author),
    created_at: request.createdAt,
    updated_at: request.updatedAt,
    merged_at: request.state === 'merged' ? request.updatedAt : null,
    merge_commit_sha: request.merged ?? null,
    html_url: `https://host.example/${project.owner}/${project.name}/pull/${request.number}`,
    head: side(request.source, headOf(project, request), request.fork ?? project),
    base: side(request.target, target, project),
    ...(detailed ? detailsOf(project, request) : {}),
  };
}

/** Lists do not have these. */
function detailsOf(project: Project, request: ChangeRequest): JsonObject {
  const obstacle = obstacleTo(project, request);
  const states = { conflict: 'dirty', draft: 'draft', 'no-branch': 'unknown', 'not-open': 'unknown' } as const;
  const isBlocked = obstacle === 'statuses' || obstacle === 'approvals';
  return {
    merged: request.state === 'merged',
    mergeable: obstacle === 'not-open' || obstacle === 'no-branch' ? null : obstacle !== 'conflict',
    mergeable_state: obstacle === undefined ? 'clean' : isBlocked ? 'blocked' : states[obstacle],
    comments: request.notes.length,
  };
}

export function commentOf({ id, author, body, createdAt, updatedAt }: Note): JsonObject {
  return { id, body, user: accountOf(author), created_at: createdAt, updated_at: updatedAt };
}

export function reviewOf({ id, by, sha, at, state }: Review): JsonObject {
  return { id, user: accountOf(by), body: '', state, commit_id: sha, submitted_at: at };
}

export function statusOf({ id, context, state, description, url, at, by }: Status): JsonObject {
  return {
    id,
    context,
    state,
    description,
    target_url: url,
    created_at: at,
    updated_at: at,
    creator: accountOf(by),
  };
}

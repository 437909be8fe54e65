// What a Git host knows of one project, whichever host it is.
import { join } from 'node:path';
import { type Running, runAt } from '../../site.ts';
import { initRepository, type Repository } from './repository.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
}

/** How somebody is known to a host. */
export interface Token {
  readonly value: string;
  readonly account: Account;
  /** What its scopes allow; one without any sees nothing. */
  readonly scope: 'none' | 'read' | 'write';
  /** What its owner may do in the project. */
  readonly role: 'read' | 'write';
  /** A `job` token is what a CI job gets by itself. */
  readonly kind: 'personal' | 'job';
}

export interface Note {
  readonly id: number;
  readonly author: Account;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
}

export interface Approval {
  readonly id: number;
  readonly by: Account;
  /** The commit that was looked at. */
  readonly sha: string;
  readonly at: string;
}

export interface ChangeRequest {
  /** Counted within the project. */
  readonly number: number;
  readonly id: number;
  readonly author: Account;
  readonly source: string;
  readonly createdAt: string;
  title: string;
  body: string;
  target: string;
  state: 'open' | 'closed' | 'merged';
  isDraft: boolean;
  updatedAt: string;
  /** The merge commit. */
  merged: string | undefined;
  /** The source's commit when it was merged or closed, or its branch deleted. */
  head: string;
  /** Merged as soon as nothing stands in the way. */
  mergesWhenReady: boolean;
  readonly notes: Note[];
  approvals: Approval[];
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string | null;
  readonly url: string | null;
  readonly by: Account;
  readonly at: string;
}

/** What must hold before anything is merged into the default branch. */
export interface Protection {
  /** Contexts whose last status must be `success`. */
  readonly statuses: readonly string[];
  readonly approvals: number;
}

export interface Project extends Running {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: 'main';
  readonly repository: Repository;
  readonly tokens: readonly Token[];
  readonly requests: ChangeRequest[];
  readonly statuses: Status[];
  protection: Protection;
  /** A number that was not there before. */
  readonly nextId: () => number;
  /** The host's own time, ISO 8601. */
  readonly now: () => string;
}

export interface ProjectOptions {
  readonly owner: string;
  readonly name: string;
  readonly tokens: readonly Token[];
  /** Texts of the first commit. */
  readonly files: Readonly<Record<string, string>>;
  /** Milliseconds that the host's clock is ahead of this machine's. */
  readonly clockOffset?: number;
}

/** Its repository goes when it is stopped. */
export function startProject({ owner, name, tokens, files, clockOffset = 0 }: ProjectOptions): Promise<Project> {
  let id = 1000;
  return runAt('git-host', async ({ folder }) => ({
    id: 77,
    owner,
    name,
    defaultBranch: 'main',
    repository: initRepository(join(folder, `${name}.git`), files),
    tokens,
    requests: [],
    statuses: [],
    protection: { statuses: [], approvals: 0 },
    nextId: () => id++,
    now: () => new Date(Date.now() + clockOffset).toISOString().replace(/\.\d+Z/, 'Z'),
  }));
}

/** The commit that a change request would bring in: where its branch stands, as long as it is open. */
export function headOf({ repository }: Project, request: ChangeRequest): string {
  if (request.state === 'open') request.head = repository.commitOf(`refs/heads/${request.source}`)?.sha ?? request.head;
  return request.head;
}

/** Why a change request cannot be merged now. */
export type Obstacle = 'not-open' | 'draft' | 'no-branch' | 'conflict' | 'statuses' | 'approvals';

/** What stands in a merge's way, the gravest first; undefined where nothing does. */
export function obstacleTo(project: Project, request: ChangeRequest): Obstacle | undefined {
  const { repository, protection } = project;
  if (request.state !== 'open') return 'not-open';
  if (request.isDraft) return 'draft';
  const [target, source] = [request.target, request.source].map((name) => repository.commitOf(`refs/heads/${name}`));
  if (target === undefined || source === undefined) return 'no-branch';
  if (repository.mergedTree(target.sha, source.sha) === undefined) return 'conflict';
  if (request.target !== project.defaultBranch) return undefined;
  const last = (context: string) =>
    project.statuses.findLast((status) => status.sha === source.sha && status.context === context)?.state;
  if (protection.statuses.some((context) => last(context) !== 'success')) return 'statuses';
  return approversOf(request).length < protection.approvals ? 'approvals' : undefined;
}

/** Everybody who approves, once. */
export function approversOf({ approvals }: ChangeRequest): readonly Account[] {
  return [...new Map(approvals.map(({ by }) => [by.id, by])).values()];
}

/** Merges what nothing stands in the way of, and gives the merge commit. */
export function merge(project: Project, request: ChangeRequest, by: Account, message: string): string {
  const { repository } = project;
  const [target, source] = [request.target, request.source].map((name) => repository.commitOf(`refs/heads/${name}`));
  const tree = target && source && repository.mergedTree(target.sha, source.sha);
  if (target === undefined || source === undefined || tree === undefined)
    throw new Error(`${request.source} cannot be merged`);
  const author = { name: by.login, email: `${by.login}@example.com` };
  const sha = repository.addCommit({ tree, parents: [target.sha, source.sha], message, author });
  repository.moveBranch(request.target, target.sha, sha);
  Object.assign(request, { state: 'merged', merged: sha, head: source.sha, updatedAt: project.now() });
  return sha;
}

/** An open change request for these branches. */
export function openRequest({ requests }: Project, source: string, target: string): ChangeRequest | undefined {
  return requests.find((each) => each.state === 'open' && each.source === source && each.target === target);
}

/** Opens one. */
export function addRequest(
  project: Project,
  author: Account,
  fields: Pick<ChangeRequest, 'source' | 'target' | 'title' | 'body' | 'isDraft'>,
): ChangeRequest {
  const at = project.now();
  const request: ChangeRequest = {
    ...fields,
    number: project.requests.length + 1,
    id: project.nextId(),
    author,
    state: 'open',
    createdAt: at,
    updatedAt: at,
    merged: undefined,
    head: project.repository.commitOf(`refs/heads/${fields.source}`)?.sha ?? '',
    mergesWhenReady: false,
    notes: [],
    approvals: [],
  };
  project.requests.push(request);
  return request;
}

/** Adds what somebody says about a change request. */
export function addNote(project: Project, { notes }: ChangeRequest, author: Account, body: string): Note {
  const at = project.now();
  const note = { id: project.nextId(), author, body, createdAt: at, updatedAt: at };
  notes.push(note);
  return note;
}

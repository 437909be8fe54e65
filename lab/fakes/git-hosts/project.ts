// What a Git host knows of one project, whichever host it is.
import { join } from 'node:path';
import { type Running, runAt } from '../../site.ts';
import { type CommitFacts, initRepository, type Repository } from './repository.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  /** Of an app. */
  readonly isBot?: true;
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
  /** GitHub's classic tokens have scopes, which it tells. */
  readonly scopes?: string;
}

export interface Note {
  readonly id: number;
  readonly author: Account;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
}

/** What somebody thinks of a change request. */
export interface Review {
  readonly id: number;
  readonly by: Account;
  /** The commit that was looked at. */
  readonly sha: string;
  readonly at: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
}

/** Another repository, with a branch of which a change request may be made. */
export interface Fork {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/** What a change request's branch held from a time on. */
export interface Version {
  readonly id: number;
  readonly sha: string;
  readonly at: string;
}

export interface ChangeRequest {
  /** Counted within the project. */
  readonly number: number;
  readonly id: number;
  readonly author: Account;
  /** Where its branch lies, if not in the project itself; undefined for the project. */
  readonly fork: Fork | undefined;
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
  /** The oldest first. */
  readonly reviews: Review[];
  readonly versions: Version[];
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
  /** How many entries of a folder GitHub lists. */
  mostEntries: number;
  /** How many items of a list hosts give at a time. */
  mostOnPage: number;
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
  // No two moments are the same: what came first is told by when it came.
  let last = 0;
  const now = () => {
    last = Math.max(last + 1, Date.now() + clockOffset);
    return new Date(last).toISOString();
  };
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
    mostEntries: 100_000,
    mostOnPage: 100,
    nextId: () => id++,
    now,
  }));
}

/** The commit that a change request would bring in: where its branch stands, as long as it is open. */
export function headOf(project: Project, request: ChangeRequest): string {
  if (request.state === 'open' && request.fork === undefined)
    request.head = project.repository.commitOf(`refs/heads/${request.source}`)?.sha ?? request.head;
  if (request.versions.at(-1)?.sha !== request.head)
    request.versions.push({ id: project.nextId(), sha: request.head, at: project.now() });
  return request.head;
}

/** Somebody says what they think of a change request as it is now. */
export function addReview(
  project: Project,
  request: ChangeRequest,
  by: Account,
  state: Review['state'] = 'APPROVED',
): Review {
  const sha = headOf(project, request);
  const review = { id: project.nextId(), by, sha, at: project.now(), state };
  request.reviews.push(review);
  return review;
}

/** The commits that a change request would bring in, or has brought in, the newest first. */
export function commitsOf(project: Project, request: ChangeRequest): readonly CommitFacts[] {
  const { repository } = project;
  const target = repository.commitOf(request.merged ?? `refs/heads/${request.target}`);
  const base = request.merged === undefined ? target?.sha : target?.parents[0];
  return base === undefined ? [] : repository.commitsBetween(base, headOf(project, request));
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
  return approvalsOf(request).length < protection.approvals ? 'approvals' : undefined;
}

/** The approvals of everybody whose last word is one. */
export function approvalsOf({ reviews }: ChangeRequest): readonly Review[] {
  const deciding = reviews.filter(({ state }) => state !== 'COMMENTED');
  const last = [...new Map(deciding.map((review) => [review.by.id, review])).values()];
  return last.filter(({ state }) => state === 'APPROVED');
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
  return requests.find(
    (each) => each.state === 'open' && each.fork === undefined && each.source === source && each.target === target,
  );
}

/** Opens one. */
export function addRequest(
  project: Project,
  author: Account,
  fields: Pick<ChangeRequest, 'source' | 'target' | 'title' | 'body' | 'isDraft'> &
    Partial<Pick<ChangeRequest, 'fork' | 'head'>>,
): ChangeRequest {
  const at = project.now();
  const request: ChangeRequest = {
    fork: undefined,
    head: project.repository.commitOf(`refs/heads/${fields.source}`)?.sha ?? '',
    ...fields,
    number: project.requests.length + 1,
    id: project.nextId(),
    author,
    state: 'open',
    createdAt: at,
    updatedAt: at,
    merged: undefined,
    mergesWhenReady: false,
    notes: [],
    reviews: [],
    versions: [],
  };
  headOf(project, request);
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

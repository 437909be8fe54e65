// Change requests as GitLab's merge requests.
import type { Approval, ChangeRequest, RequestKey } from '../../ports/platform.ts';
import { madeOnce, momentOf, refusedAs } from '../outcome.ts';
import type { GitlabClient } from './client.ts';

interface MergeRequest {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly description: string | null;
  readonly sha: string;
}

function requestOf({ iid, web_url: url, title, description, sha }: MergeRequest): ChangeRequest {
  return { number: iid, url, title, body: description ?? '', commit: sha };
}

/** Requests of forks, whose branches may have the same name, are left out. */
export async function findRequest(
  client: GitlabClient,
  project: string,
  { branch, target, marker }: RequestKey,
  state: 'open' | 'merged',
): Promise<ChangeRequest | undefined> {
  const query = { sourceBranch: branch, targetBranch: target, perPage: 100 };
  const asked = { ...query, state: state === 'open' ? ('opened' as const) : ('merged' as const) };
  const all = await client.MergeRequests.all({ projectId: project, ...asked });
  const own = all.filter(
    (each) => each.source_project_id === each.target_project_id && each.description?.includes(marker),
  );
  const [last] = own.toSorted((a, b) => b.iid - a.iid);
  return last && requestOf(last);
}

export async function saveRequest(
  client: GitlabClient,
  project: string,
  key: RequestKey,
  { title, body: description }: { readonly title: string; readonly body: string },
): Promise<ChangeRequest> {
  const look = () => findRequest(client, project, key, 'open');
  const create = async () =>
    requestOf(await client.MergeRequests.create(project, key.branch, key.target, title, { description }));
  const request = (await look()) ?? (await madeOnce(create, look));
  if (request.title === title && request.body === description) return request;
  return requestOf(await client.MergeRequests.edit(project, request.number, { title, description }));
}

/** Of two that were made at once, the older one stays. */
export async function keepComment(
  client: GitlabClient,
  project: string,
  number: number,
  { marker, body }: { readonly marker: string; readonly body: string },
): Promise<void> {
  const self = await client.Users.showCurrentUser();
  const list = async () => {
    const all = await client.MergeRequestNotes.all(project, number, { perPage: 100 });
    // Anybody can write a marker.
    const own = all.filter((note) => note.body.includes(marker) && note.author.id === self.id);
    return own.toSorted((a, b) => a.id - b.id);
  };
  let own = await list();
  if (own.length === 0) {
    const create = async () => void (await client.MergeRequestNotes.create(project, number, body));
    await madeOnce(create, async () => ((await list()).length > 0 ? true : undefined));
    own = await list();
  }
  const [first, ...others] = own;
  if (first !== undefined && first.body !== body)
    await client.MergeRequestNotes.edit(project, number, first.id, { body });
  for (const { id } of others)
    await refusedAs(client.MergeRequestNotes.remove(project, number, id), { 404: undefined });
}

interface ApprovedBy {
  readonly user: { readonly username: string; readonly name: string };
  /** Older versions do not say. */
  readonly approved_at?: string | null;
}

async function approvedBy(client: GitlabClient, project: string, number: number): Promise<readonly ApprovedBy[]> {
  const answer = await client.MergeRequestApprovals.showConfiguration(project, { mergerequestIId: number });
  return (answer as unknown as { readonly approved_by: readonly ApprovedBy[] }).approved_by;
}

/** GitLab says when somebody approved, and when each push came: so which commit was there to look at. */
export async function approvals(client: GitlabClient, project: string, number: number): Promise<readonly Approval[]> {
  const by = await approvedBy(client, project, number);
  const last = new Map(by.map(({ user, approved_at }) => [user.username, momentOf(approved_at)]));
  if ([...last.values()].every((at) => at === undefined))
    return [...last].map(([login]) => ({ login, commit: undefined, at: undefined }));
  const versions = (await client.MergeRequests.allDiffVersions(project, number)).toSorted((a, b) => a.id - b.id);
  const commitAt = (at: number) => versions.findLast(({ created_at }) => (momentOf(created_at) ?? at) <= at);
  return [...last].map(([login, at]) => {
    const commit = at === undefined ? undefined : commitAt(at)?.head_commit_sha;
    return { login, commit, at };
  });
}

/** GitLab tells of commits the names of their authors, and not their logins. */
export async function authors(client: GitlabClient, project: string, number: number): Promise<readonly string[]> {
  const [{ author }, commits, approvers] = await Promise.all([
    client.MergeRequests.show(project, number),
    client.MergeRequests.allCommits(project, number),
    approvedBy(client, project, number),
  ]);
  const names = new Set(commits.map(({ author_name }) => author_name));
  const namesakes = approvers.filter(({ user }) => names.has(user.name)).map(({ user }) => user.username);
  return [...new Set([author.username, ...namesakes])];
}

export async function merge(
  client: GitlabClient,
  project: string,
  number: number,
  commit: string,
): Promise<'merged' | 'not-ready' | 'moved'> {
  const look = async () => {
    const { state, sha } = await client.MergeRequests.show(project, number);
    if (sha !== commit) return 'moved';
    return state === 'merged' ? 'merged' : undefined;
  };
  const ask = async () => {
    await client.MergeRequests.merge(project, number, { sha: commit });
    return 'merged' as const;
  };
  const outcome = await look();
  const refusals = { 405: 'not-ready', 409: 'moved', 422: 'not-ready' } as const;
  return outcome ?? (await refusedAs(madeOnce(ask, look), refusals));
}

// Change requests as GitHub's pull requests.
import type { Octokit, RestEndpointMethodTypes } from '@octokit/rest';
import { type Approval, type ChangeRequest, PlatformTrouble, type RequestKey } from '../../ports/platform.ts';
import { madeOnce, momentOf, refusedAs, unwrapped } from '../outcome.ts';
import type { Repo } from './files.ts';

type Pull = RestEndpointMethodTypes['pulls']['list']['response']['data'][number];
type PullAt = Repo & { readonly pull_number: number };
type Comments = RestEndpointMethodTypes['issues']['listComments']['response']['data'];
type CommentsAt = Repo & { readonly issue_number: number };

function requestOf(pull: Pick<Pull, 'number' | 'html_url' | 'title' | 'body' | 'head'>): ChangeRequest {
  const { number, html_url: url, title, body, head } = pull;
  return { number, url, title, body: body ?? '', commit: head.sha };
}

/** Requests of forks, of which the project's own owner may have some too, are left out. */
export async function findRequest(
  client: Octokit,
  at: Repo,
  { branch, target, marker }: RequestKey,
  state: 'open' | 'merged',
): Promise<ChangeRequest | undefined> {
  const query = { ...at, head: `${at.owner}:${branch}`, base: target, per_page: 100 };
  const asked = { ...query, state: state === 'open' ? ('open' as const) : ('closed' as const) };
  const pulls = await client.paginate(client.pulls.list, asked);
  const own = pulls.filter(
    ({ body, merged_at, head, base }) =>
      head.repo?.id === base.repo.id && body?.includes(marker) && (state === 'open' || merged_at !== null),
  );
  const [last] = own.toSorted((a, b) => b.number - a.number);
  return last && requestOf(last);
}

export async function saveRequest(
  client: Octokit,
  at: Repo,
  key: RequestKey,
  fields: { readonly title: string; readonly body: string },
): Promise<ChangeRequest> {
  const look = () => findRequest(client, at, key, 'open');
  const create = async () =>
    requestOf((await client.pulls.create({ ...at, head: key.branch, base: key.target, ...fields })).data);
  const request = (await look()) ?? (await madeOnce(create, look));
  if (request.title === fields.title && request.body === fields.body) return request;
  return requestOf((await client.pulls.update({ ...at, pull_number: request.number, ...fields })).data);
}

/** Of two that were made at once, the older one stays. */
export async function keepComment(client: Octokit, at: CommentsAt, marker: string, body: string): Promise<void> {
  const self = await whoAsks(client);
  const list = async () => {
    const all: Comments = await client.paginate(client.issues.listComments, { ...at, per_page: 100 });
    return all
      .filter((comment) => comment.body?.includes(marker) && comment.user?.id === self)
      .toSorted((a, b) => a.id - b.id);
  };
  let own = await list();
  if (own.length === 0) {
    const create = async () => void (await client.issues.createComment({ ...at, body }));
    await madeOnce(create, async () => ((await list()).length > 0 ? true : undefined));
    own = await list();
  }
  const { owner, repo } = at;
  const [first, ...others] = own;
  if (first !== undefined && first.body !== body)
    await client.issues.updateComment({ owner, repo, comment_id: first.id, body });
  for (const { id } of others)
    await refusedAs(client.issues.deleteComment({ owner, repo, comment_id: id }), { 404: undefined });
}

/**
 * The number of the account, since anybody can write a marker. GraphQL tells it to every token, while the REST API does not to a workflow's (403 at
 * GET /user, as for all tokens of apps).
 */
async function whoAsks(client: Octokit): Promise<number> {
  const asked = client.graphql<{ readonly viewer: { readonly databaseId: number } }>('query { viewer { databaseId } }');
  // GraphQL tells what is wrong in an answer that is granted.
  const answer = await asked.catch((error: unknown) => unwrapped(error) as Error);
  if (!(answer instanceof Error)) return answer.viewer.databaseId;
  if (answer instanceof PlatformTrouble) throw answer;
  const message = `GitHub does not tell whose the token is: ${answer.message}`;
  throw new PlatformTrouble('unusable', message, 'Take another token.');
}

/** A person's last review counts, among those that approve, ask for changes, or were dismissed. */
export async function approvals(client: Octokit, at: PullAt): Promise<readonly Approval[]> {
  const reviews = await client.paginate(client.pulls.listReviews, { ...at, per_page: 100 });
  const deciding = reviews.filter(({ state }) => ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state));
  const last = new Map(deciding.map((review) => [review.user?.login, review]));
  return [...last].flatMap(([login, { state, commit_id: commit, submitted_at: at }]) =>
    login !== undefined && state === 'APPROVED' ? [{ login, commit: commit ?? undefined, at: momentOf(at) }] : [],
  );
}

export async function authors(client: Octokit, at: PullAt): Promise<readonly string[]> {
  const [{ data: pull }, commits] = await Promise.all([
    client.pulls.get({ ...at }),
    client.paginate(client.pulls.listCommits, { ...at, per_page: 100 }),
  ]);
  const people = [pull.user, ...commits.flatMap(({ author, committer }) => [author, committer])];
  const logins = people.flatMap((each) => (each && 'login' in each && each.login ? [each.login] : []));
  return [...new Set(logins)];
}

export async function merge(client: Octokit, at: PullAt, commit: string): Promise<'merged' | 'not-ready' | 'moved'> {
  const look = async () => {
    const { data } = await client.pulls.get({ ...at });
    if (data.head.sha !== commit) return 'moved';
    return data.merged ? 'merged' : undefined;
  };
  const ask = async () => {
    await client.pulls.merge({ ...at, sha: commit });
    return 'merged' as const;
  };
  const outcome = await look();
  return outcome ?? (await refusedAs(madeOnce(ask, look), { 405: 'not-ready', 409: 'moved' } as const));
}

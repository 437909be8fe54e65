// GitHub, and servers of one's own (GitHub Enterprise), by its REST API.
import type { Octokit } from '@octokit/rest';
import type { CommitStatus, Platform } from '../../ports/platform.ts';
import { markedBody, refusedAs, withPlainTroubles } from '../outcome.ts';
import { type GithubOptions, githubClient } from './client.ts';
import { branchCommit, publish, type Repo, textAt } from './files.ts';
import { approvals, authors, findRequest, keepComment, merge, saveRequest } from './requests.ts';

/** Characters of a body, and of a status. */
const [LONGEST_BODY, LONGEST_DESCRIPTION] = [65_536, 140];

export function githubPlatform(options: GithubOptions): Platform {
  const client = githubClient(options);
  const at = { owner: options.owner, repo: options.repo };
  const platform: Platform = {
    address: { kind: 'github', url: options.url, project: `${at.owner}/${at.repo}` },
    limits: () => limits(client, at),
    commitOf: (branch) => branchCommit(client, at, branch),
    readFile: (ref, path) => textAt(client, at, ref, path),
    publish: (change) => publish(client, at, change),
    findRequest: (key, state) => findRequest(client, at, key, state),
    saveRequest: (key, title, body) =>
      saveRequest(client, at, key, { title, body: markedBody(body, key.marker, LONGEST_BODY) }),
    setStatus: (commit, status) => setStatus(client, at, commit, status),
    keepComment: (number, marker, body) =>
      keepComment(client, { ...at, issue_number: number }, marker, markedBody(body, marker, LONGEST_BODY)),
    approvals: (number) => approvals(client, { ...at, pull_number: number }),
    authors: (number) => authors(client, { ...at, pull_number: number }),
    merge: (number, commit) => merge(client, { ...at, pull_number: number }, commit),
  };
  return withPlainTroubles(platform);
}

/** What the host tells beforehand: the scopes of a classic token, and the role of a person. */
async function limits(client: Octokit, at: Repo): Promise<readonly string[]> {
  const { data, headers } = await client.repos.get({ ...at });
  const scopes = String(headers['x-oauth-scopes'] ?? '');
  const needed = data.private ? ['repo'] : ['repo', 'public_repo'];
  const hasScope = scopes === '' || scopes.split(/,\s*/).some((scope) => needed.includes(scope));
  const mayPush = data.permissions?.push === true || (await isOfApp(client));
  return [
    ...(hasScope ? [] : [`The token has the scopes ${scopes}, and lacks ${needed.join(' or ')}.`]),
    ...(mayPush ? [] : [`Who asks may not push to ${data.full_name}.`]),
  ];
}

/** The token of an app, such as that of a workflow. What it may do shows at the first write: GitHub says of every repository that it may not push. */
async function isOfApp(client: Octokit): Promise<boolean> {
  const asked = client.apps.listReposAccessibleToInstallation({ per_page: 1 }).then(() => true);
  return await refusedAs(asked, { 401: false, 403: false, 404: false });
}

/** GitHub takes 1,000 statuses of a commit and a context: none is set twice. */
async function setStatus(client: Octokit, at: Repo, sha: string, status: CommitStatus): Promise<void> {
  const { context, state, url } = status;
  const description = [...status.description].slice(0, LONGEST_DESCRIPTION).join('');
  // The latest comes first.
  const asked = { ...at, ref: sha, per_page: 100 };
  for await (const { data } of client.paginate.iterator(client.repos.listCommitStatusesForRef, asked)) {
    const last = data.find((each) => each.context === context);
    if (last === undefined) continue;
    if (last.state === state && last.description === description) return;
    break;
  }
  const target = url === undefined ? {} : { target_url: url };
  await client.repos.createCommitStatus({ ...at, sha, context, state, description, ...target });
}

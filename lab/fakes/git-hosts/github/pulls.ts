// GitHub's pull requests: with their comments, reviews, and the statuses of their commits.
import type { JsonObject } from '../../../../src/lib/json.ts';
import {
  addNote,
  addRequest,
  addReview,
  type ChangeRequest,
  commitsOf,
  headOf,
  merge,
  obstacleTo,
  openRequest,
  type Status,
} from '../project.ts';
import { linksOf, pageOf } from '../server.ts';
import { accountOf, commentOf, commitOf, pullOf, repositoryOf, reviewOf, statusOf } from './answers.ts';
import { type GithubCall, invalid, NOT_FOUND, type Route, refusal } from './route.ts';

/** Characters of a body. */
const LONGEST_BODY = 65_536;

export const pulls: readonly Route[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls',
    answer: (call) => {
      const { project, query } = call;
      const state = query.get('state') ?? 'open';
      const found = project.requests
        .filter((each) => state === 'all' || (each.state === 'open') === (state === 'open'))
        .filter(({ source, fork = project }) => [null, `${fork.owner}:${source}`].includes(query.get('head')))
        .filter(({ target }) => [null, target].includes(query.get('base')))
        .toReversed();
      return listed(call, found, (each) => pullOf(project, each, false));
    },
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/pulls',
    answer: ({ project, token, body }) => {
      const [source, target] = [String(body['head']).replace(`${project.owner}:`, ''), String(body['base'])];
      const [from, to] = [source, target].map((name) => project.repository.commitOf(`refs/heads/${name}`)?.sha);
      if (from === undefined) throw failed({ field: 'head', code: 'invalid' });
      if (to === undefined) throw failed({ field: 'base', code: 'invalid' });
      if (openRequest(project, source, target) !== undefined)
        throw failed({ code: 'custom', message: `A pull request already exists for ${project.owner}:${source}.` });
      if (project.repository.isAncestor(from, to))
        throw failed({ code: 'custom', message: `No commits between ${target} and ${source}` });
      const fields = { title: String(body['title']), body: text(body['body']), isDraft: body['draft'] === true };
      const request = addRequest(project, token.account, { source, target, ...fields });
      return { status: 201, body: pullOf(project, request, true) };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls/{number}',
    answer: (call) => ({ status: 200, body: pullOf(call.project, requestOf(call), true) }),
  },
  {
    method: 'PATCH',
    path: '/repos/{owner}/{repo}/pulls/{number}',
    answer: (call) => {
      const { project, body } = call;
      const request = requestOf(call);
      if (body['state'] === 'open' && request.state !== 'open') reopen(call, request);
      if (body['title'] !== undefined) request.title = String(body['title']);
      if (body['body'] !== undefined) request.body = text(body['body']);
      if (body['base'] !== undefined) request.target = String(body['base']);
      if (body['state'] === 'closed' && request.state === 'open') {
        headOf(project, request);
        request.state = 'closed';
      }
      request.updatedAt = project.now();
      return { status: 200, body: pullOf(project, request, true) };
    },
  },
  {
    method: 'PUT',
    path: '/repos/{owner}/{repo}/pulls/{number}/merge',
    answer: (call) => {
      const { project, token, body } = call;
      const request = requestOf(call);
      const obstacle = obstacleTo(project, request);
      if (obstacle !== undefined) throw refusal(405, MERGE_REFUSALS[obstacle] ?? 'Pull Request is not mergeable');
      if (body['sha'] !== undefined && body['sha'] !== headOf(project, request))
        throw refusal(409, 'Head branch was modified. Review and try the merge again.');
      const title = String(body['commit_title'] ?? `Merge pull request #${request.number} from ${request.source}`);
      const sha = merge(project, request, token.account, title);
      return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls/{number}/reviews',
    answer: (call) => listed(call, requestOf(call).reviews, reviewOf),
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/pulls/{number}/reviews',
    answer: (call) => {
      const { project, token } = call;
      const request = requestOf(call);
      if (token.account.id === request.author.id)
        throw invalid('Unprocessable Entity', ['Can not approve your own pull request'] as never);
      return { status: 200, body: reviewOf(addReview(project, request, token.account)) };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/issues/{number}/comments',
    answer: (call) => listed(call, requestOf(call).notes, commentOf),
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/issues/{number}/comments',
    answer: (call) => {
      const note = addNote(call.project, requestOf(call), call.token.account, text(call.body['body']));
      return { status: 201, body: commentOf(note) };
    },
  },
  {
    method: 'PATCH',
    path: '/repos/{owner}/{repo}/issues/comments/{id}',
    answer: (call) => {
      const { note } = noteOf(call);
      Object.assign(note, { body: text(call.body['body']), updatedAt: call.project.now() });
      return { status: 200, body: commentOf(note) };
    },
  },
  {
    method: 'DELETE',
    path: '/repos/{owner}/{repo}/issues/comments/{id}',
    answer: (call) => {
      const { request, note } = noteOf(call);
      request.notes.splice(request.notes.indexOf(note), 1);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls/{number}/commits',
    answer: (call) => {
      const { project } = call;
      // GitHub knows people by their addresses.
      const accountAt = (email: string) =>
        project.tokens.find(({ account }) => email === `${account.login}@example.com`)?.account;
      return listed(call, commitsOf(project, requestOf(call)).toReversed(), (commit) => {
        const [author, committer] = [commit.author, commit.committer].map(({ email }) => accountAt(email));
        const { sha, parents, ...facts } = commitOf(commit);
        const people = {
          author: author ? accountOf(author) : null,
          committer: committer ? accountOf(committer) : null,
        };
        return { sha: sha as string, parents: parents ?? [], commit: facts, ...people };
      });
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/commits/{ref}/statuses',
    answer: (call) => {
      const sha = call.project.repository.commitOf(call.params['ref'] ?? '')?.sha;
      if (sha === undefined) throw NOT_FOUND;
      const statuses = call.project.statuses.filter((status) => status.sha === sha);
      return listed(call, statuses.toReversed(), statusOf);
    },
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/statuses/{sha}',
    answer: ({ project, token, params, body }) => {
      const sha = project.repository.commitOf(params['sha'] ?? '')?.sha;
      if (sha === undefined) throw invalid(`No commit found for SHA: ${params['sha']}`);
      const status: Status = {
        id: project.nextId(),
        sha,
        context: String(body['context'] ?? 'default'),
        state: body['state'] as Status['state'],
        description: (body['description'] ?? null) as string | null,
        url: (body['target_url'] ?? null) as string | null,
        by: token.account,
        at: project.now(),
      };
      project.statuses.push(status);
      return { status: 201, body: statusOf(status) };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/commits/{ref}/status',
    answer: ({ project, token, params, query }) => {
      const sha = project.repository.commitOf(params['ref'] ?? '')?.sha;
      if (sha === undefined) throw NOT_FOUND;
      const all = project.statuses.filter((status) => status.sha === sha);
      const statuses = [...new Map(all.map((status) => [status.context, status])).values()];
      const repository = repositoryOf(project, token);
      const state = combined(statuses);
      return {
        status: 200,
        body: {
          sha,
          state,
          statuses: pageOf(statuses, query, { usual: 30, most: project.mostOnPage }).items.map(statusOf),
          total_count: statuses.length,
          repository,
        },
      };
    },
  },
];

const MERGE_REFUSALS: Readonly<Record<string, string>> = {
  statuses: 'Required status check is expected.',
  approvals: 'At least 1 approving review is required by reviewers with write access.',
};

function combined(statuses: readonly Status[]): string {
  if (statuses.some(({ state }) => state === 'failure' || state === 'error')) return 'failure';
  return statuses.length > 0 && statuses.every(({ state }) => state === 'success') ? 'success' : 'pending';
}

function requestOf({ project, params }: GithubCall): ChangeRequest {
  const request = project.requests.find(({ number }) => String(number) === params['number']);
  if (request === undefined) throw NOT_FOUND;
  return request;
}

function noteOf({ project, params }: GithubCall) {
  for (const request of project.requests) {
    const note = request.notes.find(({ id }) => String(id) === params['id']);
    if (note !== undefined) return { request, note };
  }
  throw NOT_FOUND;
}

function reopen({ project }: GithubCall, request: ChangeRequest): void {
  if (request.state === 'merged' || project.repository.commitOf(`refs/heads/${request.source}`) === undefined)
    throw failed({ field: 'state', code: 'invalid', message: 'state cannot be changed.' });
  request.state = 'open';
}

/** A text that is not too long. */
function text(value: unknown): string {
  const body = typeof value === 'string' ? value : '';
  if ([...body].length > LONGEST_BODY)
    throw failed({
      field: 'body',
      code: 'custom',
      message: `body is too long (maximum is ${LONGEST_BODY} characters)`,
    });
  return body;
}

function failed(error: JsonObject) {
  return invalid('Validation Failed', [{ resource: 'PullRequest', ...error }]);
}

function listed<Item>({ query, url, project }: GithubCall, all: readonly Item[], answer: (item: Item) => JsonObject) {
  const page = pageOf(all, query, { usual: 30, most: project.mostOnPage });
  const link = linksOf(page, url);
  return { status: 200, headers: link === '' ? {} : { link }, body: page.items.map(answer) };
}

// A GitHub host on loopback, as far as change requests go: github.com's API, or under /api/v3 that of a server of one's own. Each request is
// held against GitHub's published description.
import { accountOf, repositoryOf } from './github/answers.ts';
import { loadDescription } from './github/description.ts';
import { gitData } from './github/git-data.ts';
import { pulls } from './github/pulls.ts';
import { NOT_FOUND, type Route, refusal } from './github/route.ts';
import type { Project, Token } from './project.ts';
import { type FakeHost, type HostAnswer, type HostRequest, paramsIn, startHost } from './server.ts';

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/graphql',
    answer: ({ token }) => ({ status: 200, body: { data: { viewer: { databaseId: token.account.id } } } }),
  },
  {
    method: 'GET',
    path: '/user',
    answer: ({ token }) => {
      if (token.kind === 'job') throw refusal(403, 'Resource not accessible by integration');
      return { status: 200, body: accountOf(token.account) };
    },
  },
  {
    method: 'GET',
    path: '/installation/repositories',
    answer: ({ project, token }) => {
      if (token.kind !== 'job') throw refusal(403, 'You must authenticate with an installation access token');
      return { status: 200, body: { total_count: 1, repositories: [repositoryOf(project, token)] } };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}',
    answer: ({ project, token }) => ({ status: 200, body: repositoryOf(project, token) }),
  },
  ...gitData,
  ...pulls,
];

/** @param prefix where its API lies: nothing for github.com's, `/api/v3` for a server of one's own. */
export async function startGithub(project: Project, prefix = ''): Promise<FakeHost> {
  const description = await loadDescription();
  return await startHost({
    prefix,
    beside: prefix === '' ? {} : { '/api/graphql': GRAPHQL },
    check: (request) => (request.path === GRAPHQL ? graphqlFaults(request) : description.check(request)),
    answer: (request) => {
      const { status, body, headers: own = {} } = answerTo(project, request);
      const { scopes } = tokenOf(project, request);
      const headers = scopes === undefined ? own : { ...own, 'x-oauth-scopes': scopes };
      const complete = body === undefined ? {} : { body: description.complete(request, status, body) };
      return { status, headers: { ...headers, 'x-github-request-id': String(project.nextId()) }, ...complete };
    },
  });
}

const GRAPHQL = '/graphql';
/** The one question that is known. */
const VIEWER = /^query \{ viewer \{ databaseId \} \}$/;

function graphqlFaults({ method, body }: HostRequest): readonly string[] {
  return method === 'POST' && VIEWER.test(String(body['query'])) ? [] : [`${String(body['query'])} is not known`];
}

function answerTo(project: Project, request: HostRequest): HostAnswer {
  const token = tokenOf(project, request);
  for (const route of routes) {
    const params = route.method === request.method ? paramsIn(route.path, request.path) : undefined;
    if (params === undefined) continue;
    if (params['owner'] !== undefined) admit(project, token, request, params);
    return route.answer({ ...request, params, project, token });
  }
  throw NOT_FOUND;
}

/** GitHub knows a token by `Bearer` and by `token`. */
function tokenOf({ tokens }: Project, { headers }: HostRequest): Token {
  const value = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const token = tokens.find((each) => each.value === value);
  if (token !== undefined) return token;
  throw value === undefined ? refusal(401, 'Requires authentication') : refusal(401, 'Bad credentials');
}

/** Whoever may not see a repository does not learn that it is there. */
function admit(
  project: Project,
  token: Token,
  { method }: HostRequest,
  params: Readonly<Record<string, string>>,
): void {
  const isHere = params['owner'] === project.owner && params['repo'] === project.name;
  if (!isHere || token.scope === 'none') throw NOT_FOUND;
  if (method === 'GET' || (token.role === 'write' && token.scope === 'write')) return;
  const by = token.kind === 'job' ? 'integration' : 'personal access token';
  throw refusal(403, `Resource not accessible by ${by}`, {}, { 'x-accepted-github-permissions': 'contents=write' });
}

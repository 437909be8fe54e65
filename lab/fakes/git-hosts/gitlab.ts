// A GitLab host on loopback, as far as change requests go: under /api/v4, or below a sub-path as many companies serve it. Each request is held
// against the parameters that GitLab's documentation lists.
import { files } from './gitlab/files.ts';
import { mergeRequests } from './gitlab/merge-requests.ts';
import { parameterFaults, type Route, refusal } from './gitlab/route.ts';
import type { Project, Token } from './project.ts';
import { type FakeHost, type HostAnswer, type HostRequest, paramsIn, Refusal, startHost } from './server.ts';

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/user',
    takes: {},
    answer: ({ token: { account } }) => ({ status: 200, body: { id: account.id, username: account.login } }),
  },
  {
    method: 'GET',
    path: '/personal_access_tokens/self',
    takes: {},
    answer: ({ token }) => ({
      status: 200,
      body: { id: 1, user_id: token.account.id, active: true, scopes: [token.scope === 'write' ? 'api' : 'read_api'] },
    }),
  },
  {
    method: 'GET',
    path: '/job',
    takes: {},
    forJobs: true,
    answer: ({ token: { account } }) => ({ status: 200, body: { id: 1, user: { id: account.id } } }),
  },
  {
    method: 'GET',
    path: '/projects/{id}',
    takes: { statistics: 'boolean', license: 'boolean' },
    answer: ({ project, token }) => ({
      status: 200,
      body: {
        id: project.id,
        path_with_namespace: `${project.owner}/${project.name}`,
        default_branch: project.defaultBranch,
        web_url: `https://host.example/${project.owner}/${project.name}`,
        permissions: { project_access: { access_level: token.role === 'write' ? 30 : 20 }, group_access: null },
      },
    }),
  },
  ...files,
  ...mergeRequests,
];

/** @param prefix where its API lies: `/gitlab/api/v4` for one below a sub-path. */
export function startGitlab(project: Project, prefix = '/api/v4'): Promise<FakeHost> {
  return startHost({
    prefix,
    check: (request) => {
      const route = routeOf(request)?.route;
      return route === undefined ? ['there is no such endpoint'] : parameterFaults(route, request);
    },
    answer: (request) => answerTo(project, request),
  });
}

function routeOf({ method, path }: HostRequest) {
  for (const route of routes) {
    const params = route.method === method ? paramsIn(route.path, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function answerTo(project: Project, request: HostRequest): HostAnswer {
  const token = tokenOf(project, request);
  const found = routeOf(request);
  if (found === undefined) throw new Refusal(404, { error: '404 Not Found' });
  const { route, params } = found;
  // A job's own token opens little; GitLab says so as if it knew nobody.
  if (token.kind === 'job' && route.forJobs !== true) throw refusal(401, '401 Unauthorized');
  if (params['id'] !== undefined) admit(project, token, request, params['id']);
  const [fault] = parameterFaults(route, request).filter((each) => each.endsWith('is missing'));
  if (fault !== undefined) throw new Refusal(400, { error: fault });
  return route.answer({ ...request, params, project, token });
}

/** By a header of GitLab's own, by OAuth's, or, of a job, by its own. */
function tokenOf({ tokens }: Project, { headers }: HostRequest): Token {
  const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const personal = headers['private-token'] ?? bearer;
  const token = tokens.find(({ value, kind }) => value === (kind === 'job' ? headers['job-token'] : personal));
  if (token === undefined) throw refusal(401, '401 Unauthorized');
  return token;
}

function admit({ id, owner, name }: Project, token: Token, { method }: HostRequest, asked: string): void {
  if (asked !== String(id) && asked !== `${owner}/${name}`) throw refusal(404, '404 Project Not Found');
  const isEnough = token.scope === 'write' || (token.scope === 'read' && method === 'GET');
  if (!isEnough) {
    const error_description = 'The request requires higher privileges than provided by the access token.';
    throw new Refusal(403, {
      error: 'insufficient_scope',
      error_description,
      scope: method === 'GET' ? 'read_api api' : 'api',
    });
  }
  if (method !== 'GET' && token.role !== 'write') throw refusal(403, '403 Forbidden');
}

// GitLab's model registry on loopback, by the calls of MLflow's that it serves and by no others, as its source has it (17.9 to 18): lib/api/ml/mlflow
// (model_versions.rb and runs.rb at 1737a58, registered_models.rb at 04e80ac, api_helpers.rb at f7f952a), lib/api/ml/mlflow_artifacts at 1737a58,
// lib/api/ml_model_packages.rb at 2d0fdb4, lib/api/entities/ml/mlflow, app/services/ml, and their specs. Each request is held against the parameters named there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parameterFaults, type Type } from './git-hosts/gitlab/route.ts';
import { type FakeHost, type HostAnswer, type HostRequest, paramsIn, Refusal, startHost } from './git-hosts/server.ts';
import { answersOfRegistry, newProject, type RegistryProject } from './gitlab-registry/project.ts';

export interface RegistryToken {
  readonly value: string;
  readonly scope: 'api' | 'read_api' | 'read_user';
  /** Whether its owner may see the project; whoever may not is told that there is none. */
  readonly seesProject: boolean;
}

export interface FakeRegistry extends FakeHost {
  /** What MLFLOW_TRACKING_URI is to be. */
  readonly trackingUri: string;
  /** Every request but those that only read. */
  readonly writes: () => readonly HostRequest[];
}

/** A call that is served. */
export interface RegistryRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Below the project. */
  readonly path: string;
  readonly takes: Readonly<Record<string, Type>>;
  readonly answer: (call: RegistryCall) => HostAnswer;
}

export interface RegistryCall {
  readonly project: RegistryProject;
  /** Of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Of the query and of the body. */
  readonly given: Readonly<Record<string, unknown>>;
}

export interface RegistryOptions {
  readonly tokens: readonly RegistryToken[];
  /** The path that GitLab itself lies below: `/gitlab`. */
  readonly below?: string;
  /** Artifacts lie in an object store at another origin, to which GitLab sends whoever downloads, as it does by default (lib/api/helpers.rb). */
  readonly hasStore?: true;
}

const PROJECT = '/projects/7';

export async function startGitlabRegistry({ tokens, below = '', hasStore }: RegistryOptions): Promise<FakeRegistry> {
  const breaches: string[] = [];
  const project = newProject();
  const store = hasStore === true ? await startStore(project, breaches) : undefined;
  project.storeUrl = store?.url;
  const host = await startHost({
    prefix: `${below}/api/v4`,
    check: (request) => checked(request),
    answer: (request) => answered(project, tokens, request),
  });
  return {
    ...host,
    get breaches() {
      return [...host.breaches, ...breaches];
    },
    trackingUri: `${host.url}${PROJECT}/ml/mlflow`,
    writes: () => host.requests.filter(({ method }) => method !== 'GET'),
    stop: async () => {
      await host.stop();
      await store?.stop();
    },
  };
}

function routeOf({ method, path }: HostRequest) {
  for (const route of answersOfRegistry) {
    const params = route.method === method ? paramsIn(PROJECT + route.path, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function checked(request: HostRequest): readonly string[] {
  if (request.path === '/metadata') return [];
  const found = routeOf(request);
  if (found === undefined) return ['there is no such call'];
  // A file comes as it is to GitLab, and as a JSON text to this one.
  return found.route.method === 'PUT' ? [] : parameterFaults(found.route, request);
}

function answered(project: RegistryProject, tokens: readonly RegistryToken[], request: HostRequest): HostAnswer {
  const [, value] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const token = tokens.find((each) => each.value === value);
  const found = routeOf(request);
  if (request.path !== '/metadata' && found === undefined && !request.path.startsWith('/projects/'))
    throw new Refusal(404, { error: '404 Not Found' });
  if (token === undefined) throw new Refusal(401, { message: '401 Unauthorized' });
  const scopes = request.method === 'GET' ? ['api', 'read_api'] : ['api'];
  if (!scopes.includes(token.scope))
    throw new Refusal(403, {
      error: 'insufficient_scope',
      error_description: 'The request requires higher privileges than provided by the access token.',
      scope: scopes.join(' '),
    });
  if (request.path === '/metadata')
    return { status: 200, body: { version: '18.2.1', revision: 'abc', enterprise: false } };
  if (!token.seesProject || !request.path.startsWith(`${PROJECT}/`))
    throw new Refusal(404, { message: '404 Project Not Found' });
  if (found === undefined) throw new Refusal(404, { error: '404 Not Found' });
  const [fault] = parameterFaults(found.route, request).filter((each) => each.endsWith('is missing'));
  if (fault !== undefined) throw new Refusal(400, { error: fault });
  const given = { ...Object.fromEntries(request.query), ...request.body };
  return found.route.answer({ project, path: found.params, given });
}

/** An object store with signed addresses: it takes them from anybody, and nobody's token. */
async function startStore(project: RegistryProject, breaches: string[]) {
  const server = createServer((request, response) => {
    if (request.headers.authorization !== undefined) breaches.push(`${request.url}: the store was shown a token`);
    const [, id = '', name = ''] = /^\/signed\/(\d+)\/([^?]+)/.exec(request.url ?? '') ?? [];
    const text = project.versions.find((version) => String(version.id) === id)?.files.get(decodeURIComponent(name));
    response.writeHead(text === undefined ? 403 : 200).end(text ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

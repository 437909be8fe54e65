import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { RepositorySpec } from '../config/schema-types.ts';
import { proxiesIn } from '../lib/proxies.ts';
import type { Messages } from '../ports/messages.ts';
import { type Platform, PlatformTrouble } from '../ports/platform.ts';
import type { Registry } from '../ports/registry.ts';
import type { ReportFiles } from '../ports/report-files.ts';
import type { World } from '../ports/world.ts';
import { files } from '../worktree/files.ts';
import { packageFiles } from '../worktree/package-files.ts';
import { reportFiles } from '../worktree/report-files.ts';
import { version } from './version.ts';

/** What stands behind each port. */
export interface Composition {
  readonly world: World;
  readonly reportFiles: ReportFiles;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The composition root: the one place that knows both commands' ports and the adapters behind them. */
export function compose(messages: Messages): Composition {
  const { env } = process;
  const world: World = {
    files,
    clock: {
      today: () => new Date().toISOString().slice(0, 10),
      elapsed: () => performance.now(),
      wait: (milliseconds, signal) =>
        new Promise((resolve) => {
          const end = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', end);
            resolve();
          };
          const timer = setTimeout(end, signal?.aborted === true ? 0 : milliseconds);
          signal?.addEventListener('abort', end, { once: true });
        }),
      every: (milliseconds, deed) => {
        const timer = setInterval(deed, milliseconds).unref();
        return () => clearInterval(timer);
      },
    },
    messages,
    packageFiles: packageFiles(),
    directory: process.cwd(),
    version,
    registry: (setting, root, own) => registryOf(root, env, setting, own),
    platform: (setting, root) => platformOf(setting, root, env),
    actor: async (root) => {
      const token = env['AIGW_ID_TOKEN'];
      const actor = await actorIn(root, env);
      return token ? { ...actor, identity: (await import('./id-token.ts')).identityIn(token) } : actor;
    },
    layRepository: async (source, folder, more) =>
      (await import('../worktree/lay-repository.ts')).layRepository(source, folder, more),
    signingKey: () => env['AIGW_SIGNING_KEY'] || undefined,
    newId: () => randomUUID(),
  };
  return { world, reportFiles };
}

async function registryOf(
  root: string,
  env: Environment,
  setting: RepositorySpec['registry'],
  own: RepositorySpec['registry'],
): Promise<Registry> {
  if (setting?.type !== 'mlflow') {
    const { filesRegistry } = await import('../registries/files/registry.ts');
    return filesRegistry(join(root, 'registry'), Date.now);
  }
  const { serverOf } = await import('../registries/mlflow/variables.ts');
  const { connectionTo } = await import('../registries/mlflow/connection.ts');
  const { gitlabRegistry, isGitlab } = await import('../registries/mlflow/gitlab.ts');
  const { mlflowRegistry } = await import('../registries/mlflow/registry.ts');
  const { url, variables, help } = serverOf(setting, own, env);
  const connection = connectionTo(url, variables, help, proxiesIn(env));
  if (!isGitlab(connection)) return mlflowRegistry(connection);
  const { filesRegistry } = await import('../registries/files/registry.ts');
  const { withLedgersIn } = await import('../registries/ledger-apart.ts');
  const registry = gitlabRegistry(connection);
  return withLedgersIn(filesRegistry(join(root, 'registry'), registry.now), registry);
}

async function platformOf(setting: RepositorySpec['platform'], root: string, env: Environment): Promise<Platform> {
  const url = urlIn(setting?.url, env)?.replace(/\/+$/, '');
  if (setting?.type === 'github') {
    const project = projectOf(setting.project ?? env['GITHUB_REPOSITORY']);
    const [owner = '', repo = ''] = project.split('/');
    const { networkOf } = await import('../platforms/network.ts');
    const { githubPlatform } = await import('../platforms/github/platform.ts');
    const api = url === undefined ? (env['GITHUB_API_URL'] ?? 'https://api.github.com') : githubApi(url);
    return githubPlatform({ url: api, owner, repo, token: githubToken(env), network: networkOf(env) });
  }
  if (setting?.type === 'gitlab') {
    const project = projectOf(setting.project ?? env['CI_PROJECT_PATH']);
    const { networkOf } = await import('../platforms/network.ts');
    const { gitlabPlatform } = await import('../platforms/gitlab/platform.ts');
    const host = url ?? env['CI_SERVER_URL'] ?? 'https://gitlab.com';
    return gitlabPlatform({ url: host, project, token: gitlabToken(env), network: networkOf(env) });
  }
  const { localPlatform } = await import('../platforms/local/platform.ts');
  return localPlatform({ folder: root });
}

/** The text, or what the variable holds that it names; undefined where that is empty. */
function urlIn(url: string | { readonly env: string } | undefined, env: Environment): string | undefined {
  return (typeof url === 'object' ? env[url.env] : url) || undefined;
}

function projectOf(project: string | undefined): string {
  if (project?.includes('/') === true) return project;
  const message = 'Nothing says which project of the Git host holds this repo.';
  throw new PlatformTrouble('unusable', message, 'Name it in aigw.yaml at spec.platform.project.');
}

/** Of a server of one's own below the site; of GitHub's own sites under a name beside it. */
function githubApi(url: string): string {
  const own = /^https:\/\/((?:[\w-]+\.ghe|github)\.com)$/.exec(url)?.[1];
  return own === undefined ? `${url}/api/v3` : `https://api.${own}`;
}

function githubToken(env: Environment): string {
  const token = env['GITHUB_TOKEN'] || env['GH_TOKEN'];
  if (token) return token;
  throw new PlatformTrouble(
    'refused',
    'There is no token for GitHub: GITHUB_TOKEN and GH_TOKEN are not set.',
    'In a workflow, set GITHUB_TOKEN in `env` to github.token. A job of a fork gets one that may only read: run this in the project itself.',
  );
}

/** What a job gets by itself opens neither files nor a single branch, and nothing to write (doc/ci/jobs/ci_job_token.md of GitLab 18). */
function gitlabToken(env: Environment): string {
  const token = env['GITLAB_TOKEN'];
  if (token) return token;
  const instead = env['CI_JOB_TOKEN'] ? ' CI_JOB_TOKEN may neither read files nor open merge requests.' : '';
  throw new PlatformTrouble(
    'refused',
    `There is no token for GitLab: GITLAB_TOKEN is not set.${instead}`,
    'Set it to a token of the project with the scope api. Jobs of forks do not get it, nor those of unprotected branches where it is protected: run this in the project itself.',
  );
}

/** By the variables of CI jobs; on a laptop by what Git or the system calls the user. */
async function actorIn(root: string, env: Environment): Promise<{ readonly name: string; readonly evidence: string }> {
  if (env['GITLAB_CI'] && env['GITLAB_USER_LOGIN'])
    return { name: env['GITLAB_USER_LOGIN'], evidence: env['CI_JOB_URL'] ?? 'a job of GitLab' };
  if (env['GITHUB_ACTIONS'] && env['GITHUB_ACTOR']) {
    const run = `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`;
    return { name: env['GITHUB_ACTOR'], evidence: run };
  }
  const { gitUser } = await import('../worktree/git-user.ts');
  const address = await gitUser(root);
  const { username } = userInfo();
  return { name: address ?? username, evidence: `${username} at ${hostname()}` };
}

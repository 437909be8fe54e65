// MLflow's tracking server and model registry 3.17.0, with its basic auth.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PYTHON } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { pythonEnvironment, pythonVariables } from '../python.ts';
import { runAt } from '../site.ts';

export const MLFLOW_VERSION = '3.17.0';

/** Basic auth's first user, who may do anything. */
export const ADMIN = { username: 'admin', password: 'lab-password-0000' } as const;

export interface RunningMlflow extends RunningMember {
  readonly url: string;
  readonly log: string;
}

export interface MlflowOptions {
  /** Serves below this path, as behind a proxy: '/mlflow'. */
  readonly staticPrefix?: string;
  /** Asks nobody who they are, nor what they may do. */
  readonly isOpen?: true;
  /** Takes `token of NAME` for a token of that user, by an authorization function of the lab's own, as servers behind single sign-on have one. */
  readonly hasTokens?: true;
  /** Processes that answer, two unless it is told: the second takes some seconds of processor time to start. */
  readonly workers?: number;
  /** Knows workspaces, of which `default` is there. */
  readonly hasWorkspaces?: true;
}

/** Starts an empty server; nobody may do anything without a user. It is up in 7 to 25 seconds. */
export async function startMlflow(options: MlflowOptions = {}): Promise<RunningMlflow> {
  const { staticPrefix, isOpen, hasTokens, hasWorkspaces, workers = 2 } = options;
  const bin = join(await pythonEnvironment('mlflow'), 'bin');
  return await runAt('mlflow', async ({ folder, start }) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}${staticPrefix ?? ''}`;
    const auth = join(folder, 'auth.ini');
    await writeFile(auth, authFile(folder, hasTokens === true), { mode: 0o600 });
    await writeFile(join(folder, 'lab_tokens.py'), TOKENS);
    const settings = {
      host: '127.0.0.1',
      port: String(port),
      workers: String(workers),
      ...(isOpen === true ? {} : { 'app-name': 'basic-auth' }),
      'backend-store-uri': `sqlite:///${folder}/mlflow.db`,
      'artifacts-destination': join(folder, 'artifacts'),
      ...(staticPrefix === undefined ? {} : { 'static-prefix': staticPrefix }),
    };
    const { log } = await start('mlflow', {
      command: join(bin, 'python'),
      args: [
        ...['-m', 'mlflow', 'server'],
        ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
        ...(hasWorkspaces === true ? ['--enable-workspaces'] : []),
      ],
      cwd: folder,
      env: {
        HOME: folder,
        ...(await pythonVariables(folder)),
        MLFLOW_AUTH_CONFIG_PATH: auth,
        MLFLOW_FLASK_SERVER_SECRET_KEY: randomBytes(16).toString('hex'),
        MLFLOW_ENABLE_WORKSPACES: String(hasWorkspaces === true),
        // Otherwise it starts nine processes of 225 MB each, for jobs that nobody gives it.
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      },
      isReady: answersAt(`${url}/health`),
      readyWithin: 120_000,
    });
    const credentials = { MLFLOW_TRACKING_USERNAME: ADMIN.username, MLFLOW_TRACKING_PASSWORD: ADMIN.password };
    const variables = { MLFLOW_TRACKING_URI: url, ...(isOpen === true ? {} : credentials) };
    return { url, log, variables };
  });
}

/** MLflow's authorization function is one that gives who asks, or an answer. */
const TOKENS = `from flask import request
from mlflow.server.auth import authenticate_request_basic_auth
from werkzeug.datastructures import Authorization


def authenticate():
    given = request.authorization
    if given is None or given.type != "bearer":
        return authenticate_request_basic_auth()
    return Authorization("basic", {"username": given.token.removeprefix("token of "), "password": ""})
`;

/** A password is looked at once in ten minutes: its hash takes 0.2 s. */
function authFile(folder: string, hasTokens: boolean): string {
  return `[mlflow]
default_permission = NO_PERMISSIONS
database_uri = sqlite:///${folder}/auth.db
admin_username = ${ADMIN.username}
admin_password = ${ADMIN.password}
auth_cache_ttl_seconds = 600
authorization_function = ${hasTokens ? 'lab_tokens:authenticate' : 'mlflow.server.auth:authenticate_request_basic_auth'}
`;
}

/** The header that says who asks. */
export function basicAuthorization({ username, password }: { readonly username: string; readonly password: string }) {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

export const member: Member = {
  group: 'registry',
  about: `MLflow ${MLFLOW_VERSION} with basic auth`,
  needs: [PYTHON],
  start: () => startMlflow(),
  firstAnswer: async ({ variables }) => {
    const registered = `${variables['MLFLOW_TRACKING_URI']}/api/2.0/mlflow/registered-models/create`;
    const answer = await fetch(registered, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basicAuthorization(ADMIN) },
      body: JSON.stringify({ name: 'first' }),
    });
    return { answer: await answer.text(), expected: '"name": "first"' };
  },
};

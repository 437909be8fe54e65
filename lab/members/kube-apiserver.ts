// Kubernetes' API server on an etcd of its own: enough to ask whether it takes an object. Nothing acts on what it holds.
import { generateKeyPairSync } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { installOnce } from '../cache.ts';
import { apiClient } from '../cluster/api-client.ts';
import { installCrds, sourceOf } from '../cluster/crds.ts';
import { mustRun } from '../commands.ts';
import { debian, GO } from '../host.ts';
import { KUBERNETES_VERSION, kubernetesPrograms } from '../kubernetes.ts';
import type { Member, RunningMember } from '../member.ts';
import { freePort } from '../process.ts';
import { runAt } from '../site.ts';
import { startEtcd } from './etcd.ts';

/** Of whoever may do anything, in the lab. */
const TOKEN = 'lab-0000000000000000';

export interface RunningApiServer extends RunningMember {
  readonly url: string;
  readonly token: string;
  /** The path of a kubeconfig for its administrator. */
  readonly kubeconfig: string;
  /** The path of the key that its service accounts' tokens are signed with. */
  readonly serviceAccountKey: string;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
}

/**
 * For Go's collector of garbage. Most of what the server allocates while it learns definitions is garbage a moment later: with the
 * collector's defaults, all 64 that the lab has cost 51 s of processor time and, under the whole cluster's clients, 3 GB at the peak. So it
 * collects less often, until it nears a limit above the 0.6 GB that stay in use: 40 s.
 */
const MEMORY = { GOGC: '400', GOMEMLIMIT: '2GiB' };

/** Starts an API server that knows the kinds of these projects, and is empty otherwise. */
export async function startApiServer(projects: readonly string[] = []): Promise<RunningApiServer> {
  if (projects.length === 0) return await serve(async (folder) => join(folder, 'data'));
  const known = await dataWith(projects);
  return await serve(async (folder) => {
    const copy = join(folder, 'data');
    await cp(known, copy, { recursive: true });
    return copy;
  });
}

/**
 * The folder of an etcd's data as an API server has left it that was told of these projects' kinds. Being told of all 64 takes 33 s of processor
 * time, and to find them there takes 5 s.
 */
async function dataWith(projects: readonly string[]): Promise<string> {
  const inputs = [KUBERNETES_VERSION, ...projects.map((project) => sourceOf(project))];
  return await installOnce('kinds', inputs, async (draft) => {
    const server = await serve(async () => draft);
    const client = apiClient(server);
    try {
      await installCrds(client, projects);
    } finally {
      client.close();
      await server.stop();
    }
  });
}

/** @param dataOf the folder of its etcd's data, asked with the folder of the server. */
async function serve(dataOf: (folder: string) => Promise<string>): Promise<RunningApiServer> {
  const bin = await kubernetesPrograms();
  return await runAt('kube-apiserver', async ({ folder, start, alsoStop }) => {
    const etcd = await startEtcd(await dataOf(folder));
    alsoStop(etcd.stop);
    const port = await freePort();
    const url = `https://127.0.0.1:${port}`;
    const [tokens, key, certificates] = ['tokens.csv', 'service-accounts.key', 'certificates'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeFile(tokens, `${TOKEN},admin,admin,system:masters\n`);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
    const settings = {
      'etcd-servers': etcd.url,
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      'cert-dir': certificates,
      'token-auth-file': tokens,
      'authorization-mode': 'RBAC',
      'service-account-issuer': url,
      'service-account-key-file': key,
      'service-account-signing-key-file': key,
      'service-cluster-ip-range': '10.96.0.0/16',
      // It would write this machine's address into the cluster, which has no use for it, and refuses a loopback one.
      'endpoint-reconciler-type': 'none',
      // Debian 12's etcd (3.4.23) cannot tell how far a watch is, which streamed lists need; clients that are refused one wait before each new
      // try, and see changes a quarter of a minute late.
      'feature-gates': 'WatchList=false',
    };
    await start('kube-apiserver', {
      command: join(bin, 'kube-apiserver'),
      args: Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
      env: MEMORY,
      isReady: () => isHealthy(`${url}/readyz`),
      readyWithin: 180_000,
    });
    const authority = await readFile(join(certificates, 'apiserver.crt'), 'utf8');
    const kubeconfig = join(folder, 'kubeconfig.json');
    await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(url, authority), null, 2), { mode: 0o600 });
    return { url, token: TOKEN, kubeconfig, serviceAccountKey: key, authority, variables: { KUBECONFIG: kubeconfig } };
  });
}

/** JSON is YAML, which kubeconfigs are. */
function kubeconfigOf(url: string, authority: string): object {
  const name = 'aigw-lab';
  const certificate = Buffer.from(authority).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': certificate } }],
    users: [{ name, user: { token: TOKEN } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}

/** Whether a part of Kubernetes says that it is well. Nobody can know its certificate before it has made it. */
export function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      rejectUnauthorized: false,
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    asked.once('response', (answer) => resolve(answer.resume().statusCode === 200));
    asked.once('error', reject);
    asked.end();
  });
}

/** Runs kubectl against a running API server, and gives what it printed. */
export async function kubectl(kubeconfig: string, args: readonly string[], input?: string): Promise<string> {
  const options = input === undefined ? {} : { input };
  return await mustRun(join(await kubernetesPrograms(), 'kubectl'), ['--kubeconfig', kubeconfig, ...args], options);
}

export const member: Member = {
  group: 'cluster',
  about: `Kubernetes' API server ${KUBERNETES_VERSION}, with kubectl`,
  needs: [GO, debian('etcd')],
  start: () => startApiServer(),
  firstAnswer: async ({ variables }) => ({
    answer: await kubectl(variables['KUBECONFIG'] ?? '', ['version']),
    expected: `Server Version: v${KUBERNETES_VERSION}`,
  }),
};

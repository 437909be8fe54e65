// Argo CD 3.2.11: its controllers and its repo server, with a Redis. From 3.3 on, its Go module lacks a part; 3.2.12 does not compile.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/json.ts';
import { apiClientFor } from '../cluster/api-client.ts';
import { applyAll, startController, statusWhen } from '../cluster/controllers.ts';
import { mustRun } from '../commands.ts';
import { goPrograms } from '../go.ts';
import { debian, GIT, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { OWN_NETWORK } from '../own-network.ts';
import { runAt } from '../site.ts';
import { type RunningCluster, startCluster } from './kwok.ts';
import { startRedis } from './redis.ts';

const NAMESPACE = 'argocd';

/** The name of its one destination, which applications give. */
const CLUSTER = 'lab';

/** Starts it on a cluster that knows its kinds; the cluster itself is where its applications go. */
export async function startArgoCd(cluster: RunningCluster): Promise<RunningMember> {
  const module = 'github.com/argoproj/argo-cd/v3';
  // Its web pages, which the published module leaves out.
  const missing = { module, files: { 'ui/dist/app/index.html': '' } };
  const bin = await goPrograms({ name: 'argo-cd', programs: { argocd: `${module}/cmd` }, missing });
  await applyAll(cluster.client, settings(cluster));
  return await runAt('argo-cd', async (site) => {
    const redis = await startRedis();
    site.alsoStop(redis.stop);
    const program = join(bin, 'argocd');
    await startController(site, cluster, {
      name: 'argo-cd',
      command: 'sh',
      args: ['-c', programs(program, redis.port).join(' & ')],
      env: {
        ARGOCD_GPG_ENABLED: 'false',
        ARGOCD_FAKE_IN_CLUSTER: 'true',
        // Otherwise two of them would share one in /tmp, which stays there.
        ARGOCD_ASK_PASS_SOCK: join(site.folder, 'ask-pass.sock'),
      },
      health: { port: 8082, path: '/healthz' },
      reachable: [redis.port],
    });
    return { variables: {} };
  });
}

/** One program, told by a variable which of its parts it is. */
function programs(program: string, redis: number): readonly string[] {
  const part = (name: string, ...flags: readonly string[]) =>
    `env ARGOCD_BINARY_NAME=argocd-${name} ${program} ${flags.join(' ')}`;
  const repositories = ['--repo-server=127.0.0.1:8081', '--repo-server-plaintext', `--namespace=${NAMESPACE}`];
  return [
    part('repo-server', '--address=127.0.0.1', '--port=8081', '--disable-tls', `--redis=127.0.0.1:${redis}`),
    part(
      'applicationset-controller',
      '--metrics-addr=127.0.0.1:8090',
      '--probe-addr=127.0.0.1:8091',
      '--argocd-repo-server=127.0.0.1:8081',
      '--repo-server-plaintext',
      `--namespace=${NAMESPACE}`,
    ),
    `exec ${part('application-controller', ...repositories, `--redis=127.0.0.1:${redis}`, '--metrics-port=8082')}`,
  ];
}

function settings({ server }: RunningCluster): readonly JsonObject[] {
  const labels = { 'app.kubernetes.io/part-of': 'argocd' };
  const named = (kind: string, name: string, more: JsonObject = {}): JsonObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: NAMESPACE, labels },
    ...more,
  });
  const maps = [
    'argocd-cm',
    'argocd-rbac-cm',
    'argocd-ssh-known-hosts-cm',
    'argocd-tls-certs-cm',
    'argocd-gpg-keys-cm',
  ];
  const caData = Buffer.from(server.authority).toString('base64');
  const config = JSON.stringify({ bearerToken: server.token, tlsClientConfig: { caData } });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    ...maps.map((name) => named('ConfigMap', name)),
    named('Secret', 'argocd-secret', { stringData: { 'server.secretkey': 'lab-0000000000000000' } }),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: CLUSTER, namespace: NAMESPACE, labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
      stringData: { name: CLUSTER, server: server.url, config },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'default', namespace: NAMESPACE },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      },
    },
  ];
}

const labels = { app: 'first' };

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'first' },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example.com/first:1' }] } },
  },
};

/** A repository with one deployment in it. */
async function repositoryIn(folder: string): Promise<string> {
  const repository = join(folder, 'repository');
  await mkdir(repository, { recursive: true });
  await writeFile(join(repository, 'deployment.json'), JSON.stringify(DEPLOYMENT));
  const git = (...words: readonly string[]) =>
    mustRun('git', ['-c', 'user.name=lab', '-c', 'user.email=lab@example.com', ...words], { cwd: repository });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=First');
  return `file://${repository}`;
}

/** One application, made by a set, so that both controllers have to act. */
function applicationSet(repoURL: string): JsonObject {
  const spec = {
    project: 'default',
    source: { repoURL, path: '.', targetRevision: 'main' },
    destination: { name: CLUSTER, namespace: 'default' },
    syncPolicy: { automated: {} },
  };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'first', namespace: NAMESPACE },
    spec: {
      generators: [{ list: { elements: [{ name: 'first' }] } }],
      template: { metadata: { name: '{{name}}' }, spec },
    },
  };
}

export const member: Member = {
  group: 'cluster',
  about: 'Argo CD 3.2.11, on a cluster of its own',
  needs: [GO, GIT, debian('etcd'), debian('redis-server'), OWN_NETWORK],
  start: () =>
    runAt('cluster-with-argo-cd', async ({ alsoStop }) => {
      const cluster = await startCluster(['argo-cd']);
      alsoStop(cluster.stop);
      alsoStop((await startArgoCd(cluster)).stop);
      return { variables: cluster.variables };
    }),
  firstAnswer: async ({ variables, folder }) => {
    const client = await apiClientFor(variables['KUBECONFIG'] ?? '');
    await applyAll(client, [applicationSet(await repositoryIn(folder))]);
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/applications/first`;
    const wordsOf = (status: JsonObject) =>
      ['sync', 'health'].map((field) => (status[field] as JsonObject | undefined)?.['status']).join(', ');
    const status = await statusWhen(client, path, (now) => wordsOf(now) === 'Synced, Healthy');
    client.close();
    return { answer: `${wordsOf(status)} ${JSON.stringify(status['conditions'] ?? '')}`, expected: 'Synced, Healthy' };
  },
};

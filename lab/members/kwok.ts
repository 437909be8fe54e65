// A cluster without containers: Kubernetes' API server, controllers and scheduler, and kwok 0.8.0, which says of nodes and pods what a
// kubelet would say.

import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/json.ts';
import { type ApiClient, apiClient } from '../cluster/api-client.ts';
import { goPrograms, goSources } from '../go.ts';
import { debian, GO } from '../host.ts';
import { KUBERNETES_VERSION, kubernetesPrograms } from '../kubernetes.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';
import { isHealthy, kubectl, type RunningApiServer, startApiServer } from './kube-apiserver.ts';

export interface RunningCluster extends RunningMember {
  readonly server: RunningApiServer;
  readonly client: ApiClient;
}

/** Starts a cluster with two nodes, which knows the kinds of these projects. */
export async function startCluster(projects: readonly string[] = []): Promise<RunningCluster> {
  const [kubernetes, kwok] = [await kubernetesPrograms(), await goPrograms({ name: 'kwok', programs: { kwok: KWOK } })];
  return await runAt('cluster', async ({ folder, start, alsoStop }) => {
    const server = await startApiServer(projects);
    alsoStop(server.stop);
    const client = apiClient(server);
    alsoStop(async () => client.close());
    for (const { name, flags } of controllers(server)) {
      const port = await freePort();
      const settings = {
        kubeconfig: server.kubeconfig,
        'bind-address': '127.0.0.1',
        'secure-port': String(port),
        'leader-elect': 'false',
        // Their usual pace, 20 and 50 requests a second, makes a hundred pods a matter of a minute.
        'kube-api-qps': '1000',
        'kube-api-burst': '1000',
        ...flags,
      };
      await start(name, {
        command: join(kubernetes, name),
        args: Object.entries(settings).map(([flag, value]) => `--${flag}=${value}`),
        env: { HOME: folder },
        cwd: folder,
        isReady: () => isHealthy(`https://127.0.0.1:${port}/healthz`),
        readyWithin: 60_000,
      });
    }
    const config = join(folder, 'stages.yaml');
    await writeFile(config, await stages());
    const port = await freePort();
    await start('kwok', {
      command: join(kwok, 'kwok'),
      args: [
        `--kubeconfig=${server.kubeconfig}`,
        `--config=${config}`,
        '--manage-all-nodes=true',
        `--server-address=127.0.0.1:${port}`,
      ],
      env: { HOME: folder },
      isReady: answersAt(`http://127.0.0.1:${port}/healthz`),
      readyWithin: 60_000,
    });
    for (const name of ['node-1', 'node-2']) await addNode(client, name);
    return { server, client, variables: server.variables };
  });
}

const KWOK = 'sigs.k8s.io/kwok/cmd/kwok';

function controllers({ serviceAccountKey }: RunningApiServer) {
  return [
    {
      name: 'kube-controller-manager',
      flags: { 'service-account-private-key-file': serviceAccountKey, 'use-service-account-credentials': 'false' },
    },
    { name: 'kube-scheduler', flags: {} },
  ] as const;
}

/** Without stages kwok does nothing: those of its module, and one by which pods of workflows end as jobs do. */
async function stages(): Promise<string> {
  const folder = join(await goSources('kwok', 'sigs.k8s.io/kwok'), 'kustomize', 'stage');
  const own = ['node/fast/*.yaml', 'node/heartbeat/*.yaml', 'pod/fast/*.yaml'].flatMap((files) =>
    globSync(join(folder, files)),
  );
  const texts = own.filter((file) => !file.endsWith('kustomization.yaml')).map((file) => readFileSync(file, 'utf8'));
  const complete = texts.find((text) => text.includes('name: pod-complete'));
  if (complete === undefined) throw new Error(`kwok's module has no stage pod-complete in ${folder}.`);
  const workflows = complete
    .replace('name: pod-complete', 'name: workflow-pod-complete')
    .replace("- 'Job'", "- 'Workflow'");
  return [...texts, workflows].join('\n---\n');
}

async function addNode(client: ApiClient, name: string): Promise<void> {
  const amounts = { cpu: '1k', memory: '16Ti', pods: '1k', 'nvidia.com/gpu': '100' };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    status: { allocatable: amounts, capacity: amounts },
  };
  const { status, body } = await client.create(node);
  if (status >= 300) throw new Error(`The node ${name} was not taken: ${body['message']}`);
}

/** A Deployment for which somebody has to act at every step: controllers, scheduler, node. */
const DEPLOYMENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'first', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'first' } },
    template: {
      metadata: { labels: { app: 'first' } },
      spec: { containers: [{ name: 'main', image: 'example.com/first:1' }] },
    },
  },
};

export const member: Member = {
  group: 'cluster',
  about: `Kubernetes ${KUBERNETES_VERSION} on kwok 0.8.0: nodes and pods without containers`,
  needs: [GO, debian('etcd')],
  start: () => startCluster(),
  firstAnswer: async ({ variables }) => {
    const kubeconfig = variables['KUBECONFIG'] ?? '';
    await kubectl(kubeconfig, ['apply', '-f', '-'], JSON.stringify(DEPLOYMENT));
    const answer = await kubectl(kubeconfig, ['rollout', 'status', 'deployment/first', '--timeout=60s']);
    return { answer, expected: 'successfully rolled out' };
  },
};

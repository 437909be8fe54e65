// Argo Events' controller 1.9.11.
import { join } from 'node:path';
import { apiClientFor } from '../cluster/api-client.ts';
import { applyAll, startController, statusWhen } from '../cluster/controllers.ts';
import { installCrds } from '../cluster/crds.ts';
import { goPrograms } from '../go.ts';
import { debian, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { OWN_NETWORK } from '../own-network.ts';
import { runAt } from '../site.ts';
import { type RunningCluster, startCluster } from './kwok.ts';

/** It looks for them in this one place. */
const SETTINGS = {
  'argo-events/controller-config.yaml': JSON.stringify({
    eventBus: {
      nats: {
        versions: [
          {
            version: 'latest',
            natsStreamingImage: 'example.com/stan:1',
            metricsExporterImage: 'example.com/exporter:1',
          },
        ],
      },
      jetstream: {
        settings: '',
        streamConfig: '',
        versions: [
          {
            version: 'latest',
            natsImage: 'example.com/nats:1',
            metricsExporterImage: 'example.com/exporter:1',
            configReloaderImage: 'example.com/reloader:1',
            startCommand: '/nats-server',
          },
        ],
      },
    },
  }),
};

/** Tells the cluster of its kinds, and starts it. */
export async function startArgoEvents(cluster: RunningCluster): Promise<RunningMember> {
  const bin = await goPrograms({
    name: 'argo-events',
    programs: { 'argo-events': 'github.com/argoproj/argo-events/cmd' },
  });
  await installCrds(cluster.client, ['argo-events']);
  return await runAt('argo-events', async (site) => {
    await startController(site, cluster, {
      name: 'argo-events',
      command: join(bin, 'argo-events'),
      args: ['controller', '--leader-election=false', '--health-port=8081'],
      env: { ARGO_EVENTS_IMAGE: 'example.com/argo-events:v1.9.11' },
      health: { port: 8081, path: '/healthz' },
      etc: SETTINGS,
    });
    return { variables: {} };
  });
}

const EVENT_BUS = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'EventBus',
  metadata: { name: 'default', namespace: 'default' },
  spec: { jetstream: { version: 'latest', replicas: 3 } },
};

export const member: Member = {
  group: 'cluster',
  about: "Argo Events' controller 1.9.11, on a cluster of its own",
  needs: [GO, debian('etcd'), OWN_NETWORK],
  start: () =>
    runAt('cluster-with-argo-events', async ({ alsoStop }) => {
      const cluster = await startCluster();
      alsoStop(cluster.stop);
      alsoStop((await startArgoEvents(cluster)).stop);
      return { variables: cluster.variables };
    }),
  firstAnswer: async ({ variables }) => {
    const client = await apiClientFor(variables['KUBECONFIG'] ?? '');
    await applyAll(client, [EVENT_BUS]);
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/eventbus/default';
    const status = await statusWhen(client, path, (now) => JSON.stringify(now).includes('JetStream is deployed'));
    client.close();
    return { answer: JSON.stringify(status['conditions']), expected: 'JetStream is deployed' };
  },
};

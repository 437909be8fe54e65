// Argo Rollouts' controller 1.9.1.
import { join } from 'node:path';
import { apiClientFor } from '../cluster/api-client.ts';
import { applyAll, startController, statusWhen } from '../cluster/controllers.ts';
import { goPrograms } from '../go.ts';
import { debian, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { OWN_NETWORK } from '../own-network.ts';
import { runAt } from '../site.ts';
import { type RunningCluster, startCluster } from './kwok.ts';

/** Starts it on a cluster that knows its kinds. */
export async function startArgoRollouts(cluster: RunningCluster): Promise<RunningMember> {
  const programs = { 'rollouts-controller': 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller' };
  const bin = await goPrograms({ name: 'argo-rollouts', programs });
  return await runAt('argo-rollouts', async (site) => {
    await startController(site, cluster, {
      name: 'rollouts-controller',
      command: join(bin, 'rollouts-controller'),
      args: ['--leader-elect=false'],
      health: { port: 8080, path: '/healthz' },
    });
    return { variables: {} };
  });
}

const labels = { app: 'first' };

/** A canary that stops at its first step once it has something to compare with. */
function rollout(image: string) {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'first', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } },
    },
  };
}

export const member: Member = {
  group: 'cluster',
  about: "Argo Rollouts' controller 1.9.1, on a cluster of its own",
  needs: [GO, debian('etcd'), OWN_NETWORK],
  start: () =>
    runAt('cluster-with-argo-rollouts', async ({ alsoStop }) => {
      const cluster = await startCluster(['argo-rollouts']);
      alsoStop(cluster.stop);
      alsoStop((await startArgoRollouts(cluster)).stop);
      return { variables: cluster.variables };
    }),
  firstAnswer: async ({ variables }) => {
    const client = await apiClientFor(variables['KUBECONFIG'] ?? '');
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/rollouts/first';
    await applyAll(client, [rollout('example.com/first:1')]);
    await statusWhen(client, path, ({ phase }) => phase === 'Healthy');
    await applyAll(client, [rollout('example.com/first:2')]);
    const status = await statusWhen(client, path, ({ phase }) => phase === 'Paused');
    client.close();
    return { answer: `${status['phase']}: ${status['message']}`, expected: 'Paused: CanaryPauseStep' };
  },
};

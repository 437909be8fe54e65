// Argo Workflows' controller 3.7.3, and its program `argo`, which checks workflows without a cluster.
import { join } from 'node:path';
import { apiClientFor } from '../cluster/api-client.ts';
import { applyAll, startController, statusWhen } from '../cluster/controllers.ts';
import { goPrograms } from '../go.ts';
import { debian, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { OWN_NETWORK } from '../own-network.ts';
import { runAt } from '../site.ts';
import { type RunningCluster, startCluster } from './kwok.ts';

/** The folder of `argo` and `workflow-controller`. */
export function argoWorkflowsPrograms(): Promise<string> {
  const module = 'github.com/argoproj/argo-workflows/v3';
  const names = ['argo', 'workflow-controller'];
  return goPrograms({
    name: 'argo-workflows',
    programs: Object.fromEntries(names.map((name) => [name, `${module}/cmd/${name}`])),
    // Its web pages, which the published module leaves out.
    missing: { module, files: { 'ui/dist/app/index.html': '' } },
  });
}

/** Where it takes workflows from; its own settings lie there too. */
const NAMESPACE = 'default';

/** Starts it on a cluster that knows its kinds. */
export async function startArgoWorkflows(cluster: RunningCluster): Promise<RunningMember> {
  const bin = await argoWorkflowsPrograms();
  const metadata = { name: 'workflow-controller-configmap', namespace: NAMESPACE };
  await applyAll(cluster.client, [{ apiVersion: 'v1', kind: 'ConfigMap', metadata }]);
  return await runAt('argo-workflows', async (site) => {
    await startController(site, cluster, {
      name: 'workflow-controller',
      command: join(bin, 'workflow-controller'),
      args: ['--namespace', NAMESPACE, '--executor-image', 'example.com/argoexec:v3.7.3'],
      env: {
        LEADER_ELECTION_DISABLE: 'true',
        // It names itself as leader even where it is told that there is no election.
        LEADER_ELECTION_IDENTITY: 'lab',
        // Pods of kwok end without a word about their results, for which it would wait ten minutes.
        TASK_RESULT_TIMEOUT_DURATION: '1s',
      },
      health: { port: 6060, path: '/healthz' },
    });
    return { variables: {} };
  });
}

const WORKFLOW = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata: { name: 'first', namespace: NAMESPACE },
  spec: {
    entrypoint: 'main',
    templates: [{ name: 'main', container: { image: 'example.com/first:1', command: ['true'] } }],
  },
};

export const member: Member = {
  group: 'cluster',
  about: "Argo Workflows' controller 3.7.3, on a cluster of its own",
  needs: [GO, debian('etcd'), OWN_NETWORK],
  start: () =>
    runAt('cluster-with-argo-workflows', async ({ alsoStop }) => {
      const cluster = await startCluster(['argo-workflows']);
      alsoStop(cluster.stop);
      alsoStop((await startArgoWorkflows(cluster)).stop);
      return { variables: cluster.variables };
    }),
  firstAnswer: async ({ variables }) => {
    const client = await apiClientFor(variables['KUBECONFIG'] ?? '');
    await applyAll(client, [WORKFLOW]);
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/workflows/first`;
    const hasEnded = ({ phase }: { readonly phase?: unknown }) =>
      ['Succeeded', 'Failed', 'Error'].includes(String(phase));
    const status = await statusWhen(client, path, hasEnded);
    client.close();
    return { answer: `${status['phase']} ${status['message'] ?? ''}`, expected: 'Succeeded' };
  },
};

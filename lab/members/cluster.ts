// A whole cluster for people: every kind that aigw knows, and Argo's controllers at work.
import { apiClientFor } from '../cluster/api-client.ts';
import { installCrds, projectsWithDefinitions } from '../cluster/crds.ts';
import { debian, GIT, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { OWN_NETWORK } from '../own-network.ts';
import { runAt } from '../site.ts';
import { startArgoCd } from './argo-cd.ts';
import { startArgoEvents } from './argo-events.ts';
import { startArgoRollouts } from './argo-rollouts.ts';
import { startArgoWorkflows } from './argo-workflows.ts';
import { startCluster } from './kwok.ts';

function start(): Promise<RunningMember> {
  return runAt('whole-cluster', async ({ alsoStop }) => {
    const cluster = await startCluster();
    alsoStop(cluster.stop);
    await installCrds(cluster.client, projectsWithDefinitions());
    alsoStop((await startArgoRollouts(cluster)).stop);
    alsoStop((await startArgoWorkflows(cluster)).stop);
    alsoStop((await startArgoEvents(cluster)).stop);
    alsoStop((await startArgoCd(cluster)).stop);
    return { variables: cluster.variables };
  });
}

export const member: Member = {
  group: 'cluster',
  about: 'Kubernetes on kwok with all definitions and the controllers of Argo Rollouts, Workflows, Events and CD',
  needs: [GO, GIT, debian('etcd'), debian('redis-server'), OWN_NETWORK],
  // With all definitions, the API server (1.36.3) takes 3 GB.
  isLarge: true,
  start,
  firstAnswer: async ({ variables }) => {
    const client = await apiClientFor(variables['KUBECONFIG'] ?? '');
    const { body } = await client.get('/apis');
    client.close();
    return { answer: JSON.stringify(body), expected: 'serving.kserve.io' };
  },
};

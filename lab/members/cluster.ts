// A whole cluster for people: every kind that aigw knows, and Argo's controllers at work.
import { projectsWithDefinitions } from '../cluster/crds.ts';
import { debian, GIT, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { OWN_NETWORK } from '../own-network.ts';
import { runAt } from '../site.ts';
import { member as argoCd, startArgoCd } from './argo-cd.ts';
import { member as argoEvents, startArgoEvents } from './argo-events.ts';
import { member as argoRollouts, startArgoRollouts } from './argo-rollouts.ts';
import { member as argoWorkflows, startArgoWorkflows } from './argo-workflows.ts';
import { startCluster } from './kwok.ts';

const CONTROLLERS = [startArgoRollouts, startArgoWorkflows, startArgoEvents, startArgoCd];

function start(): Promise<RunningMember> {
  return runAt('whole-cluster', async ({ alsoStop }) => {
    const cluster = await startCluster(projectsWithDefinitions());
    alsoStop(cluster.stop);
    for (const startController of CONTROLLERS) alsoStop((await startController(cluster)).stop);
    return { variables: cluster.variables };
  });
}

export const member: Member = {
  group: 'cluster',
  about: 'Kubernetes on kwok with all definitions and the controllers of Argo Rollouts, Workflows, Events and CD',
  needs: [GO, GIT, debian('etcd'), debian('redis-server'), OWN_NETWORK],
  // With all definitions, the API server (1.36.3) takes 2 to 3 GB, and the rest 1.2 GB.
  isLarge: true,
  start,
  firstAnswer: async (running) => {
    const members = [argoRollouts, argoWorkflows, argoEvents, argoCd];
    const answers = await Promise.all(members.map((each) => each.firstAnswer(running)));
    const shortened = answers.map(({ answer, expected }) => (answer.includes(expected) ? expected : answer));
    return { answer: shortened.join('\n'), expected: answers.map(({ expected }) => expected).join('\n') };
  },
};

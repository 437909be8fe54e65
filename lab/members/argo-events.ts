// Argo Events' controller 1.9.11.
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { apiClientFor } from '../cluster/api-client.ts';
import { applyAll, startController, statusWhen } from '../cluster/controllers.ts';
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

/** The path of its program: the controller, and what checks event sources and sensors without a cluster. */
export async function argoEventsProgram(): Promise<string> {
  const program = 'argo-events';
  const bin = await goPrograms({ name: 'argo-events', programs: { [program]: 'github.com/argoproj/argo-events/cmd' } });
  return join(bin, program);
}

/** Starts it on a cluster that knows its kinds. */
export async function startArgoEvents(cluster: RunningCluster): Promise<RunningMember> {
  const command = await argoEventsProgram();
  return await runAt('argo-events', async (site) => {
    await startController(site, cluster, {
      name: 'argo-events',
      command,
      args: ['controller', '--leader-election=false', '--health-port=8081'],
      env: { ARGO_EVENTS_IMAGE: 'example.com/argo-events:v1.9.11' },
      health: { port: 8081, path: '/healthz' },
      etc: SETTINGS,
    });
    return { variables: {} };
  });
}

/** A sensor, and what it needs before the controller starts it: a bus, and a source. */
const OBJECTS = [
  { kind: 'EventBus', name: 'default', spec: { jetstream: { version: 'latest', replicas: 3 } } },
  { kind: 'EventSource', name: 'first', spec: { calendar: { tick: { interval: '1h' } } } },
  {
    kind: 'Sensor',
    name: 'first',
    spec: {
      dependencies: [{ name: 'tick', eventSourceName: 'first', eventName: 'tick' }],
      triggers: [{ template: { name: 'log', log: {} } }],
    },
  },
].map(({ kind, name, spec }) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'default' },
  spec,
}));

function trueConditionsIn({ conditions }: JsonObject): readonly string[] {
  const all = Array.isArray(conditions) ? conditions.filter((each) => isObject(each)) : [];
  return all.filter(({ status }) => status === 'True').map(({ type }) => String(type));
}

export const member: Member = {
  group: 'cluster',
  about: "Argo Events' controller 1.9.11, on a cluster of its own",
  needs: [GO, debian('etcd'), OWN_NETWORK],
  start: () =>
    runAt('cluster-with-argo-events', async ({ alsoStop }) => {
      const cluster = await startCluster(['argo-events']);
      alsoStop(cluster.stop);
      alsoStop((await startArgoEvents(cluster)).stop);
      return { variables: cluster.variables };
    }),
  firstAnswer: async ({ variables }) => {
    const client = await apiClientFor(variables['KUBECONFIG'] ?? '');
    await applyAll(client, OBJECTS);
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/sensors/first';
    const status = await statusWhen(client, path, (now) => trueConditionsIn(now).length === 3);
    client.close();
    const answer = `The sensor is ${trueConditionsIn(status).toSorted().join(', ')}`;
    return { answer, expected: 'The sensor is DependenciesProvided, Deployed, TriggersProvided' };
  },
};

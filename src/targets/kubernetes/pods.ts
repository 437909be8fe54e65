import type { ResolvedConfig } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { parseSize } from '../../lib/quantity.ts';
import { sha256 } from '../../lib/sha256.ts';
import { labelsOf, metadataOf } from '../objects.ts';
import { byteQuantity, cpuQuantity } from '../quantities.ts';
import { secretKeyOf } from '../secrets.ts';
import type { Workload } from '../target.ts';
import { isScaled } from './scaling.ts';
import { selectorOf } from './selector.ts';

/** Nobody's user: no image has files of this owner, and Kubernetes' restricted profile asks for one that is not root. */
const USER = 10001;

/** An identity without rights and without a token: nothing here talks to the API server. */
export function serviceAccountOf(config: ResolvedConfig, workload: Workload): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(config, workload.resource, workload.name),
    automountServiceAccountToken: false,
  };
}

/** The workload's files, named by their content: a changed file is a new object, so pods restart, and rolling back finds the old one. */
export function configMapOf(config: ResolvedConfig, workload: Workload): JsonObject | undefined {
  if (Object.keys(workload.files).length === 0) return undefined;
  const data = Object.fromEntries(Object.entries(workload.files).map(([path, text]) => [dataKeyOf(path), text]));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(config, workload.resource, configMapName(workload)),
    immutable: true,
    data,
  };
}

function configMapName(workload: Workload): string {
  const hash = sha256(JSON.stringify(Object.entries(workload.files)));
  return `${workload.name.slice(0, 46)}-config-${hash.slice(0, 8)}`;
}

function dataKeyOf(path: string): string {
  return path.replace(/^\//, '').replaceAll('/', '.');
}

export function serviceOf(config: ResolvedConfig, workload: Workload): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(config, workload.resource, workload.name),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(workload),
      ports: workload.ports.map(({ name, port }) => ({ name, port, targetPort: name, protocol: 'TCP' })),
    },
  };
}

/** One more pod is started before an old one ends, so that no request finds nobody. */
export function deploymentOf(config: ResolvedConfig, workload: Workload): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(config, workload.resource, workload.name),
    spec: {
      ...(isScaled(workload) ? {} : { replicas: workload.replicas.min }),
      revisionHistoryLimit: 5,
      selector: { matchLabels: selectorOf(workload) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: labelsOf(config, workload.resource, workload.name) },
        spec: podOf(workload),
      },
    },
  };
}

function podOf(workload: Workload): JsonObject {
  return {
    serviceAccountName: workload.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selectorOf(workload) },
      },
    ],
    containers: [containerOf(workload)],
    volumes: volumesOf(workload),
  };
}

function containerOf(workload: Workload): JsonObject {
  const probe = (path: string): JsonObject => ({ httpGet: { path, port: workload.ports[0]?.name ?? 'http' } });
  return {
    name: workload.role,
    image: workload.image,
    ...(workload.command === undefined ? {} : { command: workload.command }),
    args: workload.args,
    env: envOf(workload),
    ports: workload.ports.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
    startupProbe: {
      ...probe(workload.probes.readiness),
      periodSeconds: 5,
      failureThreshold: Math.max(1, Math.ceil(workload.probes.startupSeconds / 5)),
    },
    readinessProbe: { ...probe(workload.probes.readiness), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...probe(workload.probes.liveness), periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
    resources: resourcesOf(workload),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      ...Object.keys(workload.files).map((path) => ({
        name: 'config',
        mountPath: path,
        subPath: dataKeyOf(path),
        readOnly: true,
      })),
      ...workload.writable.map((mountPath, index) => ({ name: `writable-${index}`, mountPath })),
    ],
  };
}

function envOf(workload: Workload): readonly JsonObject[] {
  return Object.entries(workload.env)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      isObject(value) ? { name, valueFrom: { secretKeyRef: keyOf(value, workload) } } : { name, value: String(value) },
    );
}

function keyOf(reference: Json, workload: Workload): JsonObject {
  return { ...secretKeyOf(reference as unknown as SecretReference, workload.name), optional: false };
}

/** Memory is asked for and capped alike, since a node cannot take it back; processor time is only asked for, since it can. */
function resourcesOf({ resources }: Workload): JsonObject {
  const { cpu, memory, gpu } = resources;
  const bytes = memory === undefined ? {} : { memory: byteQuantity(parseSize(memory)) };
  const devices = gpu === undefined ? {} : { 'nvidia.com/gpu': String(gpu) };
  return {
    requests: { ...(cpu === undefined ? {} : { cpu: cpuQuantity(cpu) }), ...bytes, ...devices },
    limits: { ...bytes, ...devices },
  };
}

function volumesOf(workload: Workload): readonly JsonObject[] {
  const config =
    Object.keys(workload.files).length === 0 ? [] : [{ name: 'config', configMap: { name: configMapName(workload) } }];
  return [...config, ...workload.writable.map((_, index) => ({ name: `writable-${index}`, emptyDir: {} }))];
}

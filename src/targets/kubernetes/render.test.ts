import { expect, test } from 'vitest';
import type { ResolvedConfig } from '../../config/model.ts';
import { reachOf } from '../../config/reach.ts';
import { assembleRepo } from '../../config/repo.ts';
import { isObject, type Json, type JsonObject, valueAt } from '../../lib/json.ts';
import { checkManifest } from '../../manifests/check-manifest.ts';
import type { Workload } from '../target.ts';
import { renderKubernetes } from './render.ts';

const REPO = `apiVersion: aigw.dev/v1alpha1
kind: Repository
metadata: {name: shop}
spec: {environments: [prod]}
---
apiVersion: aigw.dev/v1alpha1
kind: Environment
metadata: {name: prod}
spec:
  namespace: ai
  labels: {cost-centre: cc-1}
  secrets: {store: company, vaultStore: vault}
  network: {ingressFrom: [web], monitoringFrom: [monitoring]}
---
apiVersion: aigw.dev/v1alpha1
kind: Provider
metadata: {name: own}
spec: {api: openai, credential: {vault: ai/own, key: token}}
---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: faq, labels: {tier: gold}}
spec:
  provider: own
  registry: faq
  version: "3"
  digest: sha256:0f5c2d9a6b7e8f1c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304
  serving:
    image: models/faq:3
    port: 8000
    env: {LEVEL: info, TOKEN: {secret: faq, key: token}}
    startup: 2m
    replicas: {min: 2, max: 4}
    resources: {cpu: 0.5, memory: 1.5GiB, gpu: 1}
    scaling: {by: cpu, target: 70}
---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: faq}
spec: {backends: [{name: main, model: faq, weight: 100}]}
---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: llm}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: [{name: public, host: llm.example.com, port: 443, tls: {secret: llm-tls}}]
  routes: [faq]
`;

function configOf(...edits: readonly (readonly [string, string])[]): ResolvedConfig {
  const text = edits.reduce((whole, [from, to]) => whole.replace(from, to), REPO);
  const repo = assembleRepo([{ path: 'aigw.yaml', text }]);
  expect(repo.diagnostics).toEqual([]);
  const config = repo.resolve('prod', new Map());
  if (config === undefined) throw new Error('the repo has no Repository');
  return config;
}

function proxy(config: ResolvedConfig, more: Partial<Workload> = {}): Workload {
  const resource = config.find('Gateway', 'llm');
  if (resource === undefined) throw new Error('the repo has no gateway');
  return {
    name: 'llm',
    role: 'gateway',
    resource,
    image: 'proxy:1',
    args: ['--config', '/etc/proxy/config.yaml'],
    env: { KEY: { secret: 'llm', key: 'key' }, REGION: { env: 'REGION' } },
    files: { '/etc/proxy/config.yaml': 'a: 1\n' },
    writable: ['/tmp'],
    ports: [{ name: 'http', port: 4000 }],
    probes: { liveness: '/live', readiness: '/ready', startupSeconds: 61 },
    replicas: { min: 1 },
    resources: {},
    callers: ['ingress'],
    calls: [
      { host: 'api.vendor.example', port: 443 },
      { host: 'faq.ai.svc.cluster.local', port: 80 },
      { host: 'redis.cache.svc', port: 6379 },
    ],
    ...more,
  };
}

function objectsOf(config: ResolvedConfig, workloads: readonly Workload[]): readonly JsonObject[] {
  const reached = config.all('Gateway').flatMap((gateway) => reachOf(config, gateway));
  return renderKubernetes({ config, reached, workloads }).flatMap(({ content }) =>
    content.kind === 'objects' ? content.objects : [],
  );
}

function find(objects: readonly JsonObject[], kind: string, name: string): JsonObject | undefined {
  return objects.find((object) => object['kind'] === kind && valueAt(object, ['metadata', 'name']) === name);
}

const at = (object: JsonObject | undefined, path: string): Json | undefined =>
  valueAt(
    object,
    path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  );

test('an API server takes every object', async () => {
  const config = configOf();
  for (const object of objectsOf(config, [proxy(config)])) expect(await checkManifest(object)).toEqual([]);
});

test('pods hold no token, no rights, no root, and nothing that can be written but what is said', () => {
  const config = configOf();
  for (const deployment of objectsOf(config, [proxy(config)]).filter(({ kind }) => kind === 'Deployment')) {
    const pod = at(deployment, 'spec.template.spec') as JsonObject;
    expect(pod['automountServiceAccountToken']).toBe(false);
    expect(at(pod, 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(at(pod, 'containers.0.securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
});

test('a changed file gives the ConfigMap and the pods another name, the same file the same', () => {
  const config = configOf();
  const nameOf = (text: string) =>
    objectsOf(config, [proxy(config, { files: { '/etc/proxy/config.yaml': text } })])
      .filter(({ kind }) => kind === 'ConfigMap')
      .map((object) => at(object, 'metadata.name'));
  expect(nameOf('a: 1\n')).toEqual(nameOf('a: 1\n'));
  expect(nameOf('a: 1\n')).not.toEqual(nameOf('a: 2\n'));
});

test('secrets reach containers by reference alone', () => {
  const config = configOf();
  const objects = objectsOf(config, [proxy(config)]);
  expect(at(find(objects, 'Deployment', 'llm'), 'spec.template.spec.containers.0.env')).toEqual([
    { name: 'KEY', valueFrom: { secretKeyRef: { name: 'llm', key: 'key', optional: false } } },
    { name: 'REGION', valueFrom: { secretKeyRef: { name: 'llm-env', key: 'REGION', optional: false } } },
  ]);
  expect(at(find(objects, 'ExternalSecret', 'faq'), 'spec.secretStoreRef')).toEqual({
    kind: 'ClusterSecretStore',
    name: 'company',
  });
});

test('a model server is told its pinned version, and scales between its bounds', () => {
  const config = configOf();
  const objects = objectsOf(config, []);
  const deployment = find(objects, 'Deployment', 'faq');
  expect(at(deployment, 'spec.replicas')).toBeUndefined();
  expect(at(find(objects, 'HorizontalPodAutoscaler', 'faq'), 'spec')).toMatchObject({ minReplicas: 2, maxReplicas: 4 });
  expect(at(find(objects, 'PodDisruptionBudget', 'faq'), 'spec.maxUnavailable')).toBe(1);
  const container = at(deployment, 'spec.template.spec.containers.0') as JsonObject;
  expect(container['env']).toContainEqual({ name: 'MODEL_VERSION', value: '3' });
  expect(container['resources']).toEqual({
    requests: { cpu: '500m', memory: '1536Mi', 'nvidia.com/gpu': '1' },
    limits: { memory: '1536Mi', 'nvidia.com/gpu': '1' },
  });
  expect(at(container, 'startupProbe.failureThreshold')).toBe(24);
});

test('KEDA scales by what Prometheus measures; a single pod has neither scaler nor disruption budget', () => {
  const config = configOf([
    '{by: cpu, target: 70}',
    '{by: prometheus, target: 4, query: up, server: "http://prometheus:9090"}',
  ]);
  const objects = objectsOf(config, [proxy(config)]);
  expect(at(find(objects, 'ScaledObject', 'faq'), 'spec.triggers.0.metadata.threshold')).toBe('4');
  expect(at(find(objects, 'Deployment', 'llm'), 'spec.replicas')).toBe(1);
  expect(find(objects, 'PodDisruptionBudget', 'llm')).toBeUndefined();
});

test('a network policy lets in the callers and lets out to what is called, and to nothing else', () => {
  const config = configOf();
  const objects = objectsOf(config, [proxy(config)]);
  const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
  const policy = find(objects, 'NetworkPolicy', 'llm');
  expect(at(policy, 'spec.ingress.0.from')).toEqual([namespace('web'), namespace('monitoring')]);
  const egress = (at(policy, 'spec.egress') as readonly Json[]).slice(1);
  expect(egress).toContainEqual({
    to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'faq' } } }],
    ports: [{ protocol: 'TCP', port: 8000 }],
  });
  expect(egress).toContainEqual({ to: [namespace('cache')], ports: [{ protocol: 'TCP', port: 6379 }] });
  expect(egress).toContainEqual({
    to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }],
    ports: [{ protocol: 'TCP', port: 443 }],
  });
  const callers = at(find(objects, 'NetworkPolicy', 'faq'), 'spec.ingress.0.from') as readonly Json[];
  expect(callers.filter(isObject)).toContainEqual({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'llm' } },
  });
});

test('an https listener of a gateway without TLS of its own gets an Ingress', () => {
  const config = configOf();
  const ingress = find(objectsOf(config, [proxy(config)]), 'Ingress', 'llm');
  expect(at(ingress, 'spec.tls')).toEqual([{ hosts: ['llm.example.com'], secretName: 'llm-tls' }]);
});

test('every object bears who manages it, what it belongs to, and the labels of environment and resource', () => {
  const config = configOf();
  expect(at(find(objectsOf(config, []), 'Deployment', 'faq'), 'metadata.labels')).toEqual({
    'app.kubernetes.io/managed-by': 'aigw',
    'app.kubernetes.io/name': 'faq',
    'app.kubernetes.io/part-of': 'shop',
    'cost-centre': 'cc-1',
    tier: 'gold',
  });
});

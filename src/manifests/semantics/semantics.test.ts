import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Path } from '../../lib/json.ts';
import { formatPath, isObject } from '../../lib/json.ts';
import { checkManifest } from '../check-manifest.ts';
import { changed, pick } from '../testdata/edit.ts';

const manifests = ['kubernetes', 'gateways', 'operators'].flatMap((name) => {
  const text = readFileSync(join(import.meta.dirname, '..', 'testdata', `${name}.yaml`), 'utf8');
  return loadAll(text).filter((document): document is JsonObject => isObject(document));
});

type Row = readonly [kind: string, path: Path, value: Json | undefined, at: string, message: RegExp];

const container = ['spec', 'template', 'spec', 'containers', 0] as const;
const inContainer = 'spec.template.spec.containers[0]';
const hundred = 'x'.repeat(100);

const metadata: readonly Row[] = [
  ['ConfigMap', ['metadata', 'name'], undefined, 'metadata', /needs a name/],
  ['ConfigMap', ['metadata', 'name'], 'Settings', 'metadata.name', /must consist of lower-case/],
  ['ConfigMap', ['metadata', 'name'], 'a'.repeat(254), 'metadata.name', /254 characters; 253/],
  ['Service', ['metadata', 'name'], 'a.b', 'metadata.name', /beginning with a letter/],
  ['Service', ['metadata', 'name'], '1a', 'metadata.name', /beginning with a letter/],
  ['Namespace', ['metadata', 'name'], 'a'.repeat(64), 'metadata.name', /64 characters; 63/],
  ['StatefulSet', ['metadata', 'name'], 'a'.repeat(53), 'metadata.name', /53 characters; 52/],
  ['CronJob', ['metadata', 'name'], 'a'.repeat(53), 'metadata.name', /53 characters; 52/],
  ['Role', ['metadata', 'name'], 'a/b', 'metadata.name', /any characters but/],
  ['Role', ['metadata', 'name'], '..', 'metadata.name', /any characters but/],
  ['GatewayClass', ['metadata', 'namespace'], 'gateways', 'metadata.namespace', /outside namespaces/],
  ['ConfigMap', ['metadata', 'namespace'], 'a.b', 'metadata.namespace', /The namespace "a\.b"/],
  ['ConfigMap', ['metadata', 'labels'], { a: hundred }, 'metadata.labels.a', /100 characters; 63/],
  ['ConfigMap', ['metadata', 'labels'], { a: 'x y' }, 'metadata.labels.a', /"x y" must consist/],
  ['ConfigMap', ['metadata', 'labels'], { 'a/b/c': 'x' }, 'metadata.labels.a/b/c', /label key/],
  ['ConfigMap', ['metadata', 'annotations'], { a: 'x'.repeat(262144) }, 'metadata.annotations', /262145 bytes/],
];

const pods: readonly Row[] = [
  ['Deployment', [...container, 'image'], undefined, inContainer, /needs an image/],
  ['Deployment', [...container, 'image'], ' a', `${inContainer}.image`, /blank/],
  ['Deployment', [...container, 'name'], 'Proxy', `${inContainer}.name`, /container name "Proxy"/],
  [
    'Deployment',
    [...container, 'ports', 0, 'containerPort'],
    70000,
    `${inContainer}.ports[0].containerPort`,
    /1 to 65535/,
  ],
  ['Deployment', [...container, 'ports', 0, 'name'], 'a-long-port-name', `${inContainer}.ports[0].name`, /at most 15/],
  ['Deployment', [...container, 'ports', 0, 'name'], '80', `${inContainer}.ports[0].name`, /one letter at least/],
  [
    'Deployment',
    [...container, 'ports', 1],
    { name: 'http', containerPort: 1 },
    `${inContainer}.ports[1].name`,
    /used twice/,
  ],
  [
    'Deployment',
    [...container, 'readinessProbe', 'httpGet', 'port'],
    'web',
    `${inContainer}.readinessProbe.httpGet.port`,
    /no port named "web"/,
  ],
  [
    'Deployment',
    [...container, 'readinessProbe', 'httpGet'],
    undefined,
    `${inContainer}.readinessProbe`,
    /exactly one of/,
  ],
  [
    'Deployment',
    [...container, 'livenessProbe', 'successThreshold'],
    2,
    `${inContainer}.livenessProbe.successThreshold`,
    /of 1 only/,
  ],
  [
    'Deployment',
    [...container, 'livenessProbe', 'periodSeconds'],
    -1,
    `${inContainer}.livenessProbe.periodSeconds`,
    /1 or more/,
  ],
  ['Deployment', [...container, 'env', 0, 'name'], 'a=b', `${inContainer}.env[0].name`, /environment variable/],
  ['Deployment', [...container, 'env', 1, 'value'], 'x', `${inContainer}.env[1]`, /either value or valueFrom/],
  ['Deployment', [...container, 'env', 1, 'valueFrom'], {}, `${inContainer}.env[1].valueFrom`, /exactly one/],
  ['Deployment', [...container, 'envFrom'], [{ prefix: 'A' }], `${inContainer}.envFrom[0]`, /exactly one/],
  [
    'Deployment',
    [...container, 'volumeMounts', 0, 'name'],
    'x',
    `${inContainer}.volumeMounts[0].name`,
    /no volume named "x"/,
  ],
  [
    'Deployment',
    [...container, 'volumeMounts', 0, 'mountPath'],
    'a:b',
    `${inContainer}.volumeMounts[0].mountPath`,
    /must not/,
  ],
  [
    'Deployment',
    [...container, 'volumeMounts', 0, 'subPath'],
    '../a',
    `${inContainer}.volumeMounts[0].subPath`,
    /"\.\."/,
  ],
  [
    'Deployment',
    [...container, 'volumeMounts', 0, 'subPath'],
    '/a',
    `${inContainer}.volumeMounts[0].subPath`,
    /relative/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'requests', 'cpu'],
    '1001m',
    `${inContainer}.resources.requests.cpu`,
    /1001m is more than the limit of 1/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'requests', 'cpu'],
    -1,
    `${inContainer}.resources.requests.cpu`,
    /negative/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'requests', 'memory'],
    '1Gi',
    `${inContainer}.resources.requests.memory`,
    /more than the limit/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'requests', 'memory'],
    '1Gib',
    `${inContainer}.resources.requests.memory`,
    /form quantity/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'limits', 'nvidia.com/gpu'],
    2,
    `${inContainer}.resources.requests.nvidia.com/gpu`,
    /must equal/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'limits', 'nvidia.com/gpu'],
    undefined,
    `${inContainer}.resources.requests.nvidia.com/gpu`,
    /needs a limit/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'limits', 'nvidia.com/gpu'],
    '500m',
    `${inContainer}.resources.limits.nvidia.com/gpu`,
    /whole number/,
  ],
  [
    'Deployment',
    [...container, 'securityContext', 'privileged'],
    true,
    `${inContainer}.securityContext.allowPrivilegeEscalation`,
    /privileged/,
  ],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'volumes', 0, 'emptyDir'],
    {},
    'spec.template.spec.volumes[0]',
    /one source/,
  ],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'initContainers'],
    [{ name: 'proxy', image: 'a' }],
    `${inContainer}.name`,
    /used twice/,
  ],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'restartPolicy'],
    'Never',
    'spec.template.spec.restartPolicy',
    /must be Always/,
  ],
  ['Deployment', ['spec', 'template', 'spec', 'containers'], [], 'spec.template.spec', /needs a container/],
  ['Deployment', ['spec', 'template', 'metadata', 'labels'], { a: 'b' }, 'spec.selector', /does not choose/],
  ['Deployment', ['spec', 'selector'], {}, 'spec.selector', /selector is empty/],
  ['Deployment', ['spec', 'replicas'], -1, 'spec.replicas', /negative/],
  ['Deployment', ['spec', 'strategy', 'type'], 'Recreate', 'spec.strategy.rollingUpdate', /takes no rollingUpdate/],
  ['Deployment', ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], 0, 'spec.strategy.rollingUpdate', /both be zero/],
  [
    'StatefulSet',
    ['spec', 'volumeClaimTemplates'],
    [],
    `${inContainer}.volumeMounts[0].name`,
    /no volume named "data"/,
  ],
  [
    'Job',
    ['spec', 'template', 'spec', 'restartPolicy'],
    undefined,
    'spec.template.spec',
    /is Always; here it must be Never or OnFailure/,
  ],
  ['Job', ['spec', 'selector'], { matchLabels: { a: 'b' } }, 'spec.selector', /chooses its own selector/],
  ['CronJob', ['spec', 'schedule'], '0 4 * *', 'spec.schedule', /five fields/],
  ['CronJob', ['spec', 'schedule'], 'TZ=UTC 0 4 * * *', 'spec.schedule', /timeZone/],
];

const others: readonly Row[] = [
  [
    'Rollout',
    [...container, 'resources'],
    { limits: { cpu: '1x' } },
    `${inContainer}.resources.limits.cpu`,
    /not a quantity/,
  ],
  ['Rollout', ['spec', 'selector', 'matchLabels', 'app'], 'x', 'spec.selector', /does not choose/],
  [
    'Experiment',
    ['spec', 'templates', 0, 'template', 'spec', 'containers', 0, 'image'],
    undefined,
    'spec.templates[0].template.spec.containers[0]',
    /needs an image/,
  ],
  ['HorizontalPodAutoscaler', ['spec', 'maxReplicas'], 1, 'spec.maxReplicas', /fewer than the least, 2/],
  ['HorizontalPodAutoscaler', ['spec', 'minReplicas'], 0, 'spec.minReplicas', /1 or more/],
  ['HorizontalPodAutoscaler', ['spec', 'metrics', 0, 'type'], 'Pods', 'spec.metrics[0]', /field pods/],
  [
    'HorizontalPodAutoscaler',
    ['spec', 'metrics', 0, 'resource', 'target', 'type'],
    'AverageValue',
    'spec.metrics[0].resource.target',
    /averageValue/,
  ],
  ['PodDisruptionBudget', ['spec', 'minAvailable'], 1, 'spec', /either minAvailable or maxUnavailable/],
  ['PodDisruptionBudget', ['spec', 'maxUnavailable'], '101%', 'spec.maxUnavailable', /percentage/],
  ['Service', ['spec', 'ports', 1], { port: 81 }, 'spec.ports[1]', /needs a name/],
  ['Service', ['spec', 'ports', 0, 'port'], 0, 'spec.ports[0].port', /1 to 65535/],
  ['Service', ['spec', 'ports', 0, 'targetPort'], 'no_port', 'spec.ports[0].targetPort', /port name/],
  ['Service', ['spec', 'ports'], [], 'spec', /needs a port/],
  ['Service', ['spec', 'type'], 'ExternalName', 'spec', /needs an externalName/],
  ['Ingress', ['spec', 'rules', 0, 'http', 'paths', 0, 'path'], 'a', 'spec.rules[0].http.paths[0]', /begin with "\/"/],
  [
    'Ingress',
    ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'port'],
    {},
    'spec.rules[0].http.paths[0].backend.service',
    /name, number/,
  ],
  ['Ingress', ['spec', 'rules', 0, 'host'], '10.0.0.1', 'spec.rules[0].host', /DNS name/],
  ['Ingress', ['spec', 'rules'], [], '', /rules or a default backend/],
  [
    'NetworkPolicy',
    ['spec', 'egress', 0, 'to', 0, 'ipBlock', 'cidr'],
    '10.0.0.0',
    'spec.egress[0].to[0].ipBlock.cidr',
    /address range/,
  ],
  ['NetworkPolicy', ['spec', 'egress', 0, 'to', 0, 'podSelector'], {}, 'spec.egress[0].to[0]', /takes no selectors/],
  ['NetworkPolicy', ['spec', 'egress', 0, 'ports', 0, 'endPort'], 442, 'spec.egress[0].ports[0].endPort', /below/],
  ['NetworkPolicy', ['spec', 'ingress', 0, 'from', 0], {}, 'spec.ingress[0].from[0]', /a peer needs/i],
  [
    'NetworkPolicy',
    ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchExpressions', 0, 'values'],
    [],
    'spec.ingress[0].from[0].namespaceSelector.matchExpressions[0]',
    /needs values/,
  ],
  ['ConfigMap', ['data', 'a b'], 'x', 'data.a b', /file name/],
  ['ConfigMap', ['data', '..'], 'x', 'data...', /file name/],
  ['ConfigMap', ['data', 'large'], 'x'.repeat(1048576), 'metadata.name', /bytes; 1048576 are allowed/],
  ['ConfigMap', ['binaryData'], { 'settings.yaml': 'eA==' }, 'binaryData.settings.yaml', /in data and in binaryData/],
  ['ConfigMap', ['binaryData'], { a: 'not base64' }, 'binaryData.a', /form byte/],
  ['Secret', ['type'], 'kubernetes.io/tls', '', /needs the key "tls\.crt"/],
  ['Role', ['rules', 0, 'verbs'], [], 'rules[0]', /needs verbs/],
  ['Role', ['rules', 0, 'apiGroups'], undefined, 'rules[0]', /needs apiGroups/],
  ['Role', ['rules', 0], { nonResourceURLs: ['/a'], verbs: ['get'] }, 'rules[0].nonResourceURLs', /ClusterRole can/],
  ['RoleBinding', ['roleRef', 'kind'], 'User', 'roleRef.kind', /Role or a ClusterRole/],
  ['ClusterRoleBinding', ['subjects', 0, 'namespace'], undefined, 'subjects[0]', /needs its namespace/],
  ['ClusterRoleBinding', ['roleRef', 'kind'], 'Role', 'roleRef.kind', /must be a ClusterRole/],
  [
    'AIGatewayRoute',
    ['spec', 'rules', 0, 'matches', 0, 'headers', 0, 'value'],
    '(?=a)',
    'spec.rules[0].matches[0].headers[0].value',
    /Envoy cannot read/,
  ],
  [
    'AIGatewayRoute',
    ['spec', 'llmRequestCosts', 1, 'cel'],
    'input_tokens * 2',
    'spec.llmRequestCosts[1].cel',
    /as in 2u/,
  ],
  [
    'AIGatewayRoute',
    ['spec', 'llmRequestCosts', 1, 'cel'],
    'input_token',
    'spec.llmRequestCosts[1].cel',
    /there are backend/,
  ],
  ['AIGatewayRoute', ['spec', 'llmRequestCosts', 1, 'cel'], 'model', 'spec.llmRequestCosts[1].cel', /whole number/],
  ['AIGatewayRoute', ['spec', 'llmRequestCosts', 1, 'cel'], '1 / (1 - 1)', 'spec.llmRequestCosts[1].cel', /zero/],
  ['AIGatewayRoute', ['spec', 'llmRequestCosts', 1, 'cel'], '(', 'spec.llmRequestCosts[1].cel', /cannot be used/],
  [
    'AIGatewayRoute',
    ['spec', 'llmRequestCosts', 1, 'cel'],
    undefined,
    'spec.llmRequestCosts[1]',
    /needs the field cel/,
  ],
  [
    'QuotaPolicy',
    ['spec', 'perModelQuotas', 0, 'quota', 'costExpression'],
    '-1',
    'spec.perModelQuotas[0].quota.costExpression',
    /negative/,
  ],
  ['MCPRoute', ['spec', 'backendRefs', 0, 'namespace'], 'other', 'spec.backendRefs[0].namespace', /own namespace/],
];

describe.each([
  ['metadata', metadata],
  ['pods', pods],
  ['other kinds', others],
])('%s', (_, rows) => {
  test.each(rows)('%s: %j', async (kind, path, value, at, message) => {
    const found = await checkManifest(changed(pick(manifests, kind), path, value));
    expect(found.map((problem) => [formatPath(problem.path), problem.message])).toContainEqual([
      at,
      expect.stringMatching(message),
    ]);
  });
});

test('a generated name is enough', async () => {
  const generated = changed(
    changed(pick(manifests, 'Job'), ['metadata', 'name'], undefined),
    ['metadata', 'generateName'],
    'a-',
  );
  expect(await checkManifest(generated)).toEqual([]);
});

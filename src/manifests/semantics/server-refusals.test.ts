// What a real API server was seen to refuse, fault by fault, though no schema says so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import type { Json, JsonObject, Path } from '../../lib/json.ts';
import { formatPath, isObject } from '../../lib/json.ts';
import { checkManifest } from '../check-manifest.ts';
import { changed, pick } from '../testdata/edit.ts';

const text = readFileSync(join(import.meta.dirname, '..', 'testdata', 'kubernetes.yaml'), 'utf8');
const manifests = loadAll(text).filter((document): document is JsonObject => isObject(document));

type Row = readonly [kind: string, path: Path, value: Json | undefined, at: string, message: RegExp];

const container = ['spec', 'template', 'spec', 'containers', 0] as const;
const inContainer = 'spec.template.spec.containers[0]';

const rows: readonly Row[] = [
  [
    'Deployment',
    [...container, 'env', 1, 'valueFrom', 'secretKeyRef', 'name'],
    undefined,
    `${inContainer}.env[1].valueFrom.secretKeyRef`,
    /must name a Secret/,
  ],
  [
    'Deployment',
    [...container, 'env', 1, 'valueFrom', 'secretKeyRef', 'key'],
    ' a ',
    `${inContainer}.env[1].valueFrom.secretKeyRef.key`,
    /must be a file name/,
  ],
  [
    'Deployment',
    [...container, 'envFrom'],
    [{ configMapRef: { name: 'A' } }],
    `${inContainer}.envFrom[0].configMapRef.name`,
    /lower-case/,
  ],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'volumes', 0, 'configMap', 'name'],
    undefined,
    'spec.template.spec.volumes[0].configMap',
    /must name a ConfigMap/,
  ],
  [
    'Deployment',
    ['spec', 'strategy', 'rollingUpdate', 'maxSurge'],
    '8',
    'spec.strategy.rollingUpdate.maxSurge',
    /percentage/,
  ],
  [
    'Deployment',
    ['spec', 'strategy', 'rollingUpdate', 'maxSurge'],
    2 ** 31,
    'spec.strategy.rollingUpdate.maxSurge',
    /percentage/,
  ],
  ['Deployment', ['spec', 'revisionHistoryLimit'], -1, 'spec.revisionHistoryLimit', /not be negative/],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'securityContext', 'runAsUser'],
    -1,
    'spec.template.spec.securityContext.runAsUser',
    /2147483647/,
  ],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'topologySpreadConstraints'],
    [{ maxSkew: 1, topologyKey: '', whenUnsatisfiable: 'DoNotSchedule' }],
    'spec.template.spec.topologySpreadConstraints[0].topologyKey',
    /label key/,
  ],
  [
    'Deployment',
    ['spec', 'template', 'spec', 'topologySpreadConstraints'],
    [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    'spec.template.spec.topologySpreadConstraints[0].maxSkew',
    /1 or more/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'limits', 'memory'],
    null,
    `${inContainer}.resources.limits.memory`,
    /counts as 0/,
  ],
  [
    'Deployment',
    [...container, 'resources', 'limits', 'memorz'],
    1,
    `${inContainer}.resources.limits.memorz`,
    /is no resource/,
  ],
  ['StatefulSet', ['spec', 'serviceName'], '-1', 'spec.serviceName', /lower-case/],
  [
    'StatefulSet',
    ['spec', 'volumeClaimTemplates', 0, 'spec', 'resources'],
    {},
    'spec.volumeClaimTemplates[0].spec',
    /how much storage/,
  ],
  ['PersistentVolumeClaim', ['spec', 'accessModes'], [], 'spec', /access mode/],
  [
    'PersistentVolumeClaim',
    ['spec', 'resources', 'requests', 'storage'],
    '0',
    'spec.resources.requests.storage',
    /more than nothing/,
  ],
  ['Service', ['spec', 'clusterIP'], '10x', 'spec.clusterIP', /neither an IP address nor None/],
  ['Ingress', ['spec', 'tls'], [{ hosts: ['Not A Name'] }], 'spec.tls[0].hosts[0]', /The host/],
  ['Ingress', ['spec', 'ingressClassName'], 'A', 'spec.ingressClassName', /ingress class name/],
  ['Ingress', ['spec', 'rules', 0, 'http', 'paths'], [], 'spec.rules[0].http', /needs a path/],
  [
    'Ingress',
    ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'],
    '-1',
    'spec.rules[0].http.paths[0].backend.service.name',
    /Service name/,
  ],
  ['NetworkPolicy', ['spec', 'policyTypes'], ['Ingress', 'Egress', 'Ingress'], 'spec.policyTypes', /two policy types/],
  [
    'NetworkPolicy',
    ['spec', 'ingress', 0, 'ports', 0, 'port'],
    '',
    'spec.ingress[0].ports[0].port',
    /must not be empty/,
  ],
  [
    'NetworkPolicy',
    ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchExpressions', 0, 'key'],
    '',
    'spec.ingress[0].from[0].namespaceSelector.matchExpressions[0].key',
    /label key/,
  ],
  [
    'NetworkPolicy',
    ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchExpressions', 0, 'values', 0],
    'x y',
    'spec.ingress[0].from[0].namespaceSelector.matchExpressions[0].values[0]',
    /"x y" must consist/,
  ],
  ['HorizontalPodAutoscaler', ['spec', 'scaleTargetRef', 'name'], '', 'spec.scaleTargetRef', /needs a name/],
  ['HorizontalPodAutoscaler', ['spec', 'scaleTargetRef', 'apiVersion'], 'v1', 'spec.scaleTargetRef', /names its group/],
  [
    'HorizontalPodAutoscaler',
    ['spec', 'metrics', 0, 'resource', 'target', 'averageUtilization'],
    0,
    'spec.metrics[0].resource.target.averageUtilization',
    /more than 0/,
  ],
  [
    'HorizontalPodAutoscaler',
    ['spec', 'metrics', 0, 'resource', 'name'],
    '',
    'spec.metrics[0].resource',
    /name of a resource/,
  ],
  ['Job', ['spec', 'backoffLimit'], -1, 'spec.backoffLimit', /not be negative/],
  ['CronJob', ['spec', 'timeZone'], '10x', 'spec.timeZone', /no time zone/],
  ['RoleBinding', ['subjects', 0, 'name'], '', 'subjects[0]', /must name a ServiceAccount/],
  ['RoleBinding', ['roleRef', 'name'], '', 'roleRef', /needs a name/],
];

test.each(rows)('%s: %j', async (kind, path, value, at, message) => {
  const found = await checkManifest(changed(pick(manifests, kind), path, value));
  const places = found.map((problem) => [formatPath(problem.path), problem.message]);
  expect(places).toContainEqual([at, expect.stringMatching(message)]);
});

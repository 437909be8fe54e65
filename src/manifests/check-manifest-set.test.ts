import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Path } from '../lib/json.ts';
import { formatPath, isObject, valueAt } from '../lib/json.ts';
import { checkManifestSet } from './check-manifest-set.ts';
import { changed, pick } from './testdata/edit.ts';

const manifests = ['kubernetes', 'gateways', 'operators'].flatMap((name) => {
  const text = readFileSync(join(import.meta.dirname, 'testdata', `${name}.yaml`), 'utf8');
  return loadAll(text).filter((document): document is JsonObject => isObject(document));
});

/** The test data with one change, and what is then wrong, by the name of the object. */
function problemsOf(kind: string, name: string | undefined, path: Path, value: Json | undefined): string[][] {
  const before = pick(manifests, kind, name);
  return checkManifestSet(
    manifests.map((manifest) => (manifest === before ? changed(before, path, value) : manifest)),
  ).problems.map(({ object, path: at, rule, message }) => [
    String(manifests[object]?.['kind']),
    rule,
    formatPath(at),
    message,
  ]);
}

test('the sound set has no problems, and says what it expects elsewhere', () => {
  const { problems, outside } = checkManifestSet(manifests);
  expect(problems).toEqual([]);
  expect(outside.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Secret llm-tls', 'Secret consumers']);
});

describe('what is named must be there', () => {
  test.each<[kind: string, name: string | undefined, path: Path, value: Json, at: string, message: RegExp]>([
    [
      'Deployment',
      'proxy',
      ['spec', 'template', 'spec', 'volumes', 0, 'configMap', 'name'],
      'proxy-setings',
      'spec.template.spec.volumes[0].configMap.name',
      /Did you mean "proxy-settings"/,
    ],
    [
      'Deployment',
      'proxy',
      ['spec', 'template', 'spec', 'serviceAccountName'],
      'robot',
      'spec.template.spec.serviceAccountName',
      /no ServiceAccount "robot"/,
    ],
    ['StatefulSet', 'store', ['spec', 'serviceName'], 'stores', 'spec.serviceName', /no Service "stores"/],
    [
      'Ingress',
      undefined,
      ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'],
      'x',
      'spec.rules[0].http.paths[0].backend.service.name',
      /no Service "x"/,
    ],
    [
      'HorizontalPodAutoscaler',
      undefined,
      ['spec', 'scaleTargetRef', 'name'],
      'x',
      'spec.scaleTargetRef.name',
      /no Deployment "x"/,
    ],
    [
      'ScaledObject',
      undefined,
      ['spec', 'triggers', 0, 'authenticationRef', 'name'],
      'x',
      'spec.triggers[0].authenticationRef.name',
      /no TriggerAuthentication "x"/,
    ],
    ['RoleBinding', undefined, ['roleRef', 'name'], 'x', 'roleRef.name', /no Role "x"/],
    ['RoleBinding', undefined, ['subjects', 0, 'name'], 'x', 'subjects[0].name', /no ServiceAccount "x"/],
    [
      'AIGatewayRoute',
      undefined,
      ['spec', 'rules', 0, 'backendRefs', 0, 'name'],
      'openia',
      'spec.rules[0].backendRefs[0].name',
      /no AIServiceBackend "openia".*"openai"/,
    ],
    ['AIServiceBackend', undefined, ['spec', 'backendRef', 'name'], 'x', 'spec.backendRef.name', /no Backend "x"/],
    [
      'BackendSecurityPolicy',
      undefined,
      ['spec', 'targetRefs', 0, 'name'],
      'x',
      'spec.targetRefs[0].name',
      /no AIServiceBackend "x"/,
    ],
    [
      'BackendTrafficPolicy',
      undefined,
      ['spec', 'targetRefs', 0, 'name'],
      'chatt',
      'spec.targetRefs[0].name',
      /no HTTPRoute "chatt".*"chat"/,
    ],
    ['SecurityPolicy', undefined, ['spec', 'targetRefs', 0, 'name'], 'x', 'spec.targetRefs[0].name', /no Gateway "x"/],
    [
      'Gateway',
      undefined,
      ['spec', 'infrastructure', 'parametersRef', 'name'],
      'x',
      'spec.infrastructure.parametersRef.name',
      /no EnvoyProxy "x"/,
    ],
    [
      'Gateway',
      undefined,
      ['metadata', 'annotations', 'aigateway.envoyproxy.io/gateway-config'],
      'x',
      'metadata.annotations.aigateway.envoyproxy.io/gateway-config',
      /no GatewayConfig "x"/,
    ],
    ['HTTPRoute', undefined, ['spec', 'parentRefs', 0, 'name'], 'x', 'spec.parentRefs[0].name', /no Gateway "x"/],
    [
      'HTTPRoute',
      undefined,
      ['spec', 'rules', 0, 'backendRefs', 0, 'name'],
      'x',
      'spec.rules[0].backendRefs[0].name',
      /no Service "x"/,
    ],
    [
      'BackendTLSPolicy',
      undefined,
      ['spec', 'targetRefs', 0, 'name'],
      'x',
      'spec.targetRefs[0].name',
      /no Backend "x"/,
    ],
  ])('%s %s: %j', (kind, name, path, value, at, message) => {
    expect(problemsOf(kind, name, path, value)).toContainEqual([kind, 'reference', at, expect.stringMatching(message)]);
  });

  test('except what lives apart: Secrets and whole other namespaces are listed', () => {
    const secret = checkManifestSet([
      pick(manifests, 'Deployment'),
      pick(manifests, 'ServiceAccount'),
      pick(manifests, 'ConfigMap'),
    ]);
    expect(secret.problems).toEqual([]);
    expect(secret.outside).toEqual([
      expect.objectContaining({ object: 0, kind: 'Secret', name: 'proxy-keys', namespace: 'gateways' }),
    ]);
    const elsewhere = changed(pick(manifests, 'HTTPRoute'), ['spec', 'parentRefs', 0, 'namespace'], 'edge');
    const { outside } = checkManifestSet([elsewhere, pick(manifests, 'Service')]);
    expect(outside).toContainEqual(expect.objectContaining({ kind: 'Gateway', namespace: 'edge', name: 'llm' }));
  });
});

describe('objects agree', () => {
  test.each<[kind: string, name: string | undefined, path: Path, value: Json, of: string, at: string, message: RegExp]>(
    [
      ['Service', 'proxy', ['spec', 'selector'], { app: 'x' }, 'Service', 'spec.selector', /chooses no pods/],
      [
        'Service',
        'proxy',
        ['spec', 'ports', 0, 'targetPort'],
        'web',
        'Service',
        'spec.ports[0].targetPort',
        /no port named "web"/,
      ],
      [
        'Service',
        'proxy',
        ['spec', 'ports', 0, 'port'],
        81,
        'HTTPRoute',
        'spec.rules[0].backendRefs[0].port',
        /no port 80/,
      ],
      [
        'PodDisruptionBudget',
        undefined,
        ['spec', 'selector', 'matchLabels'],
        { a: 'b' },
        'PodDisruptionBudget',
        'spec.selector',
        /chooses no pods/,
      ],
      [
        'NetworkPolicy',
        undefined,
        ['spec', 'podSelector', 'matchLabels'],
        { a: 'b' },
        'NetworkPolicy',
        'spec.podSelector',
        /chooses no pods/,
      ],
      [
        'ScaledObject',
        undefined,
        ['spec', 'scaleTargetRef'],
        { name: 'proxy' },
        'ScaledObject',
        'spec.scaleTargetRef',
        /scaled by the HorizontalPodAutoscaler proxy/,
      ],
      [
        'AIGatewayRoute',
        undefined,
        ['spec', 'parentRefs', 0, 'sectionName'],
        'http',
        'AIGatewayRoute',
        'spec.parentRefs[0].sectionName',
        /no listener "http".*"https"/,
      ],
      [
        'AIGatewayRoute',
        undefined,
        ['metadata', 'name'],
        'health',
        'AIGatewayRoute',
        'metadata.name',
        /makes an HTTPRoute health/,
      ],
      [
        'QuotaPolicy',
        undefined,
        ['spec', 'perModelQuotas', 0, 'modelName'],
        'gpt-5.2',
        'QuotaPolicy',
        'spec.perModelQuotas[0].modelName',
        /would do nothing.*"gpt-5\.1"/,
      ],
      [
        'AIGatewayRoute',
        undefined,
        ['metadata', 'namespace'],
        'apps',
        'AIGatewayRoute',
        'spec.parentRefs[0].name',
        /./,
      ],
    ],
  )('%s %s: %j', (kind, name, path, value, of, at, message) => {
    expect(problemsOf(kind, name, path, value)).toContainEqual([
      of,
      expect.any(String),
      at,
      expect.stringMatching(message),
    ]);
  });

  test('one backend takes one policy of credentials', () => {
    const policy = pick(manifests, 'BackendSecurityPolicy');
    const { problems } = checkManifestSet([...manifests, changed(policy, ['metadata', 'name'], 'second')]);
    expect(problems).toEqual([
      expect.objectContaining({
        object: manifests.length,
        path: ['spec', 'targetRefs', 0],
        message: expect.stringMatching(/takes one/),
      }),
    ]);
  });

  test('a name stands once', () => {
    const { problems } = checkManifestSet([...manifests, pick(manifests, 'ConfigMap')]);
    expect(problems).toEqual([
      expect.objectContaining({ object: manifests.length, rule: 'duplicate', path: ['metadata', 'name'] }),
    ]);
  });

  test('a route of another namespace needs a listener that lets it in', () => {
    const gateway = pick(manifests, 'Gateway');
    const route = changed(
      changed(pick(manifests, 'TCPRoute'), ['metadata', 'namespace'], 'apps'),
      ['kind'],
      'HTTPRoute',
    );
    const foreign = changed(route, ['spec'], { parentRefs: [{ name: 'llm', namespace: 'gateways' }], rules: [] });
    expect(checkManifestSet([gateway, foreign]).problems.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/its own namespace only/),
    );
    const open = changed(gateway, ['spec', 'listeners', 0, 'allowedRoutes'], { namespaces: { from: 'All' } });
    expect(checkManifestSet([open, foreign]).problems.filter(({ object }) => object === 1)).toEqual([]);
  });

  test('a backend of another namespace needs a grant', () => {
    const route = changed(pick(manifests, 'HTTPRoute'), ['metadata', 'namespace'], 'apps');
    const named = changed(route, ['spec'], {
      rules: [{ backendRefs: [{ name: 'proxy', namespace: 'gateways', port: 80 }] }],
    });
    const service = pick(manifests, 'Service');
    expect(checkManifestSet([named, service]).problems).toEqual([
      expect.objectContaining({ object: 0, message: expect.stringMatching(/no ReferenceGrant/) }),
    ]);
    expect(checkManifestSet([named, service, pick(manifests, 'ReferenceGrant')]).problems).toEqual([]);
  });
});

describe('an entry that is asked for must be there', () => {
  const settings = ['spec', 'template', 'spec', 'containers', 0, 'env', 1, 'valueFrom'] as const;

  test.each<[kind: string, path: Path, value: Json, of: string, at: string, message: RegExp]>([
    [
      'Deployment',
      [...settings, 'secretKeyRef', 'key'],
      'apikey',
      'Deployment',
      'spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.key',
      /no entry "apikey".*"apiKey"/,
    ],
    [
      'Deployment',
      [...settings],
      { configMapKeyRef: { name: 'proxy-settings', key: 'x' } },
      'Deployment',
      'spec.template.spec.containers[0].env[1].valueFrom.configMapKeyRef.key',
      /no entry "x"/,
    ],
    [
      'ExternalSecret',
      ['spec', 'data', 0, 'secretKey'],
      'token',
      'BackendSecurityPolicy',
      'spec.apiKey.secretRef.name',
      /no entry "apiKey"/,
    ],
    [
      'BackendTrafficPolicy',
      ['spec', 'rateLimit', 'global', 'rules', 0, 'cost', 'response', 'metadata', 'key'],
      'inputs',
      'BackendTrafficPolicy',
      'spec.rateLimit.global.rules[0].cost.response.metadata.key',
      /count nothing.*"input"/,
    ],
  ])('%s: %j', (kind, path, value, of, at, message) => {
    expect(problemsOf(kind, undefined, path, value)).toContainEqual([
      of,
      expect.any(String),
      at,
      expect.stringMatching(message),
    ]);
  });

  test('unless it is optional, or only the controller knows', () => {
    const optional = { configMapKeyRef: { name: 'proxy-settings', key: 'x', optional: true } };
    expect(problemsOf('Deployment', undefined, settings, optional)).toEqual([]);
    expect(problemsOf('ExternalSecret', undefined, ['spec', 'dataFrom'], [{ extract: { key: 'all' } }])).toEqual([]);
  });
});

test('values of any shape are survived', () => {
  const shapes: Json[] = [null, 1, 'x', [], {}, [null], [[{}]], { a: null }];
  for (const manifest of manifests) {
    for (const key of Object.keys(isObject(manifest['spec']) ? manifest['spec'] : {})) {
      for (const shape of shapes) checkManifestSet([changed(manifest, ['spec', key], shape), ...manifests]);
    }
  }
  expect(valueAt(manifests[0], ['kind'])).toBe('Namespace');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Path } from '../lib/json.ts';
import { formatPath, isObject, valueAt } from '../lib/json.ts';
import { checkManifest } from './check-manifest.ts';
import { kindOf, knownKinds } from './known-kinds.ts';
import type { ManifestProblem } from './problem.ts';
import { childOf, type Structure } from './structure.ts';
import { changed, pick } from './testdata/edit.ts';

const manifests = ['kubernetes', 'gateways', 'operators'].flatMap((name) => {
  const text = readFileSync(join(import.meta.dirname, 'testdata', `${name}.yaml`), 'utf8');
  return loadAll(text).filter((document): document is JsonObject => isObject(document));
});
const titled = manifests.map((manifest) => [titleOf(manifest), manifest] as const);

/** Maps whose keys are the author's. Everything else in the test data is closed. */
const freeMaps = [
  'annotations',
  'data',
  'json',
  'labels',
  'limits',
  'matchLabels',
  'requests',
  'stringData',
  'metadata',
  'selector',
];

describe('a sound manifest', () => {
  test.each(knownKinds.map((kind) => [`${kind.group}/${kind.version} ${kind.kind}`, kind] as const))(
    'of %s is accepted',
    async (_, { group, version, kind }) => {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const own = manifests.filter((manifest) => manifest['kind'] === kind);
      const exact = own.filter((manifest) => manifest['apiVersion'] === apiVersion);
      const examples = exact.length > 0 ? exact : own.map((manifest) => ({ ...manifest, apiVersion }));
      expect(examples).not.toEqual([]);
      for (const example of examples) expect(await checkManifest(example)).toEqual([]);
    },
  );
});

describe('a field that is not there', () => {
  test.each(titled)('is refused everywhere in %s', async (_, manifest) => {
    const { structure } = await loaded(manifest);
    for (const { value, path } of closedObjects(manifest, structure)) {
      const broken = changed(manifest, [...path, 'zzUnknown'], 'x');
      const found = await checkManifest(broken);
      const place = formatPath([...path, 'zzUnknown']);
      expect({ place, found: found.filter(({ key }) => key).map((problem) => formatPath(problem.path)) }).toEqual({
        place,
        found: [place],
      });
      expect(value).toBeDefined();
    }
  });
});

describe('a map in place of a scalar', () => {
  test.each(titled)('is refused everywhere in %s', async (_, manifest) => {
    const { structure } = await loaded(manifest);
    for (const path of scalarPaths(manifest, structure)) {
      const found = await checkManifest(changed(manifest, path, { zz: 1 }));
      const near = found.filter((problem) => touches(problem, path));
      expect({ path: formatPath(path), near: near.length > 0 }).toEqual({ path: formatPath(path), near: true });
    }
  });
});

describe('an item that stands twice', () => {
  test.each(titled)('is refused in every keyed list of %s', async (_, manifest) => {
    const { structure } = await loaded(manifest);
    for (const path of keyedLists(manifest, structure)) {
      const list = valueAt(manifest, path) as readonly Json[];
      const found = await checkManifest(changed(manifest, path, [...list, ...list.slice(0, 1)]));
      const place = formatPath([...path, list.length]);
      expect(found.map((problem) => formatPath(problem.path))).toContain(place);
    }
  });

  test('is found by keys that only defaults fill in', async () => {
    const ports = [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }];
    const deployment = named('Deployment');
    const found = await checkManifest(
      changed(deployment, ['spec', 'template', 'spec', 'containers', 0, 'ports'], ports),
    );
    expect(found[0]?.message).toBe(
      'The item with containerPort 80 and protocol "TCP" stands twice in this list, first at index 0.',
    );
  });
});

describe('rules', () => {
  test.each<[kind: string, path: Path, value: Json, at: string, message: RegExp]>([
    ['Gateway', ['spec', 'listeners', 0, 'protocol'], 'HTTP', 'spec.listeners', /tls must not be specified/],
    ['Gateway', ['spec', 'addresses', 0, 'value'], 'no address', 'spec.addresses[0]', /allowed forms/],
    [
      'HTTPRoute',
      ['spec', 'rules', 0, 'backendRefs', 0],
      { name: 'proxy' },
      'spec.rules[0].backendRefs[0]',
      /Must have port/,
    ],
    [
      'HTTPRoute',
      ['spec', 'rules', 0, 'timeouts', 'backendRequest'],
      '11s',
      'spec.rules[0].timeouts',
      /backendRequest/,
    ],
    [
      'HTTPRoute',
      ['spec', 'rules', 0, 'matches', 0, 'path', 'value'],
      '/a//b',
      'spec.rules[0].matches[0].path',
      /must not contain '\/\/'/,
    ],
    [
      'GRPCRoute',
      ['spec', 'rules', 0, 'matches', 0, 'method', 'service'],
      'a b',
      'spec.rules[0].matches[0].method',
      /service must only contain/,
    ],
    ['AIGatewayRoute', ['spec', 'rules', 0, 'name'], 'route-not-found', 'spec.rules[0]', /reserved/],
    ['AIServiceBackend', ['spec', 'backendRef', 'kind'], 'Service', 'spec.backendRef', /must be a Backend/],
    ['BackendSecurityPolicy', ['spec', 'type'], 'AzureAPIKey', 'spec', /only azureAPIKey field/],
    ['QuotaPolicy', ['spec', 'targetRefs', 0, 'kind'], 'Service', 'spec.targetRefs', /must reference AIServiceBackend/],
    [
      'MCPRoute',
      ['spec', 'backendRefs', 0, 'toolSelector', 'include'],
      ['a'],
      'spec.backendRefs[0].toolSelector',
      /mutually exclusive/,
    ],
    [
      'BackendTLSPolicy',
      ['spec', 'validation', 'wellKnownCACertificates'],
      '',
      'spec.validation',
      /must specify either/,
    ],
    [
      'EnvoyProxy',
      ['spec', 'telemetry', 'accessLog', 'settings', 0, 'format', 'type'],
      'Text',
      'spec.telemetry.accessLog.settings[0].format',
      /text/i,
    ],
    [
      'AgentgatewayPolicy',
      ['spec', 'traffic', 'timeouts', 'request'],
      '1 minute',
      'spec.traffic.timeouts.request',
      /invalid duration/,
    ],
    ['AgentgatewayModel', ['spec', 'baseURL'], 'ftp://models.example', 'spec', /must be an absolute http or https URL/],
    ['WorkflowTemplate', ['spec', 'templates', 1, 'suspend'], {}, 'spec.templates', /at most one template type/],
    [
      'ExternalSecret',
      ['spec', 'target', 'template'],
      { type: 'Opaque', mergePolicy: 'Sometimes' },
      'spec.target.template.mergePolicy',
      /not one of/,
    ],
    ['ScaledObject', ['spec', 'minReplicaCount'], 9, 'spec', /minReplicaCount/],
  ])('of %s hold: %j', async (kind, path, value, at, message) => {
    const found = await checkManifest(changed(named(kind), path, value));
    expect(found.map((problem) => [formatPath(problem.path), problem.message])).toContainEqual([
      at,
      expect.stringMatching(message),
    ]);
  });

  test('are not asked where a field that they may read is missing', async () => {
    const found = await checkManifest(changed(named('Gateway'), ['spec', 'listeners', 0], { name: 'a', port: 80 }));
    expect(found.map(({ rule }) => rule)).toEqual(['schema']);
  });

  test('see defaults: an address without a type is an IP address', async () => {
    expect(await checkManifest(named('Gateway'))).toEqual([]);
  });
});

describe('an unknown kind', () => {
  test.each([
    [
      { apiVersion: 'gateway.networking.k8s.io/v1alpha2', kind: 'HTTPRoute' },
      /It is known in gateway\.networking\.k8s\.io\/v1 and/,
    ],
    [{ apiVersion: 'apps/v1', kind: 'Deploymnet' }, /Did you mean Deployment\?/],
    [{ kind: 'Service' }, /needs an apiVersion and a kind/],
    [{ apiVersion: '__proto__', kind: 'constructor' }, /is not known/],
  ])('is said to be one: %j', async (manifest, message) => {
    const found = await checkManifest(manifest);
    expect(found).toEqual([expect.objectContaining({ rule: 'unknown-kind', message: expect.stringMatching(message) })]);
  });
});

test('null means absence, unless the schema says that it is a value', async () => {
  expect(await checkManifest(changed(named('Service'), ['spec', 'externalName'], null))).toEqual([]);
  expect(await checkManifest(changed(named('Service'), ['spec', 'ports', 0, 'port'], null))).toEqual([
    expect.objectContaining({ path: ['spec', 'ports', 0], message: 'The field "port" is missing.' }),
  ]);
});

test('hostile keys and values are data', async () => {
  const hostile = JSON.parse(
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"x","constructor":"y"}}',
  );
  expect(await checkManifest(hostile)).toEqual([]);
  const wide = { ...named('HTTPRoute') };
  const found = await checkManifest(changed(wide, ['spec', 'hostnames'], [`${'a'.repeat(200000)}!`]));
  expect(found.length).toBeGreaterThan(0);
});

function titleOf(manifest: JsonObject): string {
  return `${String(manifest['apiVersion'])} ${String(manifest['kind'])} ${String(valueAt(manifest, ['metadata', 'name']))}`;
}

function named(kind: string): JsonObject {
  return pick(manifests, kind);
}

async function loaded(manifest: JsonObject): Promise<{ structure: Structure }> {
  const kind = kindOf(manifest);
  if (!kind) throw new Error(`There is no schema for ${titleOf(manifest)}.`);
  return kind.load();
}

interface Place {
  readonly value: Json;
  readonly path: Path;
}

/** Every value below the root, except in regions whose content is free. */
function places(value: Json, structure: Structure | undefined, path: Path = []): Place[] {
  if (structure?.open) return [];
  if (Array.isArray(value))
    return value.flatMap((item: Json, index) => [...places(item, structure?.items, [...path, index])]);
  if (!isObject(value)) return [{ value, path }];
  const below = Object.entries(value).flatMap(([key, child]) => places(child, childOf(structure, key), [...path, key]));
  return [{ value, path }, ...below];
}

function closedObjects(manifest: JsonObject, structure: Structure): Place[] {
  return places(manifest, structure).filter(({ value, path }) => isObject(value) && !isFree(path));
}

/** `metadata` and `selector` are free maps in some places only: a trigger's, a Service's. */
function isFree(path: Path): boolean {
  const last = String(path.at(-1));
  if (last === 'metadata') return path.includes('triggers');
  if (last === 'selector') return path.length === 2;
  return freeMaps.includes(last);
}

function scalarPaths(manifest: JsonObject, structure: Structure): Path[] {
  return places(manifest, structure)
    .filter(({ value, path }) => !isObject(value) && path[0] !== 'apiVersion' && path[0] !== 'kind')
    .map(({ path }) => path);
}

function keyedLists(value: Json, structure: Structure | undefined, path: Path = []): Path[] {
  if (Array.isArray(value)) {
    const own = structure?.uniqueBy && value.length > 0 ? [path] : [];
    return [...own, ...value.flatMap((item: Json, index) => keyedLists(item, structure?.items, [...path, index]))];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => keyedLists(child, childOf(structure, key), [...path, key]));
}

function touches(problem: ManifestProblem, path: Path): boolean {
  const [found, wanted] = [formatPath(problem.path), formatPath(path)];
  return found === wanted || found.startsWith(`${wanted}.`) || wanted.startsWith(found);
}

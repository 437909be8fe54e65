// aigw's verdict on Kubernetes objects beside a real API server's, on objects with one fault each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { checkManifest } from '../../src/manifests/check-manifest.ts';
import { type RunningApiServer, startApiServer } from '../members/kube-apiserver.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { corpusOf, type Mutation } from './mutations.ts';
import { EXAMPLES, namespacesOf, objectsOf, RENDERED_PROJECTS } from './objects.ts';

/** Which mutations of the many that there are: another seed tries others. */
const SEED = process.env['AIGW_MUTATIONS_SEED'] ?? 'aigw';
const PER_KIND = Number(process.env['AIGW_MUTATIONS_PER_KIND'] ?? 2500);

/** Requests under way at a time. */
const LANES = 12;

/** What aigw refuses although the API server (1.36.3) takes it, by what aigw says, with the reason. */
const STRICTER: readonly (readonly [said: RegExp, reason: string])[] = [
  [
    /^This is null, but must be|^null counts as 0 here/,
    'the server reads null in a list or a map as an empty item, and as a limit of nothing; nobody means that',
  ],
  [/^The container has no port named/, 'the kubelet looks the port up, and the probe fails for ever'],
  [
    /^The mount path must not be empty nor hold/,
    "the field's description forbids a colon, and the server does not look",
  ],
  [/^The API version of a scaled workload names/, 'no group is named in capitals'],
  [/^The image has a blank/, 'no such image can be pulled'],
  [
    /^The cost expression cannot be used|^A cost of type CEL/,
    "Envoy AI Gateway's controller compiles it and refuses the route",
  ],
  [/^"" is not one of the values allowed here/, 'the server reads an empty word as one that is left out'],
  [
    /^The name ".*" must consist of|^The name has \d+ characters/s,
    'the server lets a PodDisruptionBudget have any name, and from 1.36 on Services begin with a digit; older servers and tools do not',
  ],
  [/^Envoy cannot read this regular expression/, 'Envoy refuses the whole configuration that holds it'],
  [/^"\." is not of the form quantity/, 'a dot alone is read as 0, and nobody means that'],
  [/^The label key/, 'no node can have such a label to spread pods over'],
  [/^The ConfigMap name/, 'no ConfigMap can have that name, and the pod waits for it for ever'],
  [
    /^The item with (?:name|containerPort) .* stands twice/,
    'a create takes the last of two variables, and one port twice; server-side apply, as Argo CD does it, refuses both',
  ],
];

let server: RunningApiServer;
let client: ApiClient;
const verdicts: { readonly name: string; readonly said: string | undefined; readonly refused: string | undefined }[] =
  [];

beforeAll(async () => {
  server = await startApiServer(RENDERED_PROJECTS);
  client = apiClient(server);
  const waiting = [...corpusOf(await soundObjects(), { seed: SEED, perKind: PER_KIND })];
  // A mutation may lead an object into a namespace that is not there yet, which says nothing about the object.
  await Promise.all(namespacesOf(waiting.map(({ object }) => object)).map((name) => makeNamespace(name)));
  await Promise.all(Array.from({ length: LANES }, () => judgeInTurn(waiting)));
});
afterAll(async () => {
  client.close();
  await server.stop();
});

test('both take what is sound, of every kind that is rendered', async () => {
  const kinds = new Set(verdicts.map(({ name }) => name.split(':')[0]));
  expect(kinds.size).toBeGreaterThan(40);
  expect(verdicts.length).toBeGreaterThan(15_000);
});

test('the server refuses nothing that aigw takes', () => {
  expect(verdicts.filter(({ said, refused }) => said === undefined && refused !== undefined)).toEqual([]);
});

test('aigw refuses nothing that the server takes, but for the reasons listed', () => {
  const stricter = verdicts.filter(({ said, refused }) => said !== undefined && refused === undefined);
  const reasonOf = (said = '') => STRICTER.find(([pattern]) => pattern.test(said))?.[1];
  expect(stricter.filter(({ said }) => reasonOf(said) === undefined)).toEqual([]);
  // A reason that holds for nothing any more goes.
  const used = new Set(stricter.map(({ said }) => reasonOf(said)));
  expect(STRICTER.map(([, reason]) => reason).filter((reason) => !used.has(reason))).toEqual([]);
  const counts = STRICTER.map(
    ([, reason]) => `${stricter.filter(({ said }) => reasonOf(said) === reason).length}: ${reason}`,
  );
  process.stdout.write(
    `${verdicts.length} mutations, ${verdicts.length - stricter.length} verdicts agree; aigw is stricter in ${stricter.length}:\n${counts.join('\n')}\n`,
  );
});

/** Of every kind that is served here: three as rendered, and the examples that the unit tests have. Both sides take all of them. */
async function soundObjects(): Promise<readonly JsonObject[]> {
  const rendered = (await Promise.all(EXAMPLES.map(objectsOf))).flat();
  const folder = join(import.meta.dirname, '..', '..', 'src', 'manifests', 'testdata');
  const examples = ['kubernetes', 'gateways', 'operators'].flatMap(
    (name) => loadAll(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as JsonObject[],
  );
  const byKind = Map.groupBy(rendered, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const chosen = [...[...byKind.values()].flatMap((objects) => objects.slice(0, 3)), ...examples];
  for (const name of namespacesOf(chosen)) await makeNamespace(name);
  const sound: JsonObject[] = [];
  for (const object of chosen.filter(({ kind }) => kind !== 'Namespace')) {
    const { status, body } = await client.create(object, { dryRun: true });
    if (status === 404) continue;
    expect([status, body['message'], await checkManifest(object)]).toEqual([201, undefined, []]);
    sound.push(object);
  }
  return sound;
}

/** Where the name can be a namespace's. */
async function makeNamespace(name: string): Promise<void> {
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

async function judgeInTurn(waiting: Mutation[]): Promise<void> {
  for (let mutation = waiting.pop(); mutation !== undefined; mutation = waiting.pop()) {
    const [problem] = await checkManifest(mutation.object);
    const { status, body } = await client.create(mutation.object, { dryRun: true });
    verdicts.push({
      name: mutation.name,
      said: problem?.message,
      refused: status < 300 ? undefined : String(body['message']),
    });
  }
}

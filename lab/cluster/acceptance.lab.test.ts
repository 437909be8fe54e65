// What aigw renders, put before a real API server, and then run on a cluster without containers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { type RunningCluster, startCluster } from '../members/kwok.ts';
import type { ApiAnswer } from './api-client.ts';
import { installCrds } from './crds.ts';
import { EXAMPLES, namespacesOf, objectsOf, RENDERED_PROJECTS } from './objects.ts';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await startCluster();
  await installCrds(cluster.client, RENDERED_PROJECTS);
}, 1_800_000);
afterAll(() => cluster.stop());

describe.each(EXAMPLES)('$repo $environment', (example) => {
  let objects: readonly JsonObject[] = [];

  beforeAll(async () => {
    objects = await objectsOf(example);
    for (const name of namespacesOf(objects))
      await cluster.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  });

  test('is taken by a dry run, without a warning', async () => {
    expect(objects.length).toBeGreaterThan(20);
    const answers = await Promise.all(objects.map((object) => cluster.client.apply(object, { dryRun: true })));
    expect(refusalsIn(answers, objects)).toEqual([]);
  });

  test('is taken for real, and a second time changes nothing', async () => {
    const first = await Promise.all(objects.map((object) => cluster.client.apply(object)));
    expect(refusalsIn(first, objects)).toEqual([]);
    const second = await Promise.all(objects.map((object) => cluster.client.apply(object)));
    expect(second.map(generationOf)).toEqual(first.map(generationOf));
  });
});

// They come up while others are applied.
describe.each(EXAMPLES)('$repo $environment', (example) => {
  test('runs: its deployments become available', async () => {
    const deployments = (await objectsOf(example)).filter(({ kind }) => kind === 'Deployment');
    for (const { metadata } of deployments) {
      const { name, namespace } = metadata as JsonObject;
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
      const isAvailable = async () => availabilityIn((await cluster.client.get(path)).body);
      await expect.poll(isAvailable, { timeout: 60_000, interval: 200 }).toBe('True');
    }
  });
});

/** What the server refused or warned of, with the object's name. */
function refusalsIn(answers: readonly ApiAnswer[], objects: readonly JsonObject[]): readonly string[] {
  return answers.flatMap(({ status, body, warnings }, index) => {
    const { kind, metadata } = objects[index] ?? {};
    const name = `${kind} ${isObject(metadata) ? metadata['name'] : ''}`;
    const refused = status >= 300 ? [`${name}: ${body['message']}`] : [];
    return [...refused, ...warnings.map((warning) => `${name} (warning): ${warning}`)];
  });
}

function generationOf({ body }: ApiAnswer): unknown {
  return isObject(body['metadata']) ? body['metadata']['generation'] : undefined;
}

function availabilityIn({ status }: JsonObject): unknown {
  const conditions = isObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  return conditions.filter((each) => isObject(each)).find(({ type }) => type === 'Available')?.['status'];
}

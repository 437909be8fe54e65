// What aigw renders, put before a real API server, and then run on a cluster without containers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { type RunningCluster, startCluster } from '../members/kwok.ts';
import type { ApiAnswer } from './api-client.ts';
import {
  EXAMPLES,
  namespacesOf,
  objectsOf,
  objectsOfFieldTrials,
  RENDERED_PROJECTS,
  TARGET_EXAMPLES,
} from './objects.ts';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await startCluster(RENDERED_PROJECTS);
});
afterAll(() => cluster.stop());

describe.each(EXAMPLES)('$repo $environment', (example) => {
  let objects: readonly JsonObject[] = [];

  beforeAll(async () => {
    objects = await objectsOf(example);
    await makeNamespaces(objects);
  });

  test('is taken by a dry run, without a warning', async () => {
    expect(objects).not.toEqual([]);
    expect(await refusalsOnDryRun(objects)).toEqual([]);
  });

  test('is taken for real, and a second time changes nothing', async () => {
    const first = await Promise.all(objects.map((object) => cluster.client.apply(object)));
    expect(refusalsIn(first, objects)).toEqual([]);
    // Without force, a field that someone else has set meanwhile would be refused as a conflict.
    const second = await Promise.all(objects.map((object) => cluster.client.apply(object, { force: false })));
    expect(refusalsIn(second, objects)).toEqual([]);
    expect(second.map(versionOf)).toEqual(first.map(versionOf));
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

test('whatever a field of a config is set to, what it makes is taken, without a warning', async () => {
  const examples = await Promise.all(TARGET_EXAMPLES.map(objectsOf));
  const objects = [...examples.flat(), ...(await objectsOfFieldTrials())];
  expect(objects.length).toBeGreaterThan(900);
  await makeNamespaces(objects);
  expect(await refusalsOnDryRun(objects)).toEqual([]);
});

async function makeNamespaces(objects: readonly JsonObject[]): Promise<void> {
  for (const name of namespacesOf(objects))
    await cluster.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

async function refusalsOnDryRun(objects: readonly JsonObject[]): Promise<readonly string[]> {
  const answers = await Promise.all(objects.map((object) => cluster.client.apply(object, { dryRun: true })));
  return refusalsIn(answers, objects);
}

/** What the server refused or warned of, with the object's name. */
function refusalsIn(answers: readonly ApiAnswer[], objects: readonly JsonObject[]): readonly string[] {
  return answers.flatMap(({ status, body, warnings }, index) => {
    const { kind, metadata } = objects[index] ?? {};
    const name = `${kind} ${isObject(metadata) ? metadata['name'] : ''}`;
    const refused = status >= 300 ? [`${name}: ${body['message']}`] : [];
    return [...refused, ...warnings.map((warning) => `${name} (warning): ${warning}`)];
  });
}

/** What changes with every change of what was asked for; a controller's word on an object leaves its generation alone. */
function versionOf({ body: { metadata } }: ApiAnswer): unknown {
  return isObject(metadata) ? (metadata['generation'] ?? metadata['resourceVersion']) : undefined;
}

function availabilityIn({ status }: JsonObject): unknown {
  const conditions = isObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  return conditions.filter((each) => isObject(each)).find(({ type }) => type === 'Available')?.['status'];
}

// The definitions of other projects' kinds, as an API server takes them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { type RunningApiServer, startApiServer } from '../members/kube-apiserver.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { definitionsFolder, definitionsOf, installCrds, projectsWithDefinitions, REBUILT } from './crds.ts';

const projects = projectsWithDefinitions();

describe('definitions rebuilt from compact schemas', () => {
  let server: RunningApiServer;
  let client: ApiClient;

  beforeAll(async () => {
    server = await startApiServer();
    client = apiClient(server);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  test.each(projects)('of %s are taken and served', async (project) => {
    await installCrds(client, [project], REBUILT);
  });
});

// Without the projects' own there is nothing to compare with, and the lab does without them.
describe.runIf(definitionsFolder() !== undefined)("definitions rebuilt, beside the projects' own", () => {
  test.each(projects)('of %s have the same names, and say likewise where the status is written', (project) => {
    const own = namesIn(definitionsOf(project));
    for (const [name, spec] of namesIn(definitionsOf(project, REBUILT)))
      expect([name, spec]).toEqual([name, own.get(name)]);
  });
});

function namesIn(definitions: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    definitions.map(({ metadata, spec }) => {
      const { group, scope, names, versions } = spec as JsonObject;
      const { plural, kind } = isObject(names) ? names : {};
      const [first] = Array.isArray(versions) ? versions.filter(isObject) : [];
      const hasStatus = isObject(first?.['subresources']) && isObject(first['subresources']['status']);
      return [String((metadata as JsonObject)['name']), { group, scope, plural, kind, hasStatus } as JsonObject];
    }),
  );
}

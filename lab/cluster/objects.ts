// The Kubernetes objects of the example repos, rendered as the command renders them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { assembleRepo } from '../../src/config/repo.ts';
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts';
import { renderEnvironment } from '../../src/plan/rendering.ts';
import { loadTargets } from '../../src/targets/targets.ts';

export const EXAMPLES = ['cognitotech', 'fraud-bank', 'recommendation-shop'].flatMap((repo) =>
  ['dev', 'staging', 'prod'].map((environment) => ({ repo, environment })),
);

export type Example = (typeof EXAMPLES)[number];

/** What `aigw render` writes for this environment, read back from its files. */
export async function objectsOf({ repo, environment }: Example): Promise<readonly JsonObject[]> {
  const root = join(import.meta.dirname, '..', '..', 'fixtures', repo);
  const texts = globSync('**/*.*', { cwd: root })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const repository = assembleRepo(texts.filter(({ path }) => path.endsWith('.yaml')));
  const config = repository.resolve(environment, new Map(texts.map(({ path, text }) => [path, text])));
  if (config === undefined) throw new Error(`${repo} has no environment ${environment}.`);
  const types = config.all('Gateway').map(({ spec }) => spec.target.type);
  const { files } = await renderEnvironment(config, await loadTargets([...new Set(types)]));
  return files
    .filter(({ path }) => path.endsWith('.yaml'))
    .flatMap(({ text }) => loadAll(text) as Json[])
    .filter((document) => isObject(document))
    .filter(({ apiVersion, kind }) => typeof apiVersion === 'string' && typeof kind === 'string');
}

/** The namespaces that objects live in. */
export function namespacesOf(objects: readonly JsonObject[]): readonly string[] {
  const names = objects.map(({ metadata }) => (isObject(metadata) ? metadata['namespace'] : undefined));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** Projects whose kinds are rendered. */
export const RENDERED_PROJECTS = ['envoy-ai-gateway', 'envoy-gateway', 'external-secrets', 'gateway-api', 'keda'];

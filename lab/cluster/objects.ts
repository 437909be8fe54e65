// The Kubernetes objects that aigw renders, made as the command makes them and read back from its files.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { fieldTrials } from '../../scripts/field-trials.ts';
import { assembleRepo } from '../../src/config/repo.ts';
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts';
import { type RenderedEnvironment, renderEnvironment } from '../../src/plan/rendering.ts';
import { loadTargets, targetIds } from '../../src/targets/targets.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');

export interface Example {
  /** Its folder below fixtures/. */
  readonly repo: string;
  readonly environment: string;
}

/** What people are shown: whole repos, whose environments can live in one cluster. */
export const EXAMPLES = ['cognitotech', 'fraud-bank', 'recommendation-shop', 'smallest'].flatMap(examplesIn);

/** What one target is tested on. */
export const TARGET_EXAMPLES = globSync('targets/*/*', { cwd: fixtures }).toSorted().flatMap(examplesIn);

function examplesIn(repo: string): readonly Example[] {
  return assembleRepo(configIn(repo)).environments.map((environment) => ({ repo, environment }));
}

/** What `aigw render` writes for this environment. */
export async function objectsOf({ repo, environment }: Example): Promise<readonly JsonObject[]> {
  const texts = textsIn(repo);
  const files = new Map(texts.map(({ path, text }) => [path, text]));
  const config = assembleRepo(configIn(repo)).resolve(environment, files);
  if (config === undefined) throw new Error(`${repo} has no environment ${environment}.`);
  const types = config.all('Gateway').map(({ spec }) => spec.target.type);
  return objectsIn(await renderEnvironment(config, await loadTargets([...new Set(types)])));
}

/** What each value of each field of the language makes of a small repo, for each version of each target; each object once. */
export async function objectsOfFieldTrials(): Promise<readonly JsonObject[]> {
  const objects = new Map<string, JsonObject>();
  for (const target of await loadTargets(targetIds)) {
    for (const version of target.versions) {
      for (const trial of fieldTrials({ type: target.id, version })) {
        const rendered = await renderEnvironment(trial.with, [target]);
        for (const object of objectsIn(rendered)) objects.set(JSON.stringify(object), object);
      }
    }
  }
  return [...objects.values()];
}

function objectsIn({ files }: RenderedEnvironment): readonly JsonObject[] {
  return files
    .filter(({ path }) => path.endsWith('.yaml'))
    .flatMap(({ text }) => loadAll(text) as Json[])
    .filter((document) => isObject(document))
    .filter(({ apiVersion, kind }) => typeof apiVersion === 'string' && typeof kind === 'string');
}

function textsIn(repo: string): readonly { readonly path: string; readonly text: string }[] {
  const root = join(fixtures, repo);
  return globSync('**/*.*', { cwd: root, exclude: ['expected/**'] })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function configIn(repo: string) {
  return textsIn(repo).filter(({ path }) => path.endsWith('.yaml'));
}

/** The namespaces that objects live in. */
export function namespacesOf(objects: readonly JsonObject[]): readonly string[] {
  const names = objects.map(({ metadata }) => (isObject(metadata) ? metadata['namespace'] : undefined));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** Projects whose kinds are rendered. */
export const RENDERED_PROJECTS = ['envoy-ai-gateway', 'envoy-gateway', 'external-secrets', 'gateway-api', 'keda'];

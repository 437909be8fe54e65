// What the files of the embedded registry say.
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { DatasetFacts } from '../../plan/gates/data.ts';
import type { Measurement } from '../../plan/gates/metric.ts';
import type { SignatureTexts } from '../../plan/gates/signature.ts';
import type { RegisteredRun, RegisteredVersion, RegistryEntry, VersionContent } from '../../ports/registry.ts';
import { type Artifact, digestOf } from '../digest.ts';
import { promptContent } from '../prompt-content.ts';
import { unusable } from './json-files.ts';

/** The map in a field; an empty one where there is none. */
export function mapIn(value: JsonObject, field: string): JsonObject {
  const map = value[field];
  return isObject(map) ? map : {};
}

function textsIn(value: JsonObject, field: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(mapIn(value, field)).map(([key, each]) => [key, String(each)]));
}

export function entryOf(name: string, value: JsonObject, file: string): RegistryEntry {
  const kind = value['kind'] ?? 'model';
  if (kind !== 'model' && kind !== 'prompt') throw unusable(file, `its kind is ${JSON.stringify(kind)}`);
  return { name, kind, aliases: textsIn(value, 'aliases'), tags: textsIn(value, 'tags') };
}

export function versionOf(name: string, version: string, value: JsonObject, file: string): RegisteredVersion {
  const createdAt = Date.parse(String(value['createdAt']));
  if (Number.isNaN(createdAt)) throw unusable(file, 'createdAt is no time such as 2026-11-27T12:00:00Z');
  const { id } = mapIn(value, 'run');
  return {
    name,
    kind: value['prompt'] === undefined ? 'model' : 'prompt',
    version,
    createdAt,
    run: typeof id === 'string' ? id : undefined,
    source: undefined,
    tags: textsIn(value, 'tags'),
    isReady: true,
  };
}

export function runOf(value: JsonObject, file: string): RegisteredRun {
  const run = mapIn(value, 'run');
  const endedAt = run['endedAt'] === undefined ? undefined : Date.parse(String(run['endedAt']));
  if (Number.isNaN(endedAt)) throw unusable(file, 'run.endedAt is no time such as 2026-11-27T12:00:00Z');
  const metrics = Object.entries(mapIn(value, 'metrics')).map(([name, each]) => [name, measurementOf(each, file)]);
  return {
    id: String(run['id']),
    status: String(run['status'] ?? 'unknown'),
    isDeleted: run['isDeleted'] === true,
    endedAt,
    tags: textsIn(run, 'tags'),
    metrics: Object.fromEntries(metrics),
    datasets: datasetsIn(run['datasets'], file),
    params: textsIn(run, 'params'),
    link: undefined,
  };
}

function datasetsIn(value: Json | undefined, file: string): readonly DatasetFacts[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw unusable(file, 'run.datasets is no list of datasets');
  return value.map(({ name, kind = 'unknown', source }) => {
    if (typeof name !== 'string' || typeof source !== 'string' || typeof kind !== 'string')
      throw unusable(file, 'a dataset lacks its name or its source');
    return { name, kind, source };
  });
}

/** A number, or one with the digest of the data that it was measured on. */
function measurementOf(written: Json, file: string): Measurement {
  const { value, dataset } = isObject(written) ? written : { value: written, dataset: undefined };
  if (typeof value !== 'number' && value !== 'NaN' && value !== 'Infinity' && value !== '-Infinity')
    throw unusable(file, `a metric is ${JSON.stringify(value)}`);
  return { value, ...(typeof dataset === 'string' ? { datasetDigest: dataset } : {}) };
}

/** What a version holds: a prompt's template, or a model's artifacts. */
export function contentOf(value: JsonObject, file: string): VersionContent {
  if (value['prompt'] === undefined)
    return { digest: digestOf(artifactsOf(value, file)), signature: signatureOf(value) };
  const { template, responseFormat, modelConfig } = mapIn(value, 'prompt');
  const content = promptContent({ template, responseFormat, modelConfig });
  if (content === undefined) throw unusable(file, 'its prompt.template is neither a text nor messages of text');
  return content;
}

function artifactsOf(value: JsonObject, file: string): readonly Artifact[] {
  const list = value['artifacts'];
  const artifacts = Array.isArray(list) ? list.filter(isObject) : [];
  if (artifacts.length === 0) throw unusable(file, 'it lists no artifacts, so there is nothing to make a digest of');
  return artifacts.map(({ path, sha256 }) => {
    if (typeof path !== 'string' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
      throw unusable(file, 'an artifact lacks its path or its sha256');
    return { path, sha256 };
  });
}

export function signatureOf(value: JsonObject): SignatureTexts | undefined {
  const { signature } = value;
  if (!isObject(signature)) return undefined;
  const text = (field: string) => {
    const part = signature[field];
    return part === undefined || part === null ? null : typeof part === 'string' ? part : JSON.stringify(part);
  };
  return { inputs: text('inputs'), outputs: text('outputs'), params: text('params') };
}

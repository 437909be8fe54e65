// What MLflow's answers say. Fields that are unset, and lists that are empty, are left out of them (3.17).
import { isObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import type { Measurement } from '../../plan/gates/metric.ts';
import {
  type RegisteredRun,
  type RegisteredVersion,
  type RegistryEntry,
  RegistryTrouble,
} from '../../ports/registry.ts';
import { isPrompt } from './prompts.ts';

/** A tag of a copy's run: the digests of the data on which each metric was measured, as JSON by their names. */
export const MEASURED_ON = 'aigw.copy.measured';

export function entryOf(value: Json | undefined): RegistryEntry {
  const entry = objectIn(value, 'registered_model');
  const tags = mapOf(entry['tags']);
  const aliases = list(entry['aliases']).map(({ alias, version }) => [String(alias), String(version)]);
  return {
    name: textIn(entry, 'name'),
    kind: isPrompt(tags) ? 'prompt' : 'model',
    aliases: Object.fromEntries(aliases),
    tags,
  };
}

export function versionOf(value: Json | undefined): RegisteredVersion {
  const version = objectIn(value, 'model_version');
  const { run_id: run, source } = version;
  const tags = mapOf(version['tags']);
  return {
    name: textIn(version, 'name'),
    kind: isPrompt(tags) ? 'prompt' : 'model',
    version: textIn(version, 'version'),
    createdAt: Number(version['creation_timestamp'] ?? 0),
    run: typeof run === 'string' && run !== '' ? run : undefined,
    source: typeof source === 'string' && source !== '' ? source : undefined,
    tags,
    isReady: (version['status'] ?? 'READY') === 'READY',
  };
}

/** @param measured measurements of the logged model that the run has made. @param url of the server, where it shows runs as MLflow does. */
export function runOf(
  value: Json | undefined,
  measured: readonly JsonObject[],
  url: string | undefined,
): RegisteredRun {
  const run = objectIn(value, 'run');
  const info = objectIn(run['info'], 'run.info');
  const data = isObject(run['data']) ? run['data'] : {};
  const id = textIn(info, 'run_id');
  const datasets = datasetsIn(run['inputs']);
  const ofRun = onlyDigest(datasets);
  const tags = mapOf(data['tags']);
  const copied = tags[MEASURED_ON] === undefined ? undefined : parseJson(tags[MEASURED_ON]);
  const metrics = list(data['metrics']).map((metric) => {
    const digest = isObject(copied) ? copied[String(metric['key'])] : (datasetOf(metric, id, measured) ?? ofRun);
    return [String(metric['key']), measurementOf(metric, typeof digest === 'string' ? digest : undefined)];
  });
  const endedAt = Number(info['end_time'] ?? 0);
  return {
    id,
    status: String(info['status'] ?? 'unknown'),
    isDeleted: info['lifecycle_stage'] !== 'active',
    endedAt: endedAt > 0 ? endedAt : undefined,
    tags,
    metrics: Object.fromEntries(metrics),
    datasets: datasets.map(({ name, source, source_type: kind, digest }) => ({
      name: String(name),
      kind: String(kind),
      source: String(source),
      ...(typeof digest === 'string' && { digest }),
    })),
    params: mapOf(data['params']),
    // A page of MLflow's own (3.17), whatever experiment the run belongs to.
    link: url === undefined ? undefined : `${url}/#/runs/${id}`,
  };
}

/**
 * The data on which a run measured, by what the same call has written to its logged model. Values are taken from runs alone, since MLflow (3.17,
 * `sanitize_metric_value` of its SQL store) writes 0 for NaN to a logged model.
 */
function datasetOf(metric: JsonObject, run: string, measured: readonly JsonObject[]): string | undefined {
  const same = measured.find(
    (each) =>
      each['run_id'] === run &&
      (['key', 'value', 'timestamp', 'step'] as const).every((field) => (each[field] ?? 0) === (metric[field] ?? 0)),
  );
  return digestIn(same);
}

function digestIn(metric: JsonObject | undefined): string | undefined {
  const digest = metric?.['dataset_digest'];
  return typeof digest === 'string' && digest !== '' ? digest : undefined;
}

/**
 * MLflow (3.17, on SQL) keeps no dataset with a run's metric; a run keeps those that it was given as inputs. Where it was given one alone, all its metrics
 * were measured on that.
 */
function onlyDigest(datasets: readonly JsonObject[]): string | undefined {
  const digests = new Set(datasets.map(({ digest }) => digest));
  const [digest] = digests;
  return digests.size === 1 && typeof digest === 'string' && digest !== '' ? digest : undefined;
}

function datasetsIn(inputs: Json | undefined): readonly JsonObject[] {
  const given = isObject(inputs) ? list(inputs['dataset_inputs']) : [];
  return given.map(({ dataset }) => (isObject(dataset) ? dataset : {}));
}

function measurementOf(metric: JsonObject, found: string | undefined): Measurement {
  const { value } = metric;
  const known = typeof value === 'number' || value === 'Infinity' || value === '-Infinity' ? value : 'NaN';
  const digest = digestIn(metric) ?? found;
  return { value: known, ...(digest === undefined ? {} : { datasetDigest: digest }) };
}

/** Tags as requests have them. */
export function tagsOf(tags: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function mapOf(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(list(value).map((tag) => [String(tag['key']), String(tag['value'] ?? '')]));
}

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function objectIn(value: Json | undefined, field: string): JsonObject {
  if (isObject(value)) return value;
  throw unusable(`An answer of MLflow has no ${field}.`);
}

function textIn(value: JsonObject, field: string): string {
  const text = value[field];
  if (typeof text === 'string') return text;
  throw unusable(`An answer of MLflow has no ${field}.`);
}

function unusable(message: string): RegistryTrouble {
  return new RegistryTrouble(
    'unusable',
    message,
    'Look whether MLFLOW_TRACKING_URI is the address of an MLflow server.',
  );
}

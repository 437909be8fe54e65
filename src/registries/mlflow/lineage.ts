// Where a version of MLflow's comes from, which the text of its source alone says: another version, a logged model, or a run. The server (3.17) lets a
// version name any run beside its source, so that the way is gone back to its end.
import { isObject, type JsonObject } from '../../lib/json.ts';
import { type RegisteredVersion, RegistryTrouble } from '../../ports/registry.ts';
import { versionOf } from './records.ts';

/** What is asked for, or undefined where it is not there. */
export type Find = (path: string, query: Readonly<Record<string, string>>) => Promise<JsonObject | undefined>;

export interface Lineage {
  /** The run that made what a version holds; undefined where none is named. */
  readonly run: string | undefined;
  /** What was measured of the logged model that it is, each measurement with the run that took it, and perhaps with its data. */
  readonly measured: readonly JsonObject[];
}

/** Versions between one and where it comes from. */
const LONGEST_WAY = 20;

/** Rejects with a RegistryTrouble where a step of the way is gone, or leads to another run than the version names. */
export async function lineageOf(find: Find, version: RegisteredVersion): Promise<Lineage> {
  const origin = await originOf(find, version);
  const { run, measured } = await makerOf(find, version, origin);
  if (version.run === undefined || version.run === run) return { run, measured };
  throw unusable(version, `names run ${version.run}, and what it holds was made by ${run ? `run ${run}` : 'no run'}`);
}

/** The version at the beginning of the way. */
async function originOf(find: Find, version: RegisteredVersion): Promise<RegisteredVersion> {
  const way = new Set<string>();
  for (let at = version; ; ) {
    const source = at.source ?? '';
    const [, name, number] = /^models:\/+([^/]+)\/(\d+)$/.exec(source) ?? [];
    if (name === undefined || number === undefined) return at;
    if (way.has(source)) throw unusable(version, `is made of itself, by way of ${[...way].join(' and ')}`);
    if (way.size === LONGEST_WAY) throw unusable(version, `comes from a version more than ${LONGEST_WAY} steps away`);
    way.add(source);
    const answer = await find('/model-versions/get', { name, version: number });
    if (answer === undefined) throw unusable(version, `is made of ${source}, which is deleted or renamed`);
    at = versionOf(answer['model_version']);
  }
}

async function makerOf(
  find: Find,
  version: RegisteredVersion,
  { source = '', run }: RegisteredVersion,
): Promise<Lineage> {
  const [, named] = /^runs:\/+([^/]+)/.exec(source) ?? [];
  if (named !== undefined) return { run: named, measured: [] };
  // By its id, or by the folder that MLflow (3.17) keeps it in.
  const [, direct, kept] =
    /^models:\/+(m-[0-9a-f]+)$|^mlflow-artifacts:.*\/models\/(m-[0-9a-f]+)\/artifacts(?:\/|$)/.exec(source) ?? [];
  const id = direct ?? kept;
  if (id === undefined) return { run, measured: [] };
  const answer = await find(`/logged-models/${id}`, {});
  if (answer === undefined) throw unusable(version, `is made of logged model ${id}, which is deleted`);
  const model = objectIn(answer, 'model');
  const { source_run_id: maker, status } = objectIn(model, 'info');
  if (status !== 'LOGGED_MODEL_READY') throw unusable(version, `is made of logged model ${id}, which is ${status}`);
  const { metrics } = objectIn(model, 'data');
  return {
    run: typeof maker === 'string' && maker !== '' ? maker : undefined,
    measured: Array.isArray(metrics) ? metrics.filter(isObject) : [],
  };
}

function objectIn(value: JsonObject, field: string): JsonObject {
  const found = value[field];
  return isObject(found) ? found : {};
}

function unusable({ name, version }: RegisteredVersion, what: string): RegistryTrouble {
  return new RegistryTrouble(
    'unusable',
    `Version ${version} of ${name} ${what}.`,
    'Look where it comes from in MLflow.',
  );
}

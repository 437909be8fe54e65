// Versions that come from another registry, with artifacts of their own: what MLflow's own copy (3.17) does not make, since that only points to them.
// A version is readable where its source lies below the artifacts of its run, so each copy gets a run, which also tells what the run over there did.
import { mapBounded } from '../../lib/bounded.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { bareSource } from '../../plan/gates/data.ts';
import { type RegisteredRun, RegistryTrouble, type StoredArtifact, type VersionCopy } from '../../ports/registry.ts';
import { type Artifact, digestOf } from '../digest.ts';
import { filesBelow, hashed, type ListedFile, storePathOf } from './artifacts.ts';
import type { Connection } from './connection.ts';
import type { Find } from './lineage.ts';
import { MEASURED_ON, tagsOf } from './records.ts';
import { COPIES } from './rights.ts';
import { type Call, isRefusal, type Refusal, type Transport } from './transport.ts';
import { sendArtifact, storeUrlPath } from './upload.ts';

/** Artifacts that are sent at a time. */
const LANES = 4;
/** Metrics, and params, of a request (3.17, mlflow/utils/validation.py: 1000 of all, 100 of these). */
const [MOST_METRICS, MOST_PARAMS] = [900, 100];
/** Characters of a tag of a run (3.17, mlflow/utils/validation.py): longer ones are cut off. */
const LONGEST_RUN_TAG = 8_000;
/** A dataset has to have a digest. */
const UNKNOWN = 'unknown';
/** What belongs to the run over there alone: its logged models are not here. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(['mlflow.log-model.history']);

export interface Copier {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly find: Find;
  readonly change: (call: Omit<Call, 'path'> & { readonly path: string }) => Promise<JsonObject>;
  readonly ask: Transport['ask'];
  readonly troubleOf: (refusal: Refusal) => RegistryTrouble;
}

/** What a version is to be made of. */
export interface CopiedSource {
  readonly source: string;
  readonly run_id: string;
}

/** Brings over what a version is made of; what is there already, from a copy that was begun before, stays. */
export async function broughtOver(copier: Copier, copy: VersionCopy): Promise<CopiedSource> {
  const { id, uri } = await runFor(copier, copy);
  const root = storePathOf(uri);
  if (root === undefined)
    throw new RegistryTrouble(
      'unusable',
      `${copier.connection.url} keeps the artifacts of runs at ${uri}, and takes none itself.`,
      'Let that server serve artifacts: mlflow server --serve-artifacts',
    );
  const troubleOf = (what: string) => new RegistryTrouble('unusable', `What is copied ${what}.`, 'Look in MLflow.');
  const present = await filesBelow(copier.transport, { root: `${root}/model`, nameOf: (name) => name }, troubleOf);
  const artifacts = await mapBounded(copy.artifacts, LANES, async (artifact): Promise<Artifact> => {
    const place = `${root}/model/${artifact.path}`;
    const there = present.find(({ path, size }) => path === artifact.path && size === artifact.size);
    const sha256 = there === undefined ? undefined : await alike(copier.transport, place, there, artifact);
    return { path: artifact.path, sha256: sha256 ?? (await sendArtifact(copier.connection, place, artifact)) };
  });
  assertWhole(copy, artifacts, present);
  await tell(copier, id, copy.run);
  return { source: `${uri}/model`, run_id: id };
}

function assertWhole(
  { name, digest, artifacts }: VersionCopy,
  sent: readonly Artifact[],
  present: readonly ListedFile[],
) {
  const found = digestOf(sent);
  const stranger = present.find(({ path }) => !artifacts.some((each) => each.path === path));
  const fault =
    stranger !== undefined
      ? `holds ${stranger.path} too, which is none of its artifacts`
      : found !== digest
        ? `has the digest ${found}, and ${digest} was to be copied`
        : undefined;
  if (fault === undefined) return;
  throw new RegistryTrouble(
    'unusable',
    `What was copied of ${name} ${fault}; no version is made of it.`,
    `Look what has changed it. A copy is begun from the start when its run in ${COPIES} is deleted.`,
  );
}

/** The hash of an artifact that is there already; undefined where it is another than over there. */
async function alike(
  transport: Transport,
  place: string,
  { size }: ListedFile,
  artifact: StoredArtifact,
): Promise<string | undefined> {
  const path = `/api/2.0/mlflow-artifacts/artifacts/${storeUrlPath(place)}`;
  const call = { method: 'GET', path, isRepeatable: true } as const;
  const [here, there] = await Promise.all([transport.stream(call, size, hashed(0)), artifact.read(hashed(0))]);
  return here.taken?.sha256 === there.sha256 ? there.sha256 : undefined;
}

interface RunOfCopy {
  readonly id: string;
  /** Of its artifacts. */
  readonly uri: string;
}

/** By its key, or a new one. */
async function runFor(copier: Copier, { tags, key, run }: VersionCopy): Promise<RunOfCopy> {
  const { change } = copier;
  const experiment = await experimentIn(copier);
  const search = {
    experiment_ids: [experiment],
    filter: `tags.\`${key}\` = '${tags[key]}'`,
    order_by: ['attributes.start_time ASC', 'attributes.run_id ASC'],
    max_results: 1,
  };
  const found = await change({ method: 'POST', path: '/runs/search', body: search, isRepeatable: true });
  const [there] = Array.isArray(found['runs']) ? found['runs'] : [];
  if (there !== undefined) return runOfCopy(there);
  const own = Object.entries(run?.tags ?? {}).filter(([name]) => !LEFT_BEHIND.has(name));
  const body = {
    experiment_id: experiment,
    start_time: run?.endedAt ?? 0,
    tags: tagsOf({ ...Object.fromEntries(own), ...tags, [MEASURED_ON]: measuredOn(run) }),
  };
  // One whose answer is lost is found when the copy is begun anew.
  const made = await change({ method: 'POST', path: '/runs/create', body, isRepeatable: false });
  return runOfCopy(made['run']);
}

function runOfCopy(value: unknown): RunOfCopy {
  const info = isObject(value as JsonObject) ? (value as JsonObject)['info'] : undefined;
  const { run_id: id, artifact_uri: uri } = isObject(info) ? info : {};
  if (typeof id === 'string' && typeof uri === 'string') return { id, uri };
  throw new RegistryTrouble('unusable', 'An answer of MLflow has no run with artifacts.', 'Look at the server.');
}

async function experimentIn({ ask, find, troubleOf }: Copier): Promise<string> {
  const named = async () => {
    const answer = await find('/experiments/get-by-name', { experiment_name: COPIES });
    const experiment = answer?.['experiment'];
    return isObject(experiment) ? String(experiment['experiment_id']) : undefined;
  };
  const there = await named();
  if (there !== undefined) return there;
  const path = '/api/2.0/mlflow/experiments/create';
  const made = await ask({ method: 'POST', path, body: { name: COPIES }, isRepeatable: false });
  if (!isRefusal(made)) return String(made['experiment_id']);
  // Somebody else may have made it meanwhile.
  const other = made.code === 'RESOURCE_ALREADY_EXISTS' ? await named() : undefined;
  if (other === undefined) throw troubleOf(made);
  return other;
}

/** Writes what a run did over there. What is written twice is written once, since it is the same. */
async function tell({ change }: Copier, id: string, run: RegisteredRun | undefined): Promise<void> {
  const timestamp = run?.endedAt ?? 0;
  const metrics = Object.entries(run?.metrics ?? {}).map(([key, { value }]) => ({ key, value, timestamp, step: 0 }));
  const params = Object.entries(run?.params ?? {}).map(([key, value]) => ({ key, value }));
  const bodies = [
    ...pagesOf(metrics, MOST_METRICS).map((page) => ({ run_id: id, metrics: page })),
    ...pagesOf(params, MOST_PARAMS).map((page) => ({ run_id: id, params: page })),
  ];
  for (const body of bodies) await change({ method: 'POST', path: '/runs/log-batch', body, isRepeatable: true });
  const datasets = (run?.datasets ?? []).map(({ name, kind, source, digest = UNKNOWN }) => {
    const dataset = { name, digest, source_type: kind, source: bareSource(source) };
    return { dataset, tags: [] };
  });
  if (datasets.length > 0)
    await change({ method: 'POST', path: '/runs/log-inputs', body: { run_id: id, datasets }, isRepeatable: true });
  // No gate is to take what stands for no run, or for a deleted one, for one that has ended well.
  const status = run === undefined || run.isDeleted ? 'KILLED' : run.status;
  const body = { run_id: id, status, ...(run?.endedAt === undefined ? {} : { end_time: run.endedAt }) };
  await change({ method: 'POST', path: '/runs/update', body, isRepeatable: true });
}

/** MLflow (3.17, on SQL) keeps no data with the metrics of a run. Where it is too long for a tag, nobody knows it, and nothing is compared. */
function measuredOn(run: RegisteredRun | undefined): string {
  const digests = Object.entries(run?.metrics ?? {}).map(([name, { datasetDigest }]) => [name, datasetDigest]);
  const text = JSON.stringify(Object.fromEntries(digests));
  return text.length > LONGEST_RUN_TAG ? '{}' : text;
}

function pagesOf<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / length);
  return Array.from({ length: count }, (_, index) => items.slice(index * length, (index + 1) * length));
}

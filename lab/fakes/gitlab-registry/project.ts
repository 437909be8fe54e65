// What a project of the fake registry holds, and what each call makes of it.
import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { Refusal } from '../git-hosts/server.ts';
import type { RegistryCall, RegistryRoute } from '../gitlab-registry.ts';

export interface RegistryProject {
  readonly models: Model[];
  readonly versions: Version[];
  /** Where downloads are sent; undefined where GitLab gives them itself. */
  storeUrl: string | undefined;
}

interface Model {
  readonly name: string;
  description: string;
  readonly tags: readonly Tag[];
  /** Unix seconds, as GitLab tells them. */
  readonly createdAt: number;
}

interface Version {
  /** Of a row of the database; one counter for all models. */
  readonly id: number;
  readonly model: Model;
  readonly semantic: string;
  description: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  /** A version is a run too. */
  readonly run: Run;
  /** Texts by their escaped names. */
  readonly files: Map<string, string>;
}

interface Run {
  readonly id: string;
  status: string;
  endedAt: number | undefined;
  readonly metrics: JsonObject[];
  readonly tags: Tag[];
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

export function newProject(): RegistryProject {
  return { models: [], versions: [], storeUrl: undefined };
}

const refused = (status: number, code: string, message?: Json) =>
  new Refusal(status, { error_code: code, ...(message === undefined ? {} : { message }) });
const missing = () => refused(404, 'RESOURCE_DOES_NOT_EXIST');
const now = () => Math.floor(Date.now() / 1000);

function modelOf({ project, given }: RegistryCall): Model {
  const model = project.models.find(({ name }) => name === given['name']);
  if (model === undefined) throw missing();
  return model;
}

/** By its semantic version: the number by which GitLab calls it in its answers finds nothing. */
function versionOf({ project, given }: RegistryCall, version = given['version']): Version {
  const found = project.versions.find(({ model, semantic }) => model.name === given['name'] && semantic === version);
  if (found === undefined) throw missing();
  return found;
}

function runOf({ project, given }: RegistryCall): Run {
  const run = project.versions.find(({ run: { id } }) => id === given['run_id'])?.run;
  if (run === undefined) throw missing();
  return run;
}

function tagsIn(given: RegistryCall['given']): readonly Tag[] {
  return (given['tags'] as readonly Tag[] | undefined) ?? [];
}

function toldVersion({ id, model, semantic, description, tags, createdAt, run }: Version): JsonObject {
  return {
    name: model.name,
    version: String(id),
    creation_timestamp: createdAt,
    last_updated_timestamp: createdAt,
    user_id: null,
    current_stage: 'development',
    description,
    source: `https://git.example/shop/models/-/ml/models/1/versions/${id}`,
    run_id: run.id,
    status: 'READY',
    status_message: '',
    tags: tags.map((tag) => ({ ...tag })),
    run_link: '',
    aliases: [semantic],
  };
}

function toldModel(project: RegistryProject, model: Model): JsonObject {
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.createdAt,
    description: model.description,
    user_id: '1',
    tags: model.tags.map((tag) => ({ ...tag })),
    latest_versions: project.versions.filter((version) => version.model === model).map(toldVersion),
  };
}

/** As tall as semantic versions of three numbers go. */
function next(all: readonly Version[], model: Model): string {
  const majors = all.filter((version) => version.model === model).map(({ semantic }) => Number(semantic.split('.')[0]));
  return `${Math.max(0, ...majors) + 1}.0.0`;
}

/** What SemVer 2.0.0 takes for a version. */
const SEMANTIC = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

function createVersion(call: RegistryCall): Json {
  const { project, given } = call;
  const model = modelOf(call);
  const tags = tagsIn(given);
  const semantic = tags.find(({ key }) => key === 'gitlab.version')?.value ?? next(project.versions, model);
  if (!SEMANTIC.test(semantic)) throw refused(400, 'INVALID_PARAMETER_VALUE', ['Version must be semantic version']);
  if (project.versions.some((version) => version.model === model && version.semantic === semantic))
    throw refused(400, 'INVALID_PARAMETER_VALUE', ['Version has already been taken']);
  const version: Version = {
    id: project.versions.length + 41,
    model,
    semantic,
    description: String(given['description'] ?? ''),
    tags,
    createdAt: now(),
    run: { id: randomUUID(), status: 'running', endedAt: undefined, metrics: [], tags: [] },
    files: new Map(),
  };
  project.versions.push(version);
  return toldVersion(version);
}

function createModel({ project, given }: RegistryCall): Json {
  if (project.models.some(({ name }) => name === given['name'])) throw refused(400, 'RESOURCE_ALREADY_EXISTS');
  const description = String(given['description'] ?? '');
  const model = { name: String(given['name']), description, tags: tagsIn(given), createdAt: now() };
  project.models.push(model);
  return toldModel(project, model);
}

function toldRun({ id, status, endedAt, metrics, tags }: Run): JsonObject {
  const info = {
    run_id: id,
    run_uuid: id,
    experiment_id: '1',
    start_time: 0,
    ...(endedAt === undefined ? {} : { end_time: endedAt }),
    status: status.toUpperCase(),
    artifact_uri: 'https://git.example/api/v4/projects/7/packages/ml_models/41/files/',
    lifecycle_stage: 'active',
    user_id: '1',
  };
  return { info, data: { metrics: [...metrics], params: [], tags: tags.map((tag) => ({ ...tag })) } };
}

function artifactsIn({ project, given }: RegistryCall): Json {
  const [id, below] = String(given['path']).split('/', 2);
  const version = project.versions.find((each) => String(each.id) === id);
  if (version === undefined) throw missing();
  // Folders are not told of.
  const files = below ? [] : [...version.files];
  return { files: files.map(([path, text]) => ({ path, file_size: Buffer.byteLength(text), is_dir: false })) };
}

/** Ruby's CGI.escape of a name: but for blanks as its URI.encode_uri_component, by which it was put there. */
function escaped(name: string): string {
  return encodeURIComponent(name).replaceAll('%20', '+').replaceAll("'", '%27');
}

const ok = (body: Json) => ({ status: 200, body });
const MLFLOW = '/ml/mlflow/api/2.0/mlflow';
const ARTIFACTS = '/ml/mlflow/api/2.0/mlflow-artifacts/artifacts';

export const answersOfRegistry: readonly RegistryRoute[] = [
  {
    method: 'POST',
    path: `${MLFLOW}/registered-models/create`,
    takes: { name: 'string!', description: 'string', tags: 'array' },
    answer: (call) => ok({ registered_model: createModel(call) }),
  },
  {
    method: 'GET',
    path: `${MLFLOW}/registered-models/get`,
    takes: { name: 'string' },
    answer: (call) => ok({ registered_model: toldModel(call.project, modelOf(call)) }),
  },
  {
    method: 'GET',
    path: `${MLFLOW}/registered-models/search`,
    takes: { filter: 'string', max_results: 'integer', order_by: 'string', page_token: 'string' },
    answer: ({ project, given }) => {
      const models = project.models.slice(0, Number(given['max_results'] ?? 200));
      return ok({ registered_models: models.map((model) => toldModel(project, model)), next_page_token: null });
    },
  },
  {
    method: 'GET',
    path: `${MLFLOW}/registered-models/alias`,
    takes: { name: 'string', alias: 'string' },
    answer: (call) => ok({ model_version: toldVersion(versionOf(call, call.given['alias'])) }),
  },
  {
    method: 'POST',
    path: `${MLFLOW}/model-versions/create`,
    takes: { name: 'string', description: 'string', tags: 'array', run_id: 'string' },
    answer: (call) => ok({ model_version: createVersion(call) }),
  },
  {
    method: 'GET',
    path: `${MLFLOW}/model-versions/get`,
    takes: { name: 'string!', version: 'string!' },
    answer: (call) => ok({ model_version: toldVersion(versionOf(call)) }),
  },
  {
    method: 'GET',
    path: `${MLFLOW}/runs/get`,
    takes: { run_id: 'string!', run_uuid: 'string' },
    answer: (call) => ok({ run: toldRun(runOf(call)) }),
  },
  {
    method: 'POST',
    path: `${MLFLOW}/runs/update`,
    takes: { run_id: 'string!', status: '|RUNNING|SCHEDULED|FINISHED|FAILED|KILLED|', end_time: 'integer' },
    answer: (call) => {
      const run = runOf(call);
      run.status = String(call.given['status'] ?? run.status).toLowerCase();
      run.endedAt = Number(call.given['end_time'] ?? run.endedAt);
      return ok({ run_info: toldRun(run)['info'] ?? {} });
    },
  },
  {
    method: 'POST',
    path: `${MLFLOW}/runs/log-metric`,
    takes: { run_id: 'string!', key: 'string!', value: 'number!', timestamp: 'integer!', step: 'integer' },
    answer: (call) => {
      const { key, value, timestamp, step } = call.given;
      runOf(call).metrics.push({ key, value, timestamp, ...(step === undefined ? {} : { step }) } as JsonObject);
      return ok({});
    },
  },
  {
    method: 'POST',
    path: `${MLFLOW}/runs/set-tag`,
    takes: { run_id: 'string!', key: 'string!', value: 'string!' },
    answer: (call) => {
      const { tags } = runOf(call);
      const tag = { key: String(call.given['key']), value: String(call.given['value']) };
      // A name is taken once (app/models/ml/candidate_metadata.rb).
      if (tags.some(({ key }) => key === tag.key))
        throw refused(400, 'INVALID_PARAMETER_VALUE', `Validation failed: Name '${tag.key}' already taken`);
      tags.push(tag);
      return ok({});
    },
  },
  { method: 'GET', path: ARTIFACTS, takes: { path: 'string' }, answer: (call) => ok(artifactsIn(call)) },
  {
    method: 'GET',
    path: `${ARTIFACTS}/{version}/{file*}`,
    takes: {},
    answer: ({ project, path: { version: id, file = '' } }) => {
      const name = escaped(file);
      const text = project.versions.find((each) => String(each.id) === id)?.files.get(name);
      if (text === undefined) throw missing();
      const place = `${project.storeUrl}/signed/${id}/${encodeURIComponent(name)}?X-Amz-Signature=abc`;
      if (project.storeUrl !== undefined) return { status: 302, headers: { location: place } };
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: text };
    },
  },
  {
    method: 'PUT',
    path: '/packages/ml_models/{version}/files/{file*}',
    takes: {},
    answer: ({ project, path: { version: id, file = '' }, given }) => {
      const version = project.versions.find((each) => String(each.id) === id);
      if (version === undefined) throw new Refusal(404, { message: '404 Not Found' });
      version.files.set(encodeURIComponent(file), String(given['file']));
      return { status: 201, body: { message: '201 Created' } };
    },
  },
];

// GitLab's model registry, by the calls of MLflow's that it serves. What is said here of GitLab is in its source as of 17.9 to 18: lib/api/ml/mlflow (model_versions.rb
// at 1737a58, registered_models.rb at 04e80ac, api_helpers.rb at f7f952a), lib/api/ml/mlflow_artifacts at 1737a58, lib/api/entities/ml/mlflow (model_version.rb at
// 1e62780, run.rb at 5afcbe0, run_info.rb at de09f03), and in user/project/ml/experiment_tracking/mlflow_client of its documentation.
import { isObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import { type RegisteredVersion, type Registry, RegistryTrouble } from '../../ports/registry.ts';
import { artifactsOf, type Showcase, signatureOf, storedArtifacts } from './artifacts.ts';
import type { Connection } from './connection.ts';
import type { Find } from './lineage.ts';
import { entryOf, runOf, versionOf } from './records.ts';
import { askerOf, timeOf } from './registry.ts';
import { type Call, type Transport, transportTo } from './transport.ts';

/** Whether an address is that of a project's registry. GitLab serves it there alone, whatever path GitLab itself lies below. */
export function isGitlab({ url }: Connection): boolean {
  return /\/api\/v4\/projects\/[^/]+\/ml\/mlflow$/.test(url);
}

/** What it cannot do is done nowhere here: its ledger lies in another registry. */
export function gitlabRegistry(connection: Connection): Registry {
  const transport = transportTo(connection);
  const { find } = askerOf(transport);
  return {
    // Its projects are what MLflow's workspaces are.
    address: { kind: 'mlflow', url: connection.url, workspace: null },
    server: () => serverOf(connection),
    capabilities: async () => {
      await assertReadable(connection, transport);
      return { hasAliases: false, lacks: lacksOf(connection) };
    },
    limits: async (needs) =>
      needs.flatMap(({ entry, verb }) =>
        verb === 'read' || verb === 'artifacts' ? [] : [`${entry} cannot ${LACKING[verb]} in GitLab.`],
      ),
    now: () => timeOf(connection, transport, CHEAPEST),
    ...readingBy(find),
    content: async (version) => artifactsOf(transport, version, await showcaseOf(find, version)),
    signature: async (version) => signatureOf(transport, version, await showcaseOf(find, version)),
    artifacts: async (version) => storedArtifacts(transport, version, await showcaseOf(find, version)),
    setAlias: () => lacking('alias'),
    deleteAlias: () => lacking('unalias'),
    createEntry: () => lacking('version'),
    createVersion: () => lacking('version'),
    copyVersion: () => lacking('copy'),
    setVersionTag: () => lacking('version'),
  };
}

const CHEAPEST: Call = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/search',
  query: { max_results: '1' },
  isRepeatable: true,
};

/** Without POST and DELETE of aliases, and without set-tag of versions. */
const LACKING = {
  alias: 'get an alias',
  unalias: 'lose an alias',
  version: 'get a version whose tags are set later',
  copy: 'get a version with a run that tells where it comes from',
  copyPrompt: 'get a prompt',
} as const;

async function lacking(verb: keyof typeof LACKING): Promise<never> {
  const help = 'Pins in Git say what runs, and the ledger lies in files.';
  throw new RegistryTrouble('unusable', `Nothing can ${LACKING[verb]} in GitLab's model registry.`, help);
}

function lacksOf({ workspace }: Connection): readonly string[] {
  return [
    "GitLab's model registry has no aliases that can be moved: nothing is written to it, and the pins in Git alone say what runs.",
    'It sets no tags of a version that is made, so the ledger lies in files below registry/: commit them after each promotion, one job at a time.',
    ...(workspace === undefined ? [] : [`It has no workspaces: MLFLOW_WORKSPACE (${workspace}) says nothing to it.`]),
  ];
}

/** GitLab tells who may not read in the words of its own API, which no call of MLflow's client understands. */
async function assertReadable({ url }: Connection, transport: Transport): Promise<void> {
  const { status, bytes } = await transport.fetch(CHEAPEST);
  if (status === 200 && isObject(parseJson(bytes.toString('utf8')))) return;
  const help =
    "MLFLOW_TRACKING_TOKEN has to be a personal, project or group token with the scope read_api, of somebody who may see the project's model registry.";
  if (status === 401)
    throw new RegistryTrouble(
      'refused',
      `${url} does not know who asks (401): the token is missing, wrong or expired.`,
      help,
    );
  if (status === 403) throw new RegistryTrouble('refused', `${url} does not let this token read (403).`, help);
  if (status === 404) {
    const message = `${url} has no such project, or no model registry in it, or whoever asks may not see it (404).`;
    throw new RegistryTrouble('refused', message, `Look at the project's settings. ${help}`);
  }
  const isPage = status === 200;
  throw new RegistryTrouble(
    isPage ? 'unusable' : 'unreachable',
    `${url} answered ${isPage ? 'with something that is no JSON object: it may be a login page' : status}.`,
    'Look whether MLFLOW_TRACKING_URI is https://HOST/api/v4/projects/ID/ml/mlflow, and whether GitLab is up.',
  );
}

/** By its own API (lib/api/metadata.rb at 0552020), which lies above that of the project. */
async function serverOf(connection: Connection): Promise<string | undefined> {
  const url = connection.url.replace(/\/projects\/[^/]+\/ml\/mlflow$/, '');
  const call = { method: 'GET', path: '/metadata', isRepeatable: true } as const;
  const { status, bytes } = await transportTo({ ...connection, url }).fetch(call);
  const answer = parseJson(bytes.toString('utf8'));
  const version = isObject(answer) ? answer['version'] : undefined;
  return status === 200 && typeof version === 'string' ? `GitLab ${version.slice(0, 40)}` : undefined;
}

type Reading = Pick<Registry, 'entry' | 'version' | 'versions' | 'run'>;

function readingBy(find: Find): Reading {
  return {
    entry: async (name) => {
      const answer = await find('/registered-models/get', { name });
      return answer && entryOf(answer['registered_model']);
    },
    version: async (name, version) => {
      const answer = await find('/model-versions/get', { name, version });
      return answer && semanticOf(answer['model_version']);
    },
    versions: async (name) => {
      const answer = await find('/registered-models/get', { name });
      const { registered_model: model } = answer ?? {};
      const all = isObject(model) ? model['latest_versions'] : [];
      // All of them, for all their name.
      return listOf(all)
        .map(semanticOf)
        .toSorted((a, b) => a.createdAt - b.createdAt);
    },
    // A version is a run too, so that its lineage ends with it.
    run: async ({ run }) => {
      const answer = run === undefined ? undefined : await find('/runs/get', { run_id: run });
      return answer && runOf(lastMeasured(answer['run']), [], undefined);
    },
  };
}

/**
 * A version by what it is asked for by. GitLab calls by `version` the number of a row in its database, which serves for nothing but artifacts, and by its only alias the
 * semantic version; its times are in seconds.
 */
function semanticOf(value: Json | undefined): RegisteredVersion {
  const told = versionOf(value);
  const [semantic] = isObject(value) ? listOf(value['aliases']) : [];
  return { ...told, version: typeof semantic === 'string' ? semantic : told.version, createdAt: told.createdAt * 1000 };
}

/** A run with the last of each metric alone: GitLab tells all that were ever logged. */
function lastMeasured(run: Json | undefined): Json | undefined {
  if (!isObject(run) || !isObject(run['data'])) return run;
  const age = (metric: JsonObject) => [Number(metric['step'] ?? 0), Number(metric['timestamp'] ?? 0)] as const;
  const metrics = listOf(run['data']['metrics'])
    .filter(isObject)
    .toSorted((a, b) => age(a)[0] - age(b)[0] || age(a)[1] - age(b)[1]);
  const last = new Map(metrics.map((metric) => [metric['key'], metric]));
  return { ...run, data: { ...run['data'], metrics: [...last.values()] } };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Artifacts lie in a package, below the number that GitLab calls a version by; in no folders, but under names that hold their slashes escaped. */
async function showcaseOf(find: Find, { name, version }: RegisteredVersion): Promise<Showcase> {
  const answer = await find('/model-versions/get', { name, version });
  const number = isObject(answer?.['model_version']) ? String(answer['model_version']['version']) : '';
  if (!/^\d+$/.test(number)) {
    const message = `GitLab does not tell by which number the artifacts of version ${version} of ${name} are found.`;
    throw new RegistryTrouble('unusable', message, 'It does, and lists them, since 17.9.');
  }
  return {
    rootOf: async () => number,
    nameOf: decodedName,
    callFor: (_, path) => {
      const parts = path.split('/').map(encodeURIComponent);
      const place = `/api/2.0/mlflow-artifacts/artifacts/${number}/${parts.join('/')}`;
      return { method: 'GET', path: place, isRepeatable: true, mayLeave: true };
    },
  };
}

function decodedName(listed: string): string {
  try {
    return decodeURIComponent(listed);
  } catch (error) {
    // A name that was never escaped.
    if (error instanceof URIError) return listed;
    throw error;
  }
}

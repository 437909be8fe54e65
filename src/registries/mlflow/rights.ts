// What a user may do in MLflow (3.17, mlflow/server/auth): its basic auth tells everybody their own grants, so nothing has to be tried.
import { mapBounded } from '../../lib/bounded.ts';
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { type Need, RegistryTrouble } from '../../ports/registry.ts';
import { entryOf } from './records.ts';
import type { Transport } from './transport.ts';

/** The higher one holds all that the lower ones do. */
const LEVELS = ['DENY', 'NO_PERMISSIONS', 'READ', 'USE', 'EDIT', 'MANAGE'];

/** The experiment in which runs of copies lie. */
export const COPIES = 'aigw.copies';

/** What each need takes. Who may edit may move an alias, and still not take one away. */
const NEEDED: Readonly<Record<Need['verb'], string>> = {
  read: 'READ',
  artifacts: 'READ',
  version: 'EDIT',
  copy: 'EDIT',
  copyPrompt: 'EDIT',
  alias: 'EDIT',
  unalias: 'MANAGE',
};

const DONE: Readonly<Record<Need['verb'], string>> = {
  read: 'be read',
  artifacts: 'show its artifacts',
  version: 'get a version',
  copy: 'get a copied version',
  copyPrompt: 'get a copied version',
  alias: 'get an alias',
  unalias: 'lose an alias, as it would if a first promotion were taken back',
};

/**
 * What of all this a user may not do, in sentences. A server without basic auth knows no rights, and tells of none; whoever may make an entry
 * that is not there yet may do anything with it.
 */
export async function limitsOf(
  transport: Transport,
  workspace: string | undefined,
  needs: readonly Need[],
): Promise<readonly string[]> {
  const user = await userOf(transport, workspace);
  if (user === undefined) return [];
  const entries = [...new Set(needs.map(({ entry }) => entry))];
  const rights = new Map(await mapBounded(entries, 4, async (entry) => [entry, await rightOn(user, entry)] as const));
  const limits = needs.flatMap(({ entry, verb }) => {
    const right = rights.get(entry);
    if (right === undefined || LEVELS.indexOf(right.level) >= LEVELS.indexOf(NEEDED[verb])) return [];
    // An entry that is hidden may be missing, and then be made: its first version is the first thing to be written, and shows it.
    if (right.isHidden && verb === 'version') return [];
    const words = right.isHidden ? `${right.level}, or it is not there` : `${right.level}${right.on}`;
    return [`${entry} has to ${DONE[verb]}: that takes ${NEEDED[verb]}, and ${user.name} has ${words}.`];
  });
  const isCopied = needs.some(({ verb }) => verb === 'copy');
  return [...limits, ...(isCopied ? await limitsOfCopies(user) : [])];
}

/** Runs of copies lie in an experiment, which whoever copies first makes. */
async function limitsOfCopies({ transport, name }: User): Promise<readonly string[]> {
  const path = '/api/2.0/mlflow/experiments/get-by-name';
  const query = { experiment_name: COPIES };
  const { status, bytes } = await transport.fetch({ method: 'GET', path, query, isRepeatable: true });
  if (status === 404) return [];
  const answer = parseJson(bytes.toString('utf8'));
  const experiment = status === 200 && isObject(answer) ? answer['experiment'] : undefined;
  if (status !== 403 && !isObject(experiment)) throw untold(path, status);
  const right = isObject(experiment) ? await levelOn(transport, name, String(experiment['experiment_id'])) : LEVELS[1];
  if (right === undefined || LEVELS.indexOf(right) >= LEVELS.indexOf('EDIT')) return [];
  return [`The experiment ${COPIES} has to get the runs of copies: that takes EDIT, and ${name} has ${right}.`];
}

/** Undefined where the server knows no rights on experiments. */
async function levelOn(transport: Transport, name: string, experiment: string): Promise<string | undefined> {
  const query = { username: name, resource_type: 'experiment', resource_id: experiment };
  const told = await toldBy(transport, '/api/3.0/mlflow/users/permissions/get', query);
  return told && String(told['permission']);
}

interface Grant {
  /** `registered_model`, `prompt`, or their versions: `registered_model_version`, `prompt_version`. */
  readonly type: string;
  /** A name, or `*` for all; versions have grants for all alone. */
  readonly pattern: string;
  readonly level: string;
}

interface User {
  readonly transport: Transport;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Who asks, whether by password or by token. Undefined where the server knows no users, or whoever asks may do anything. */
async function userOf(transport: Transport, workspace = 'default'): Promise<User | undefined> {
  const current = await toldBy(transport, '/api/2.0/mlflow/users/current');
  const user = isObject(current?.['user']) ? current['user'] : undefined;
  if (user === undefined || user['is_admin'] === true) return undefined;
  const told = await toldBy(transport, '/api/3.0/mlflow/users/current/permissions');
  if (told === undefined) return undefined;
  const rows = Array.isArray(told['permissions']) ? told['permissions'].filter(isObject) : [];
  const grants = rows
    .filter((row) => row['workspace'] === workspace)
    .map((row) => ({
      type: String(row['resource_type']),
      pattern: String(row['resource_pattern']),
      level: String(row['permission']),
    }));
  return { transport, name: String(user['username']), grants };
}

interface Right {
  readonly level: string;
  /** What the level is of, where it is not the entry. */
  readonly on: string;
  /** The server tells nothing of it, be it there or not. */
  readonly isHidden: boolean;
}

/** Undefined where the server says that there is no such entry. */
async function rightOn({ transport, name, grants }: User, entry: string): Promise<Right | undefined> {
  const query = { name: entry };
  const path = '/api/2.0/mlflow/registered-models/get';
  const { status, bytes } = await transport.fetch({ method: 'GET', path, query, isRepeatable: true });
  if (status === 404) return undefined;
  if (status === 403) return { level: 'NO_PERMISSIONS', on: '', isHidden: true };
  const answer = parseJson(bytes.toString('utf8'));
  if (status !== 200 || !isObject(answer)) throw untold(path, status);
  const type = entryOf(answer['registered_model']).kind === 'prompt' ? 'prompt' : 'registered_model';
  const isDenied = grants.some((grant) => grant.type === `${type}_version` && grant.level === 'DENY');
  if (isDenied) return { level: 'DENY', on: ` on each ${type}_version`, isHidden: false };
  // The server tells no right on one prompt, but on all: what was given for all, or what everybody has.
  const all = await toldBy(transport, '/api/3.0/mlflow/users/permissions/get', {
    username: name,
    resource_type: type,
    resource_id: '*',
  });
  const own = grants.filter((grant) => grant.type === type && [entry, '*'].includes(grant.pattern));
  const levels = [String(all?.['permission']), ...own.map(({ level }) => level)];
  const best = Math.max(...levels.map((level) => LEVELS.indexOf(level)));
  return { level: levels.includes('DENY') ? 'DENY' : (LEVELS[best] ?? 'NO_PERMISSIONS'), on: '', isHidden: false };
}

/** Undefined where the server has no such page, which an open one has not. */
async function toldBy(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<JsonObject | undefined> {
  const { status, bytes } = await transport.fetch({ method: 'GET', path, query, isRepeatable: true });
  if (status === 404) return undefined;
  const answer = parseJson(bytes.toString('utf8'));
  if (status === 200 && isObject(answer)) return answer;
  throw untold(path, status);
}

function untold(path: string, status: number): RegistryTrouble {
  return new RegistryTrouble(
    status === 401 || status === 403 ? 'refused' : 'unusable',
    `MLflow does not tell what whoever asks may do: it answers GET ${path} with ${status}.`,
    'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or ask whoever runs the server.',
  );
}

// What a server that speaks MLflow's API can do, and whether it knows the workspace: found out by two or three GETs that change nothing, when first asked.
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { type Capabilities, RegistryTrouble } from '../../ports/registry.ts';
import type { Connection } from './connection.ts';
import type { Answer, Transport } from './transport.ts';

export interface ServerFacts {
  /** `MLflow 3.17.0`; undefined where it does not tell. */
  readonly server: string | undefined;
  readonly capabilities: Capabilities;
}

/** Asks once; what went wrong is asked again. Rejects where the server can be no registry, or knows no such workspace. */
export function factsBy(connection: Connection, transport: Transport): () => Promise<ServerFacts> {
  let asked: Promise<ServerFacts> | undefined;
  return () => {
    asked ??= factsOf(connection, transport).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

async function factsOf(connection: Connection, transport: Transport): Promise<ServerFacts> {
  const get = (path: string, query: Readonly<Record<string, string>> = {}) =>
    transport.fetch({ method: 'GET', path, query, isRepeatable: true });
  // Whoever stands before the server may keep it from telling its version, which alone is no reason not to go on.
  const version = await get('/version').catch(nothingOf);
  if (version !== undefined) assertWorkspace(connection, version);
  // Of a name that nobody has: it is told in JSON that it is not there, and in a page that the call is not.
  const alias = await get('/api/2.0/mlflow/registered-models/alias', { name: 'aigw.none', alias: 'none' });
  const text = version?.status === 200 ? version.bytes.toString('utf8').trim() : '';
  const server = /^[0-9][0-9A-Za-z.+-]{0,40}$/.test(text) ? `MLflow ${text}` : undefined;
  if (server === undefined && isUnknown(await get('/api/2.0/mlflow/model-versions/search', { max_results: '1' })))
    throw new RegistryTrouble(
      'unusable',
      `${connection.url} has no search of versions, without which it can keep no ledger.`,
      'Look whether it is the address of an MLflow server; otherwise keep the registry in MLflow, in GitLab or in files.',
    );
  const who = server ?? connection.url;
  const lacks = `${who} has no aliases: nothing is moved in the registry, and the pins in Git alone say what runs.`;
  const hasAliases = !isUnknown(alias);
  return { server, capabilities: { hasAliases, lacks: hasAliases ? [] : [lacks] } };
}

function nothingOf(error: unknown): undefined {
  if (error instanceof RegistryTrouble && error.kind === 'unusable') return undefined;
  throw error;
}

/** A call that the server does not know is answered in words that are not MLflow's. */
function isUnknown(answer: Answer): boolean {
  return answer.status === 404 && refusalIn(answer) === undefined;
}

/** MLflow (3.17) looks at the workspace before anything else, whatever it is asked. */
function assertWorkspace({ url, workspace }: Connection, answer: Answer): void {
  const code = refusalIn(answer)?.['error_code'];
  if (workspace !== undefined && code === 'FEATURE_DISABLED')
    throw new RegistryTrouble(
      'unusable',
      `${url} has no workspaces, and MLFLOW_WORKSPACE names ${workspace}.`,
      'Unset it, or let the server be started with --enable-workspaces.',
    );
  if (workspace !== undefined && code === 'RESOURCE_DOES_NOT_EXIST')
    throw new RegistryTrouble(
      'unusable',
      `${url} has no workspace ${workspace}, or whoever asks may not see it.`,
      'Correct MLFLOW_WORKSPACE, or let the workspace be made.',
    );
}

function refusalIn({ bytes }: Answer): JsonObject | undefined {
  const value = parseJson(bytes.toString('utf8'));
  return isObject(value) && typeof value['error_code'] === 'string' ? value : undefined;
}

// What a user may do in MLflow (3.17, mlflow/server/auth): its basic auth tells everybody their own rights, so nothing has to be tried.
import { mapBounded } from '../../lib/bounded.ts';
import { type Need, RegistryTrouble } from '../../ports/registry.ts';
import { isRefusal, type Transport } from './transport.ts';

const LEVELS = ['NO_PERMISSIONS', 'READ', 'USE', 'EDIT', 'MANAGE'];

/** What each need takes. Who may edit may move an alias, and still not take one away. */
const NEEDED: Readonly<Record<Need['verb'], string>> = {
  read: 'READ',
  version: 'EDIT',
  alias: 'EDIT',
  unalias: 'MANAGE',
};

const DONE: Readonly<Record<Need['verb'], string>> = {
  read: 'be read',
  version: 'get a version',
  alias: 'get an alias',
  unalias: 'lose an alias, as it would if a first promotion were taken back',
};

/**
 * What of all this a user may not do, in sentences. A server without basic auth knows no rights, and tells of none; whoever may make an entry
 * that is not there yet may do anything with it.
 */
export async function limitsOf(
  transport: Transport,
  user: string | undefined,
  needs: readonly Need[],
): Promise<readonly string[]> {
  if (user === undefined) return [];
  const limits = await mapBounded(needs, 4, async ({ entry, verb }) => {
    const right = await rightOn(transport, user, entry);
    if (right === undefined || LEVELS.indexOf(right) >= LEVELS.indexOf(NEEDED[verb])) return [];
    return [
      `${entry} has to ${DONE[verb]}: that takes ${NEEDED[verb]}, and ${user} has ${right}${right === 'NO_PERMISSIONS' ? ', or it is not there' : ''}.`,
    ];
  });
  return limits.flat();
}

/** Undefined where the server knows no rights, or says that there is no such entry. */
async function rightOn(transport: Transport, user: string, entry: string): Promise<string | undefined> {
  if (!(await isThere(transport, entry))) return undefined;
  const query = { username: user, resource_type: 'registered_model', resource_id: entry };
  const path = '/api/3.0/mlflow/users/permissions/get';
  const answer = await transport.ask({ method: 'GET', path, query, isRepeatable: true });
  if (!isRefusal(answer)) return String(answer['permission']);
  if (answer.status === 404) return undefined;
  const message = `MLflow does not tell what ${user} may do with ${entry}: ${answer.code} ${answer.message}`;
  throw new RegistryTrouble('unusable', message, 'Ask whoever runs the server.');
}

/** Whoever may not read an entry is refused, whether it is there or not. */
async function isThere(transport: Transport, entry: string): Promise<boolean> {
  const path = '/api/2.0/mlflow/registered-models/get';
  try {
    const answer = await transport.ask({ method: 'GET', path, query: { name: entry }, isRepeatable: true });
    return !isRefusal(answer) || answer.status !== 404;
  } catch (error) {
    if (error instanceof RegistryTrouble && error.kind === 'refused') return true;
    throw error;
  }
}

// Which of the variables that are set are for which server: what lets one in is never shown to another.
import type { Registry as RegistrySetting } from '../../config/schema-types.ts';
import { RegistryTrouble } from '../../ports/registry.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** How a server is reached, by a setting and by the variables that are for it. */
export interface Server {
  readonly url: string;
  /** By the names that MLflow's own client knows. */
  readonly variables: Variables;
  /** What to do where somebody is not let in. */
  readonly help: string;
}

/**
 * A setting with a prefix has variables of its own. An environment's without one has those of the repo's own registry where both have one origin, and
 * none otherwise. @param own the repo's own, where `setting` is an environment's. Rejects where nothing says where it is.
 */
export function serverOf(setting: RegistrySetting, own: RegistrySetting | undefined, env: Variables): Server {
  const isAlone = own === undefined || setting.variablePrefix !== undefined;
  const base = isAlone ? setting : own.type === 'mlflow' ? own : undefined;
  const variables = variablesOf(base, env);
  const known = urlIn(base, env) ?? variables['MLFLOW_REGISTRY_URI'] ?? variables['MLFLOW_TRACKING_URI'];
  const url = urlIn(setting, env) ?? known;
  if (!url) throw unknown(setting, base);
  const isMeant = isAlone || isOneOrigin(url, known);
  const workspace = setting.workspace ?? (isMeant ? base?.workspace : undefined);
  const shown = isMeant ? variables : {};
  return {
    url,
    variables: workspace === undefined ? shown : { ...shown, MLFLOW_WORKSPACE: workspace },
    help: isMeant ? helpBy(base?.variablePrefix ?? '') : APART,
  };
}

const APART =
  'What is set for another server is not shown to this one: name at spec.registry.variablePrefix of the environment how its own variables begin.';

/** @param prefix what stands before the names of its variables. */
export function helpBy(prefix: string): string {
  const [token, user, password] = ['TOKEN', 'USERNAME', 'PASSWORD'].map((name) => `${prefix}MLFLOW_TRACKING_${name}`);
  return `Set ${token}, or ${user} and ${password}, to those of somebody who may.`;
}

/** Without what stands before their names; CI systems set variables to nothing, which is as if they were not set. */
function variablesOf(setting: RegistrySetting | undefined, env: Variables): Variables {
  const prefix = setting?.variablePrefix ?? '';
  const all = Object.entries(env).filter(([name, value]) => name.startsWith(prefix) && value);
  return Object.fromEntries(all.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** The text, or what the variable holds that it names; undefined where that is empty. */
function urlIn(setting: RegistrySetting | undefined, env: Variables): string | undefined {
  const url = setting?.url;
  return (typeof url === 'object' ? env[url.env] : url) || undefined;
}

function isOneOrigin(one: string, other: string | undefined): boolean {
  return (
    other !== undefined && URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
  );
}

function unknown({ url }: RegistrySetting, base: RegistrySetting | undefined): RegistryTrouble {
  const named = typeof url === 'object' ? url.env : `${base?.variablePrefix ?? ''}MLFLOW_TRACKING_URI`;
  const message = `Nothing says where the registry is: ${named} is not set.`;
  return new RegistryTrouble('unusable', message, `Set ${named}, or name the address at spec.registry.url.`);
}

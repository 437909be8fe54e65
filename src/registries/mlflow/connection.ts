import type { Proxies } from '../../lib/proxies.ts';
import { RegistryTrouble } from '../../ports/registry.ts';
import { helpBy, type Variables } from './variables.ts';

/** Where a server is, and how to be let in. */
export interface Connection {
  /** Without a slash at its end, and without credentials. */
  readonly url: string;
  readonly workspace: string | undefined;
  /** Of every request: who asks, and in which workspace. */
  readonly headers: Readonly<Record<string, string>>;
  /** What to do where somebody is not let in. */
  readonly help: string;
  /** What no text may show, though servers repeat what they were asked with. */
  readonly secrets: readonly string[];
  /** By which it is reached. */
  readonly proxies: Proxies;
  readonly tls: {
    readonly isInsecure: boolean;
    readonly authorityPath: string | undefined;
    readonly clientPath: string | undefined;
  };
}

/**
 * By the variables that MLflow's own client (3.17) knows. A password wins over a token. @param url the server's address, which may hold a name and a
 * password too. @param help what to do where somebody is not let in. Rejects what contradicts itself.
 */
export function connectionTo(url: string, env: Variables, help = helpBy(''), proxies: Proxies = {}): Connection {
  const place = URL.canParse(url) ? new URL(url) : undefined;
  const catalog = catalogIn(url);
  if (catalog !== undefined)
    throw new RegistryTrouble(
      'unusable',
      `The registry's address means ${catalog}.`,
      'Keep the registry in an MLflow server, in GitLab or in files, at spec.registry of aigw.yaml.',
    );
  if (place === undefined || !/^https?:$/.test(place.protocol)) {
    // Behind an at sign something may be a password, wherever it stands.
    const shown = url.includes('@') ? 'not shown, since it may hold a password,' : JSON.stringify(url);
    throw unusable(`The registry's address is ${shown} and none of a server.`);
  }
  // CI systems set variables to nothing.
  const variable = (name: string) => env[name] || undefined;
  const isInsecure = /^(?:true|1)$/i.test(variable('MLFLOW_TRACKING_INSECURE_TLS') ?? '');
  const authorityPath = variable('MLFLOW_TRACKING_SERVER_CERT_PATH');
  if (isInsecure && authorityPath !== undefined)
    throw unusable('MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH exclude each other.');
  const username = variable('MLFLOW_TRACKING_USERNAME') ?? decoded(place.username);
  const password = variable('MLFLOW_TRACKING_PASSWORD') ?? decoded(place.password);
  const token = variable('MLFLOW_TRACKING_TOKEN');
  const workspace = variable('MLFLOW_WORKSPACE');
  const basic = username === '' ? undefined : Buffer.from(`${username}:${password}`).toString('base64');
  return {
    secrets: [password, token, basic].filter((secret) => secret !== undefined),
    url: `${place.origin}${place.pathname.replace(/\/+$/, '')}`,
    workspace,
    help,
    proxies,
    headers: {
      ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
      ...(username === '' && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
      ...(workspace === undefined ? {} : { 'x-mlflow-workspace': workspace }),
    },
    tls: { isInsecure, authorityPath, clientPath: variable('MLFLOW_TRACKING_CLIENT_CERT_PATH') },
  };
}

/** What MLflow's own client (3.17, mlflow/utils/uri.py and mlflow/store/_unity_catalog) means by such addresses, and why no ledger can be kept there. */
const CATALOGS: Readonly<Record<string, string>> = {
  databricks: 'a workspace of Databricks, whose address and token stand in files of its own, which aigw does not read',
  'databricks-uc':
    'Unity Catalog on Databricks, which is asked by calls of its own that aigw does not make, and where each version is a model with artifacts and a signature, so that no ledger could be kept in it',
  uc: 'the open Unity Catalog, which is asked by calls of its own that aigw does not make, and keeps neither aliases nor tags, so that no ledger could be kept in it',
};

function catalogIn(url: string): string | undefined {
  // Behind the colon stands a profile, or an address that may hold a password.
  return CATALOGS[url.split(':')[0] ?? ''];
}

/** A name or a password of an address, which writes some characters as a percent sign and two digits. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw unusable("In the registry's address, a percent sign is to be written as %25.");
    throw error;
  }
}

function unusable(message: string): RegistryTrouble {
  return new RegistryTrouble('unusable', message, 'Correct the variables that tell where the registry is.');
}

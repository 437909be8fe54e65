import { RegistryTrouble } from '../../ports/registry.ts';

/** Where a server is, and how to be let in. */
export interface Connection {
  /** Without a slash at its end, and without credentials. */
  readonly url: string;
  readonly workspace: string | undefined;
  /** Of every request: who asks, and in which workspace. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: {
    readonly isInsecure: boolean;
    readonly authorityPath: string | undefined;
    readonly clientPath: string | undefined;
  };
}

/**
 * By the variables that MLflow's own client (3.17) knows. A password wins over a token. @param url the server's address, which may hold a name and a
 * password too. Rejects what contradicts itself.
 */
export function connectionTo(url: string, env: Readonly<Record<string, string | undefined>>): Connection {
  const place = URL.canParse(url) ? new URL(url) : undefined;
  if (place === undefined || !/^https?:$/.test(place.protocol))
    throw unusable(`The registry's address is ${JSON.stringify(redacted(url))}, which is none of a server.`);
  const isInsecure = env['MLFLOW_TRACKING_INSECURE_TLS'] === 'true';
  const authorityPath = env['MLFLOW_TRACKING_SERVER_CERT_PATH'];
  if (isInsecure && authorityPath !== undefined)
    throw unusable('MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH exclude each other.');
  const username = env['MLFLOW_TRACKING_USERNAME'] ?? decodeURIComponent(place.username);
  const password = env['MLFLOW_TRACKING_PASSWORD'] ?? decodeURIComponent(place.password);
  const token = env['MLFLOW_TRACKING_TOKEN'];
  const workspace = env['MLFLOW_WORKSPACE'];
  return {
    url: `${place.origin}${place.pathname.replace(/\/+$/, '')}`,
    workspace,
    headers: {
      ...(username === ''
        ? {}
        : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }),
      ...(username === '' && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
      ...(workspace === undefined ? {} : { 'x-mlflow-workspace': workspace }),
    },
    tls: { isInsecure, authorityPath, clientPath: env['MLFLOW_TRACKING_CLIENT_CERT_PATH'] },
  };
}

function redacted(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//…@');
}

function unusable(message: string): RegistryTrouble {
  return new RegistryTrouble('unusable', message, 'Correct the variables that tell where the registry is.');
}

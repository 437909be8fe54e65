// Envoy's rate limit service, which counts for all replicas of a gateway in Redis. Its releases bear no versions: it is the one that Envoy
// Gateway 1.8.1 is built against.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goPrograms } from '../go.ts';
import { debian, GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { freePort } from '../process.ts';
import { runAt, type Site } from '../site.ts';
import { startRedis } from './redis.ts';

export interface RatelimitOptions {
  /** The gRPC port of the loopback interface that proxies ask. */
  readonly port: number;
  readonly redisPort: number;
  /** Where its rules come from: the text of a file, or Envoy Gateway's server for them. */
  readonly rules: string | RuleServer;
}

/** Envoy Gateway's server of rules. */
export interface RuleServer {
  /** HOST:PORT. */
  readonly address: string;
  /** Paths of PEM files. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** The name in the server's certificate. */
  readonly name: string;
}

export interface RunningRatelimit extends RunningMember {
  /** Asks whether a request may pass, as a proxy would by gRPC. */
  readonly url: string;
}

/** Installs the service where it is not yet installed. */
export async function installRatelimit(): Promise<string> {
  const programs = { ratelimit: 'github.com/envoyproxy/ratelimit/src/service_cmd' };
  return join(await goPrograms({ name: 'ratelimit', programs }), 'ratelimit');
}

/** Starts the service; it is up when it has rules. */
export async function startRatelimit({ port, redisPort, rules }: RatelimitOptions): Promise<RunningRatelimit> {
  const command = await installRatelimit();
  return await runAt('ratelimit', async (site) => {
    const [http, debug] = [await freePort(), await freePort()];
    await site.start('ratelimit', {
      command,
      args: [],
      env: {
        HOST: '127.0.0.1',
        PORT: String(http),
        DEBUG_HOST: '127.0.0.1',
        DEBUG_PORT: String(debug),
        GRPC_HOST: '127.0.0.1',
        GRPC_PORT: String(port),
        BACKEND_TYPE: 'redis',
        REDIS_SOCKET_TYPE: 'tcp',
        REDIS_URL: `127.0.0.1:${redisPort}`,
        USE_STATSD: 'false',
        ...(typeof rules === 'string' ? await fromFile(rules, site) : fromServer(rules)),
      },
      // It says that it is well before it has any rules.
      isReady: async (signal) => {
        const answer = await fetch(`http://127.0.0.1:${debug}/rlconfig`, { signal });
        return (await answer.text()).trim() !== '';
      },
      readyWithin: 60_000,
    });
    const url = `http://127.0.0.1:${http}/json`;
    return { url, variables: { RATELIMIT_URL: url } };
  });
}

async function fromFile(rules: string, { folder }: Site): Promise<Readonly<Record<string, string>>> {
  const config = join(folder, 'rules', 'config');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'rules.yaml'), rules);
  return { CONFIG_TYPE: 'FILE', RUNTIME_ROOT: folder, RUNTIME_SUBDIRECTORY: 'rules' };
}

function fromServer({ address, ca, cert, key, name }: RuleServer): Readonly<Record<string, string>> {
  return {
    CONFIG_TYPE: 'GRPC_XDS_SOTW',
    // Envoy Gateway has rules for nobody else.
    CONFIG_GRPC_XDS_NODE_ID: 'envoy-ratelimit',
    CONFIG_GRPC_XDS_SERVER_URL: address,
    CONFIG_GRPC_XDS_SERVER_USE_TLS: 'true',
    CONFIG_GRPC_XDS_SERVER_TLS_CACERT: ca,
    CONFIG_GRPC_XDS_SERVER_TLS_SAN: name,
    CONFIG_GRPC_XDS_CLIENT_TLS_CERT: cert,
    CONFIG_GRPC_XDS_CLIENT_TLS_KEY: key,
    FORCE_START_WITHOUT_INITIAL_CONFIG: 'true',
  };
}

const closedToAll = `domain: lab
descriptors:
  - key: path
    value: closed
    rate_limit: {unit: day, requests_per_unit: 0}
`;

async function startWithRedis(): Promise<RunningMember> {
  return await runAt('ratelimit-with-redis', async ({ alsoStop }) => {
    const redis = await startRedis();
    alsoStop(redis.stop);
    const port = await freePort();
    const { variables, stop } = await startRatelimit({ port, redisPort: redis.port, rules: closedToAll });
    alsoStop(stop);
    return { variables };
  });
}

export const member: Member = {
  group: 'gateways',
  about: "Envoy's rate limit service, with one rule that lets nothing pass",
  needs: [GO, debian('redis-server')],
  start: startWithRedis,
  firstAnswer: async ({ variables }) => {
    const answer = await fetch(variables['RATELIMIT_URL'] ?? '', {
      method: 'POST',
      body: JSON.stringify({ domain: 'lab', descriptors: [{ entries: [{ key: 'path', value: 'closed' }] }] }),
    });
    return { answer: await answer.text(), expected: 'OVER_LIMIT' };
  },
};

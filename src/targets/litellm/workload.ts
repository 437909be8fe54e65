import type { Resource } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import type { Json } from '../../lib/json.ts';
import { baseUrlOf, regionalHost } from '../addresses.ts';
import type { Workload } from '../target.ts';
import { cacheOf } from './cache.ts';
import { opens, type Scene } from './deployment.ts';
import { bedrockRegion } from './guardrails.ts';
import { observabilityOf, observabilityVariables } from './observability.ts';
import { seconds } from './quantities.ts';

/** The release of each version that the target was written from and tried with. */
const RELEASES: Readonly<Record<string, string>> = { '1.106': '1.106.2' };

const FOLDER = '/etc/litellm';

/** The proxy as a container with the files of one folder. Its image runs as any user and writes below /tmp alone. */
export function workloadOf(
  scene: Scene,
  files: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, SecretReference>>,
): Workload {
  const { gateway } = scene;
  const { workload = {}, listeners } = gateway.spec;
  const port = listeners[0]?.port ?? 4000;
  const replicas = workload.replicas ?? { min: 1 };
  return {
    name: gateway.name,
    role: 'gateway',
    resource: gateway,
    image: workload.image ?? defaultImage(gateway.spec.target.version),
    args: ['--config', `${FOLDER}/config.yaml`, '--host', '0.0.0.0', '--port', String(containerPort(port))],
    env: { ...variablesOf(scene), ...secrets },
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`${FOLDER}/${name}`, text])),
    writable: ['/tmp'],
    ports: [{ name: 'http', port: containerPort(port) }],
    probes: { liveness: '/health/liveliness', readiness: '/health/readiness', startupSeconds: 120 },
    replicas: { min: replicas.min, max: replicas.max },
    resources: workload.resources ?? { cpu: 1, memory: '2GiB' },
    ...(workload.scaling === undefined ? {} : { scaling: workload.scaling }),
    callers: ['ingress'],
    calls: callsOf(scene),
  };
}

/** The variant that runs without root's rights, published for each release. */
function defaultImage(version: string): string {
  return `ghcr.io/berriai/litellm-non_root:v${RELEASES[version] ?? version}`;
}

/** A user who is not root may not listen below 1024; the Ingress in front takes such a port. */
function containerPort(port: number): number {
  return port < 1024 ? 4000 : port;
}

function variablesOf(scene: Scene): Record<string, Json> {
  const { config, gateway } = scene;
  return {
    // Prices and windows come from the file; nothing is fetched when the proxy starts.
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    LITELLM_MODE: 'PRODUCTION',
    LITELLM_MIGRATION_DIR: '/tmp/migrations',
    ...retryVariables(scene),
    ...breakerVariables(scene),
    ...observabilityVariables(config, gateway),
  };
}

/** LiteLLM waits alike for all of its routes: the shortest first and the longest last wait that any of them asks for. */
function retryVariables({ groups }: Scene): Record<string, string> {
  const backoffs = groups.flatMap(({ route }) => route?.spec.retry?.backoff ?? []);
  if (backoffs.length === 0) return {};
  return {
    INITIAL_RETRY_DELAY: String(Math.min(...backoffs.map(({ initial }) => seconds(initial)))),
    MAX_RETRY_DELAY: String(Math.max(...backoffs.map(({ max }) => seconds(max)))),
    JITTER: '0.1',
  };
}

/** One share of failures for all breakers that go by a share: the smallest. */
function breakerVariables({ groups }: Scene): Record<string, string> {
  const breakers = groups.flatMap(({ route }) => route?.spec.circuitBreaker ?? []).filter(opens);
  const shares = breakers.flatMap(({ errorPercent }) => errorPercent ?? []);
  const minimums = breakers.flatMap(({ minimumRequests }) => minimumRequests ?? []);
  return {
    ...(shares.length === 0 ? {} : { DEFAULT_FAILURE_THRESHOLD_PERCENT: String(Math.min(...shares) / 100) }),
    ...(minimums.length === 0 ? {} : { DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS: String(Math.min(...minimums)) }),
  };
}

/** Everybody whom the proxy calls by the config's own word; its database is known by a secret alone, and is any host at 5432. */
function callsOf(scene: Scene): Workload['calls'] {
  const { config, gateway, groups } = scene;
  const urls = [
    ...groups.flatMap(({ deployments }) => deployments.map(({ model }) => modelUrl(scene, model))),
    ...[...gateway.spec.guardrails, ...groups.flatMap(({ route }) => route?.spec.guardrails ?? [])].flatMap((name) =>
      engineUrls(scene, config.find('Guardrail', name)),
    ),
    ...gateway.spec.toolServers.map((name) => config.find('ToolServer', name)?.spec.url),
    observabilityOf(config, gateway)?.spec.traces?.endpoint,
  ];
  const store = cacheOf(config, gateway)?.spec.store;
  const redis = store?.host === undefined ? [] : [{ host: store.host, port: store.port }];
  const database = gateway.spec.consumers.length === 0 ? [] : [{ host: 'database.invalid', port: 5432 }];
  const calls = [...urls.flatMap((url) => (url === undefined ? [] : [addressOf(url)])), ...redis, ...database];
  const unique = new Map(calls.map((call) => [`${call.host}:${call.port}`, call]));
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => call);
}

function modelUrl({ config }: Scene, model: Resource<'Model'>): string | undefined {
  const provider = config.find('Provider', model.spec.provider);
  if (provider === undefined) return undefined;
  const host = regionalHost(provider);
  return baseUrlOf(config, provider, model) ?? (host === undefined ? undefined : `https://${host}`);
}

function engineUrls({ config }: Scene, guardrail: Resource<'Guardrail'> | undefined): readonly (string | undefined)[] {
  const { type, url, maskUrl } = guardrail?.spec.engine ?? { type: 'builtin' };
  const usual: Readonly<Record<string, string | undefined>> = {
    'openai-moderation': 'https://api.openai.com',
    lakera: 'https://api.lakera.ai',
    bedrock:
      bedrockRegion(config) === undefined
        ? undefined
        : `https://bedrock-runtime.${bedrockRegion(config)}.amazonaws.com`,
  };
  return [url ?? usual[type], maskUrl];
}

function addressOf(url: string): Workload['calls'][number] {
  const [, protocol = 'https', host = '', port] = /^(https?):\/\/([^/:?#]+)(?::(\d+))?/.exec(url) ?? [];
  return { host, port: port === undefined ? { http: 80, https: 443 }[protocol as 'http' | 'https'] : Number(port) };
}

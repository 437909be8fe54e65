// A gateway of a repo on a real LiteLLM, with every address in its file led to a stand-in.
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts';
import { render } from '../../src/targets/litellm/render.ts';
import { variableOf } from '../../src/targets/litellm/secret-variables.ts';
import { target } from '../../src/targets/litellm/target.ts';
import { printYaml } from '../../src/targets/print.ts';
import { startUpstream, type Upstream } from '../fakes/upstream.ts';
import { installLitellm, MASTER_KEY, startLitellm } from '../members/litellm.ts';
import { startRedis } from '../members/redis.ts';
import { runAt } from '../site.ts';
import { ask } from './ask.ts';
import type { Adapter, GatewaySource, GatewayUnderTest } from './gateway-under-test.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly raw: string;
  /** What the assistant says. */
  readonly text: string | undefined;
  /** Milliseconds until the whole answer was there. */
  readonly took: number;
}

export interface RunningGateway {
  readonly url: string;
  readonly upstream: Upstream;
  /** Asks the chat, as whoever holds the master key unless another key is given; null gives none. */
  readonly ask: (body: JsonObject, headers?: Readonly<Record<string, string>>, key?: string | null) => Promise<Answer>;
  readonly post: (path: string, body: JsonObject) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Starts a gateway as it is rendered, but for its database, which the lab does not run. */
export function startGateway(source: GatewaySource): Promise<RunningGateway> {
  return runAt(`litellm-${source.gateway.name}`, async ({ alsoStop }) => {
    const { file, beside, env } = renderedFile(source);
    const upstream = await startUpstream();
    alsoStop(upstream.stop);
    const [, password] = /"password":"os.environ\/(\w+)"/.exec(JSON.stringify(file)) ?? [];
    const redis = password === undefined ? undefined : await startRedis(secretIn(password));
    if (redis !== undefined) alsoStop(redis.stop);
    const led = withRedisAt(redis?.port ?? 0, withoutVertex(file, upstream)) as JsonObject;
    const config = printYaml(led).replaceAll(/https?:\/\/[^/\s"']+/g, upstream.url);
    const proxy = await startLitellm({ config, beside, env: { ...env, ...awsOf(upstream) } });
    alsoStop(proxy.stop);
    const post = (path: string, body: JsonObject, headers = {}, key: string | null = MASTER_KEY) =>
      answerOf(`${proxy.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization(key), ...headers },
        body: JSON.stringify(body),
      });
    return {
      url: proxy.url,
      upstream,
      ask: (body, headers, key) =>
        post('/v1/chat/completions', { messages: [{ role: 'user', content: 'hello' }], ...body }, headers, key),
      post,
      get: (path) => answerOf(`${proxy.url}${path}`, { headers: authorization(MASTER_KEY) }),
    } satisfies Omit<RunningGateway, 'stop'>;
  });
}

/**
 * Wherever a Redis is named, the lab's is, which speaks no TLS: a client that tries would wait for its greeting for ever. Nor has it the
 * search that caches by meaning (redis-semantic) need: these find nothing, and say so in the log alone.
 */
function withRedisAt(port: number, value: Json): Json {
  if (Array.isArray(value)) return value.map((each) => withRedisAt(port, each));
  if (!isObject(value)) return value;
  if ('host' in value && 'password' in value) {
    const { ssl: _, ...plain } = value;
    return { ...plain, host: '127.0.0.1', port };
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withRedisAt(port, each)]));
}

function authorization(key: string | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

async function answerOf(url: string, init: RequestInit): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(url, init);
  const raw = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    raw,
    text: textOf(raw),
    took: performance.now() - start,
  };
}

function textOf(raw: string): string | undefined {
  if (!raw.startsWith('{')) return undefined;
  const parsed = JSON.parse(raw) as {
    readonly choices?: readonly { readonly message: { readonly content: string } }[];
  };
  return parsed.choices?.[0]?.message.content;
}

/** Vertex AI wants Google's identity and names its own host; the same models are to be had with a key. */
function withoutVertex(file: JsonObject, { url }: Upstream): JsonObject {
  const models = (file['model_list'] ?? []) as readonly JsonObject[];
  const model_list = models.map((entry) => {
    const params = entry['litellm_params'] as JsonObject;
    const [provider, model] = String(params['model']).split('/');
    if (provider !== 'vertex_ai') return entry;
    const kept = Object.fromEntries(Object.entries(params).filter(([name]) => !name.startsWith('vertex_')));
    return {
      ...entry,
      litellm_params: { ...kept, model: `gemini/${model}`, api_base: `${url}/v1beta`, api_key: 'none' },
    };
  });
  return { ...file, model_list };
}

/** Bedrock's client wants credentials and signs with them; the stand-in looks at neither. */
function awsOf({ url }: Upstream): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab', AWS_BEDROCK_RUNTIME_ENDPOINT: url };
}

/** What a secret says that the proxy finds in this variable. */
function secretIn(variable: string): string {
  return `value-of-${variable}`;
}

/** LiteLLM's file without its database, and the proxy's variables: secrets are told apart by the names of their variables. */
function renderedFile(source: GatewaySource) {
  const { files, workloads } = render(source);
  const file = files[0]?.content.kind === 'yaml' ? files[0].content.value : {};
  const { database_url: _, ...general } = file['general_settings'] as JsonObject;
  const env = Object.entries(workloads[0]?.env ?? {}).flatMap(([variable, value]) => {
    if (variable === 'DATABASE_URL' || variable === 'LITELLM_MASTER_KEY') return [];
    return [[variable, typeof value === 'string' ? value : secretIn(variable)]];
  });
  const beside = files.flatMap(({ path, content }) =>
    content.kind === 'text' ? [[path.slice(path.lastIndexOf('/') + 1), content.text]] : [],
  );
  return {
    file: { ...file, general_settings: general },
    beside: Object.fromEntries(beside) as Record<string, string>,
    env: Object.fromEntries(env) as Record<string, string>,
  };
}

export const litellm: Adapter = {
  target,
  install: installLitellm,
  start: startLitellmGateway,
  keyOf: (_, { spec: { credential } }) => (credential === undefined ? undefined : secretIn(variableOf(credential))),
  lacks: {
    consumers:
      'LiteLLM keeps keys in PostgreSQL by a client whose engine no package holds; every key would be the administrator’s',
    counters: 'LiteLLM counts requests in its own memory',
  },
};

/** The gateway as the table of promises asks it. */
async function startLitellmGateway(source: GatewaySource): Promise<GatewayUnderTest> {
  const { url, upstream, stop } = await startGateway(source);
  const credentials = { nobody: {}, stranger: authorization('sk-of-somebody-else') };
  return {
    ask: (question) => ask({ url }, question),
    credentialOf: (asker) => (typeof asker === 'string' ? credentials[asker] : authorization(MASTER_KEY)),
    calls: () => upstream.calls,
    forget: async () => {
      upstream.forget();
    },
    behave: upstream.behave,
    // Nothing can be spent beforehand, see what it lacks.
    spend: async () => undefined,
    stop,
  };
}

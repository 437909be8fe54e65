import { mergeOverlay } from '../../config/overlay.ts';
import { reachOf } from '../../config/reach.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import { formatPath, type JsonObject } from '../../lib/json.ts';
import { printYaml } from '../print.ts';
import type { RenderedFile, TargetInput, TargetOutput } from '../target.ts';
import { accessCalls, takesPlainKey } from './access.ts';
import { exceededStatus, proxyBudget } from './budgets.ts';
import { cacheSettings, coordination } from './cache.ts';
import { checkLiteLlm } from './check.ts';
import { type ModelEntry, modelEntries, type Scene, withExtras } from './deployment.ts';
import { groupsOf } from './groups.ts';
import { guardrailList } from './guardrails.ts';
import { largestRequest, limitsOf } from './limits.ts';
import { observabilitySettings } from './observability.ts';
import { callbackFiles } from './prompts.ts';
import { routerSettings } from './router.ts';
import { referredVariables } from './secret-variables.ts';
import { toolServers } from './tools.ts';
import { workloadOf } from './workload.ts';

/** LiteLLM's file for a gateway, what its database should hold, and the proxy that runs with both. */
export function render({ config, gateway }: TargetInput): TargetOutput {
  const scene: Scene = { config, gateway, groups: groupsOf(config, gateway) };
  const sources = reachOf(config, gateway);
  const entries = modelEntries(scene);
  const own = configFile(scene, entries);
  const [problem] = checkLiteLlm(own, 'whole');
  if (problem !== undefined)
    throw new Error(`the file for ${gateway.name} is wrong at ${formatPath(problem.path)}: ${problem.message}`);
  const whole = { ...own, model_list: withExtras(entries) };
  const file = mergeOverlay(whole, gateway.spec.targets?.litellm ?? {}) as JsonObject;
  const secrets = { ...ownSecrets(scene), ...referredVariables(file, sources) };
  const beside = callbackFiles(config, scene.groups);
  const contents: Readonly<Record<string, RenderedFile['content']>> = {
    'litellm.yaml': { kind: 'yaml', value: file },
    'litellm-access.json': { kind: 'json', value: accessCalls(scene) },
    ...Object.fromEntries(Object.entries(beside).map(([name, text]) => [name, { kind: 'text', text }])),
  };
  return {
    files: Object.entries(contents).map(([name, content]) => ({ path: `${gateway.name}/${name}`, content, sources })),
    workloads: [workloadOf(scene, { 'config.yaml': printYaml(file), ...beside }, secrets)],
  };
}

/** config.yaml, without the extras that are laid over it. */
function configFile(scene: Scene, models: readonly ModelEntry[]): JsonObject {
  const { config, gateway, groups } = scene;
  const entries = models.map(({ entry }) => entry);
  const guardrails = guardrailList(config, gateway);
  const servers = toolServers(config, gateway);
  return {
    model_list: entries,
    router_settings: routerSettings(groups, entries),
    litellm_settings: {
      drop_params: false,
      ...azureIdentity(scene),
      ...cacheSettings(config, gateway),
      ...proxyBudget(scene),
      budget_exceeded_status_code: exceededStatus(scene),
      ...observabilitySettings(scene),
    },
    general_settings: generalSettings(scene),
    ...(guardrails.length === 0 ? {} : { guardrails }),
    ...(Object.keys(servers).length === 0 ? {} : { mcp_servers: servers }),
  };
}

/** LiteLLM signs in at Azure with the identity of its pod only if it is told to, once for all providers without keys. */
function azureIdentity({ config, groups }: Scene): JsonObject {
  const providers = groups.flatMap(({ deployments }) =>
    deployments.flatMap(({ model }) => config.find('Provider', model.spec.provider) ?? []),
  );
  const wanted = providers.some(({ spec }) => spec.api === 'azure-openai' && spec.identity !== undefined);
  return wanted ? { enable_azure_ad_token_refresh: true } : {};
}

/** The master key is always set: without one, LiteLLM would let everybody in. Models are the file's alone, never the database's. */
function generalSettings({ config, gateway }: Scene): JsonObject {
  const { apiKeyHeader, limits, consumers } = gateway.spec;
  const caps = limitsOf(config, limits, ['gateway']).flatMap(({ spec }) => spec.concurrency ?? []);
  return {
    master_key: `os.environ/${MASTER_KEY}`,
    ...(consumers.length === 0 ? {} : { database_url: `os.environ/${DATABASE_URL}` }),
    store_model_in_db: false,
    infer_model_from_keys: false,
    enforce_fallback_model_access: true,
    ...(takesPlainKey(apiKeyHeader) ? {} : { litellm_key_header_name: apiKeyHeader }),
    ...(caps.length === 0 ? {} : { global_max_parallel_requests: Math.min(...caps) }),
    ...largestRequest({ config, gateway }),
    ...coordination(config, gateway),
  };
}

const MASTER_KEY = 'LITELLM_MASTER_KEY';
const DATABASE_URL = 'DATABASE_URL';
const LICENSE = 'LITELLM_LICENSE';

/** Secrets that LiteLLM itself needs, in a Secret named after the gateway. The database holds keys; a gateway without consumers needs none. */
function ownSecrets({ gateway }: Scene): Record<string, SecretReference> {
  const secret = `${gateway.name}-litellm`;
  return {
    [MASTER_KEY]: { secret, key: 'masterKey' },
    ...(gateway.spec.consumers.length === 0 ? {} : { [DATABASE_URL]: { secret, key: 'databaseUrl' } }),
    ...(gateway.spec.target.edition === 'enterprise' ? { [LICENSE]: { secret, key: 'license' } } : {}),
  };
}

import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { mergeOverlay } from '../../config/overlay.ts';
import type { Scalar } from '../../config/schema-types.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { budgetParams } from './budgets.ts';
import { cacheParams } from './cache.ts';
import type { Deployment, Group } from './groups.ts';
import { guardrailNames } from './guardrails.ts';
import { rateParams } from './limits.ts';
import { promptInfo, promptParams } from './prompts.ts';
import { providerParams } from './provider.ts';
import { perToken, seconds } from './quantities.ts';

/** What an entry of model_list depends on beyond itself. */
export interface Scene {
  readonly config: ResolvedConfig;
  readonly gateway: Resource<'Gateway'>;
  readonly groups: readonly Group[];
}

/** An entry of LiteLLM's model_list, and the model that it is for. */
export interface ModelEntry {
  readonly entry: JsonObject;
  readonly model: Resource<'Model'>;
}

/** The entries of LiteLLM's model_list, in the order of groups; models whose protocol LiteLLM does not speak have none. */
export function modelEntries(scene: Scene): readonly ModelEntry[] {
  return scene.groups.flatMap((group) => group.deployments.flatMap((deployment) => entryOf(scene, group, deployment)));
}

/** The entries with what their models say beyond this language. */
export function withExtras(entries: readonly ModelEntry[]): readonly Json[] {
  return entries.map(({ entry, model }) => mergeOverlay(entry, model.spec.targets?.litellm ?? {}));
}

function entryOf(scene: Scene, group: Group, deployment: Deployment): readonly ModelEntry[] {
  const { model } = deployment;
  const provider = providerParams(scene.config, model);
  if (provider === undefined) return [];
  const entry: JsonObject = {
    model_name: group.name,
    litellm_params: {
      ...provider,
      weight: deployment.weight,
      ...optional('order', deployment.order),
      ...timeoutParams(deployment.route),
      ...priceParams(model),
      ...rateParams(scene, group, deployment),
      ...budgetParams(scene, group, deployment),
      ...requestParams(model, provider),
      ...cacheParams(scene.config, scene.gateway, group, deployment),
      ...routeParams(scene, deployment),
    },
    model_info: {
      id: deployment.id,
      ...(group.role === 'entry' ? {} : { discoverable: false }),
      ...promptInfo(scene.config, deployment.prompt),
      ...modelInfo(model, longestInput(scene, deployment)),
      ...breakerInfo(deployment.route),
    },
  };
  return [{ entry, model }];
}

function optional(name: string, value: JsonObject[string] | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

function routeParams({ config }: Scene, { route, prompt, mirrors = [] }: Deployment): JsonObject {
  const guardrails = guardrailNames(config, route);
  return {
    ...promptParams(config, prompt),
    ...(guardrails.length === 0 ? {} : { guardrails }),
    ...(mirrors.length === 0 ? {} : { silent_model: mirrors }),
  };
}

/** `timeout` holds for one attempt; of a streamed answer, `stream_timeout` is the longest silence, before the first token and between two. */
function timeoutParams(route: Resource<'Route'> | undefined): JsonObject {
  const { firstToken, idle, total } = route?.spec.timeout ?? {};
  const attempt = route?.spec.retry?.perTry ?? total;
  const silences = [firstToken, idle].filter((silence) => silence !== undefined).map(seconds);
  return {
    ...(attempt === undefined ? {} : { timeout: seconds(attempt) }),
    ...(silences.length === 0 ? {} : { stream_timeout: Math.max(...silences) }),
  };
}

/** LiteLLM's prices are per token and bear no currency. */
function priceParams({ spec: { price } }: Resource<'Model'>): JsonObject {
  if (price === undefined) return {};
  const names = {
    input_cost_per_token: price.input,
    output_cost_per_token: price.output,
    cache_read_input_token_cost: price.cachedInput,
    cache_creation_input_token_cost: price.cacheWrite,
    output_cost_per_reasoning_token: price.reasoning,
  };
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, value]) => (value === undefined ? [] : [[name, perToken(value)]])),
  );
}

/** Fixed values go into extra_body, which LiteLLM's OpenAI client lays over whatever the request asks for. */
function requestParams({ spec: { parameters } }: Resource<'Model'>, provider: JsonObject): JsonObject {
  if (parameters === undefined) return {};
  const { default: defaults = {}, fixed = {}, forbidden } = parameters;
  const forced = speaksOpenAi(provider) ? fixed : {};
  const usual: Readonly<Record<string, Scalar>> = speaksOpenAi(provider) ? defaults : { ...defaults, ...fixed };
  return {
    ...usual,
    ...(forbidden.length === 0 ? {} : { additional_drop_params: forbidden }),
    ...(Object.keys(forced).length === 0 ? {} : { extra_body: forced }),
  };
}

/** Whether extra_body reaches the provider as it is (seen with 1.106.2 on openai/ and azure/). */
export function speaksOpenAi({ model }: JsonObject): boolean {
  return /^(openai|azure)\//.test(String(model));
}

const MODES: readonly (readonly [capability: string, mode: string])[] = [
  ['chat', 'chat'],
  ['completion', 'completion'],
  ['embeddings', 'embedding'],
  ['rerank', 'rerank'],
];

/** What a model can do beyond its mode; what is not said, LiteLLM takes from its own list of models. */
const FLAGS: Readonly<Record<string, string>> = {
  tools: 'supports_function_calling',
  vision: 'supports_vision',
  audio: 'supports_audio_input',
  streaming: 'supports_native_streaming',
  'json-schema': 'supports_response_schema',
  reasoning: 'supports_reasoning',
};

/** More tokens than any input has. */
const NO_LIMIT = 1_000_000_000;

/** Tokens that an input may have. LiteLLM takes one deployment's limit for every other of the same model that says none of its own. */
function longestInput({ groups }: Scene, { model, maxTokens }: Deployment): number | undefined {
  const window = model.spec.context?.window;
  if (window !== undefined || maxTokens !== undefined) return Math.min(window ?? NO_LIMIT, maxTokens ?? NO_LIMIT);
  const limited = groups.some(({ deployments }) => deployments.some((other) => other.maxTokens !== undefined));
  return limited ? NO_LIMIT : undefined;
}

function modelInfo({ spec }: Resource<'Model'>, limit: number | undefined): JsonObject {
  const mode = MODES.find(([capability]) => spec.capabilities.some((has) => has === capability))?.[1];
  const flags = spec.capabilities.flatMap((capability) => FLAGS[capability] ?? []).map((flag) => [flag, true]);
  return {
    ...optional('mode', mode),
    ...optional('max_input_tokens', limit),
    ...optional('max_output_tokens', spec.context?.output),
    ...Object.fromEntries(flags),
  };
}

/** How often which errors may come before a deployment is left alone, and for how long; 0 seconds switch it off. */
function breakerInfo(route: Resource<'Route'> | undefined): JsonObject {
  const breaker = route?.spec.circuitBreaker;
  if (breaker === undefined || !opens(breaker)) return { cooldown_time: 0 };
  const { failures, cooldown } = breaker;
  const allowed = failures === undefined ? [] : BREAKING_ERRORS.map((error) => [`${error}AllowedFails`, failures - 1]);
  return {
    cooldown_time: seconds(cooldown),
    ...(allowed.length === 0 ? {} : { allowed_fails_policy: Object.fromEntries(allowed) }),
  };
}

const BREAKING_ERRORS: readonly string[] = [
  'TimeoutError',
  'RateLimitError',
  'InternalServerError',
  'ServiceUnavailableError',
  'BadGatewayError',
];

/** Whether a breaker ever opens; one that only caps requests in flight does not. */
export function opens({ failures, errorPercent }: { failures?: number; errorPercent?: number }): boolean {
  return failures !== undefined || errorPercent !== undefined;
}

import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { GuardrailEngine } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { withoutUndefined } from './limits.ts';
import { environ } from './secret-variables.ts';

type Guardrail = Resource<'Guardrail'>;
type Action = Guardrail['spec']['action'];

/** LiteLLM's hooks (1.106, GuardrailEventHooks) for our phases. */
const HOOKS = { request: 'pre_call', response: 'post_call', tool: 'pre_mcp_call' } as const;

/** The content filter's own patterns (1.106, patterns.json) for kinds of personal data. */
export const BUILTIN_ENTITIES: Readonly<Record<string, string>> = {
  CREDIT_CARD: 'credit_card',
  IBAN_CODE: 'iban',
  EMAIL_ADDRESS: 'email',
  PHONE_NUMBER: 'us_phone',
  IP_ADDRESS: 'ipv4',
  US_SSN: 'us_ssn',
};

const CREDENTIALS: readonly string[] = ['aws_access_key', 'github_token', 'slack_token', 'generic_api_key'];

/** The content filter's own word lists (1.106, content_filter_data/categories). */
const CATEGORIES: Readonly<Partial<Record<Guardrail['spec']['type'], readonly string[]>>> = {
  'prompt-injection': [
    'prompt_injection_jailbreak',
    'prompt_injection_system_prompt',
    'prompt_injection_data_exfiltration',
    'prompt_injection_malicious_code',
    'prompt_injection_sql',
  ],
  moderation: [
    'harmful_child_safety',
    'harmful_illegal_weapons',
    'harmful_self_harm',
    'harmful_violence',
    'harm_toxic_abuse',
  ],
};

/** LiteLLM's guardrails: the gateway's for every request, then those that single routes ask for, in the order in which they run. */
export function guardrailList(config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly JsonObject[] {
  const routes = gateway.spec.routes.flatMap((name) => config.find('Route', name) ?? []);
  const everywhere = gateway.spec.guardrails;
  const names = new Set([...everywhere, ...routes.flatMap(({ spec }) => spec.guardrails)]);
  return [...names].flatMap((name) => {
    const guardrail = config.find('Guardrail', name);
    const params = guardrail === undefined ? undefined : paramsOf(config, guardrail);
    if (params === undefined) return [];
    return [{ guardrail_name: name, litellm_params: { ...params, default_on: everywhere.includes(name) } }];
  });
}

/** The guardrails that a route's deployments name. */
export function guardrailNames(config: ResolvedConfig, route: Resource<'Route'> | undefined): readonly string[] {
  return (route?.spec.guardrails ?? []).filter((name) => {
    const guardrail = config.find('Guardrail', name);
    return guardrail !== undefined && paramsOf(config, guardrail) !== undefined;
  });
}

/** Whether LiteLLM's content filter can compile a pattern: Python's syntax lacks some of RE2's. */
export function isPythonPattern(regex: string): boolean {
  return !/\\[pPzQC]|\[\[:|\(\?[a-zA-Z-]*U|(?!^)\(\?[a-z-]+\)/.test(regex);
}

function paramsOf(config: ResolvedConfig, { spec }: Guardrail): JsonObject | undefined {
  const engine = spec.engine ?? { type: 'builtin' as const };
  const specific = engineParams(config, spec, engine);
  if (specific === undefined) return undefined;
  const roles = spec.roles;
  return {
    ...specific,
    mode:
      spec.action === 'log' && engine.type !== 'lakera' ? ['logging_only'] : spec.phase.map((phase) => HOOKS[phase]),
    ...(roles === undefined
      ? {}
      : {
          skip_system_message_in_guardrail: !roles.includes('system'),
          skip_tool_message_in_guardrail: !roles.includes('tool'),
        }),
  };
}

/** Whether LiteLLM has the engine for this kind of guardrail. */
export function guardrailEngine(config: ResolvedConfig, spec: Guardrail['spec']): boolean {
  return engineParams(config, spec, spec.engine ?? { type: 'builtin' }) !== undefined;
}

/** The engine and its settings; undefined where LiteLLM has no such engine for this kind of guardrail. */
function engineParams(
  config: ResolvedConfig,
  spec: Guardrail['spec'],
  engine: GuardrailEngine,
): JsonObject | undefined {
  const { url, credential, id } = engine;
  const common = withoutUndefined({
    api_base: url,
    api_key: credential === undefined ? undefined : environ(credential),
  });
  switch (engine.type) {
    case 'builtin':
      return contentFilter(spec);
    case 'presidio':
      return spec.type === 'pii' ? presidio(spec, engine) : undefined;
    case 'openai-moderation':
      return spec.type === 'moderation' ? { guardrail: 'openai_moderation', ...common } : undefined;
    case 'bedrock':
      return bedrock(config, spec, engine);
    case 'lakera':
      return {
        guardrail: 'lakera_v2',
        ...common,
        ...withoutUndefined({ project_id: id }),
        on_flagged: spec.action === 'log' ? 'monitor' : 'block',
      };
    case 'azure-content-safety':
      return azure(spec, common);
    case 'http':
      return {
        guardrail: 'generic_guardrail_api',
        ...common,
        unreachable_fallback: spec.onError === 'open' ? 'fail_open' : 'fail_closed',
        fail_on_error: spec.onError === 'closed',
      };
  }
}

function contentFilter(spec: Guardrail['spec']): JsonObject | undefined {
  const patterns = [...builtinPatterns(spec), ...ownPatterns(spec)];
  const categories = (CATEGORIES[spec.type] ?? []).map((category) => ({
    category,
    enabled: true,
    action: actionOf(spec.action),
    severity_threshold: 'medium',
  }));
  if (patterns.length === 0 && categories.length === 0) return undefined;
  return {
    guardrail: 'litellm_content_filter',
    ...(patterns.length === 0 ? {} : { patterns }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function builtinPatterns(spec: Guardrail['spec']): readonly JsonObject[] {
  const prebuilt = (name: string, action: Action) => ({
    pattern_type: 'prebuilt',
    pattern_name: name,
    action: actionOf(action),
  });
  if (spec.type === 'secrets') return CREDENTIALS.map((name) => prebuilt(name, spec.action));
  if (spec.type !== 'pii') return [];
  if (spec.entities === undefined) return Object.values(BUILTIN_ENTITIES).map((name) => prebuilt(name, spec.action));
  return spec.entities.flatMap(({ name, action }) => {
    const known = BUILTIN_ENTITIES[name];
    return known === undefined ? [] : [prebuilt(known, ownAction(spec, action))];
  });
}

function ownPatterns(spec: Guardrail['spec']): readonly JsonObject[] {
  return (spec.patterns ?? [])
    .filter(({ regex }) => isPythonPattern(regex))
    .map(({ name, regex, action }) => ({
      pattern_type: 'regex',
      name,
      pattern: regex,
      action: actionOf(ownAction(spec, action)),
    }));
}

function presidio(spec: Guardrail['spec'], { url, maskUrl }: GuardrailEngine): JsonObject {
  const entities = (spec.entities ?? []).map(({ name, action }) => [name, actionOf(ownAction(spec, action))]);
  const [request, response] = [spec.phase.includes('request'), spec.phase.includes('response')];
  return {
    guardrail: 'presidio',
    ...withoutUndefined({ presidio_analyzer_api_base: url, presidio_anonymizer_api_base: maskUrl ?? url }),
    presidio_filter_scope: request && response ? 'both' : response ? 'output' : 'input',
    presidio_language: 'en',
    output_parse_pii: false,
    ...(entities.length === 0 ? {} : { pii_entities_config: Object.fromEntries(entities) }),
    ...(spec.threshold === undefined ? {} : { presidio_score_thresholds: { ALL: spec.threshold } }),
  };
}

/** A Bedrock guardrail by its id, in the region that the repo's own Bedrock provider or cloud has. */
function bedrock(
  config: ResolvedConfig,
  spec: Guardrail['spec'],
  { id, url }: GuardrailEngine,
): JsonObject | undefined {
  if (id === undefined) return undefined;
  const mask = spec.action === 'mask';
  return {
    guardrail: 'bedrock',
    guardrailIdentifier: id,
    guardrailVersion: 'DRAFT',
    ...withoutUndefined({ aws_region_name: bedrockRegion(config), aws_bedrock_runtime_endpoint: url }),
    mask_request_content: mask && spec.phase.includes('request'),
    mask_response_content: mask && spec.phase.includes('response'),
  };
}

export function bedrockRegion(config: ResolvedConfig): string | undefined {
  const provider = config.all('Provider').find(({ spec }) => spec.api === 'bedrock' && spec.region !== undefined);
  const { provider: cloud, region } = config.settings.spec.cloud ?? {};
  return provider?.spec.region ?? (cloud === 'aws' ? region : undefined);
}

function azure(spec: Guardrail['spec'], common: JsonObject): JsonObject | undefined {
  if (spec.type === 'prompt-injection') return { guardrail: 'azure/prompt_shield', ...common };
  return spec.type === 'moderation' ? { guardrail: 'azure/text_moderations', ...common } : undefined;
}

/** What happens with a single finding; LiteLLM cannot only log one among others. */
function ownAction(spec: Guardrail['spec'], action: Action | undefined): Action {
  return action === undefined || action === 'log' ? spec.action : action;
}

function actionOf(action: Action): string {
  return action === 'mask' ? 'MASK' : 'BLOCK';
}

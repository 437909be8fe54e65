import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { baseUrlOf } from '../addresses.ts';
import { environ } from './secret-variables.ts';

type Provider = Resource<'Provider'>;
type Model = Resource<'Model'>;

/** LiteLLM's prefix for a wire protocol (1.106, litellm.LlmProviders); undefined where it has none. */
const PREFIXES: Readonly<Record<Provider['spec']['api'], string | undefined>> = {
  openai: 'openai',
  'azure-openai': 'azure',
  anthropic: 'anthropic',
  bedrock: 'bedrock',
  gemini: 'gemini',
  'vertex-ai': 'vertex_ai',
  mistral: 'mistral',
  cohere: 'cohere',
  sagemaker: 'sagemaker',
  kserve: undefined,
  http: undefined,
};

/** Shown to servers that ask for no key: LiteLLM's client wants one, and would else take any OPENAI_API_KEY that it finds. */
const NO_KEY = 'no-key-needed';

/** Where and how a model is called, as LiteLLM's litellm_params; undefined where LiteLLM does not speak the provider's protocol. */
export function providerParams(config: ResolvedConfig, model: Model): JsonObject | undefined {
  const provider = config.find('Provider', model.spec.provider);
  const prefix = provider === undefined ? undefined : prefixOf(provider, model);
  if (provider === undefined || prefix === undefined) return undefined;
  const headers = headersOf(provider);
  return {
    model: `${prefix}/${model.spec.upstreamModel ?? model.name}`,
    ...addressOf(config, provider, model),
    ...credentialOf(provider),
    ...(Object.keys(headers).length === 0 ? {} : { extra_headers: headers }),
  };
}

function prefixOf({ spec: { api } }: Provider, model: Model): string | undefined {
  const chat = model.spec.capabilities.includes('chat');
  if (chat && api === 'cohere') return 'cohere_chat';
  if (chat && api === 'sagemaker') return 'sagemaker_chat';
  return PREFIXES[api];
}

function addressOf(config: ResolvedConfig, provider: Provider, model: Model): JsonObject {
  const { api, apiVersion, region, project } = provider.spec;
  const url = urlOf(provider, model, baseUrlOf(config, provider, model));
  if (api === 'bedrock') {
    return {
      ...(region === undefined ? {} : { aws_region_name: region }),
      ...(url === undefined ? {} : { aws_bedrock_runtime_endpoint: url }),
    };
  }
  return {
    ...(url === undefined ? {} : { api_base: url }),
    ...(apiVersion === undefined ? {} : { api_version: apiVersion }),
    ...(api === 'sagemaker' && region !== undefined ? { aws_region_name: region } : {}),
    ...(api === 'vertex-ai' && region !== undefined ? { vertex_location: region } : {}),
    ...(api === 'vertex-ai' && project !== undefined ? { vertex_project: project } : {}),
  };
}

/** To a host without a path, LiteLLM wants the vendor's own path added: Cohere's of the call itself (1.106, main.py, llms/gemini). */
function urlOf({ spec: { api } }: Provider, { spec: { capabilities } }: Model, url: string | undefined) {
  if (url === undefined || api === 'sagemaker') return undefined;
  if (!/^https?:\/\/[^/]+\/?$/.test(url)) return url;
  const host = url.replace(/\/$/, '');
  if (api === 'gemini') return `${host}/v1beta`;
  if (api === 'cohere' && capabilities.includes('chat')) return `${host}/v2/chat`;
  if (api === 'cohere' && capabilities.includes('embeddings')) return `${host}/v2/embed`;
  return host;
}

function credentialOf({ spec: { api, credential, identity } }: Provider): JsonObject {
  if (credential !== undefined)
    return { [api === 'vertex-ai' ? 'vertex_credentials' : 'api_key']: environ(credential) };
  const keyless = ['bedrock', 'sagemaker', 'vertex-ai'].includes(api) || (identity !== undefined && takesIdentity(api));
  return keyless ? {} : { api_key: NO_KEY };
}

/** Whether LiteLLM signs in at a vendor with the identity of its pod. */
export function takesIdentity(api: Provider['spec']['api']): boolean {
  return ['bedrock', 'sagemaker', 'vertex-ai', 'azure-openai'].includes(api);
}

function headersOf({ spec: { api, headers, project } }: Provider): JsonObject {
  return { ...headers, ...(api === 'openai' && project !== undefined ? { 'OpenAI-Project': project } : {}) };
}

// Where a gateway finds the models that it sends requests to. Every target asks here, so that all agree.
import type { ResolvedConfig, Resource } from '../config/model.ts';

type Provider = Resource<'Provider'>;

/** Where vendors answer when a provider names no URL. */
const VENDORS: Readonly<Partial<Record<Provider['spec']['api'], string>>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
  mistral: 'https://api.mistral.ai/v1',
  cohere: 'https://api.cohere.com',
};

/**
 * The base URL under which a provider serves a model: the provider's own, that of the gateway which it stands for, that of the container
 * which this environment runs for the model, or the vendor's usual one. Undefined where the vendor's region decides it.
 */
export function baseUrlOf(config: ResolvedConfig, provider: Provider, model: Resource<'Model'>): string | undefined {
  const { url, gateway, api } = provider.spec;
  if (url !== undefined) return url;
  const other = gateway === undefined ? undefined : config.find('Gateway', gateway);
  if (other !== undefined) return gatewayUrl(config, other);
  if (model.spec.serving !== undefined) {
    return `http://${serviceHost(config, model.name)}:${model.spec.serving.port}${api === 'openai' ? '/v1' : ''}`;
  }
  return VENDORS[api];
}

/** The host that a vendor's region decides, for providers without a base URL. */
export function regionalHost({ spec: { api, region } }: Provider): string | undefined {
  if (region === undefined) return undefined;
  if (api === 'bedrock') return `bedrock-runtime.${region}.amazonaws.com`;
  if (api === 'sagemaker') return `runtime.sagemaker.${region}.amazonaws.com`;
  if (api === 'vertex-ai') return `${region}-aiplatform.googleapis.com`;
  return undefined;
}

/** The name by which pods of the cluster reach a workload of this environment. */
export function serviceHost(config: ResolvedConfig, name: string): string {
  return `${name}.${config.settings.spec.namespace}.svc`;
}

function gatewayUrl(config: ResolvedConfig, gateway: Resource<'Gateway'>): string {
  const listeners = gateway.spec.listeners;
  const listener = listeners.find(({ protocol }) => protocol === 'http') ?? listeners[0];
  const { protocol = 'http', host, port = 80 } = listener ?? {};
  const usual = { http: 80, https: 443 }[protocol];
  return `${protocol}://${host ?? serviceHost(config, gateway.name)}${port === usual ? '' : `:${port}`}/v1`;
}

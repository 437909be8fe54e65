// Where a model's provider is, and in which of Envoy AI Gateway's schemas it speaks.
import type { Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined } from './object.ts';

type Api = Resource<'Provider'>['spec']['api'];

/** An address that Envoy connects to. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Path of the base URL, without a slash at its end; empty for none. */
  readonly path: string;
}

/** Whether a provider speaks an API whose requests name a model in their body; the others are plain HTTP to this target. */
export function isModelApi(api: Api): boolean {
  return !['http', 'kserve', 'sagemaker'].includes(api);
}

/** Base URLs of vendors that have one for everybody. Those of Gemini and Cohere are their OpenAI-compatible ones. */
const VENDOR_URLS: Partial<Record<Api, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  mistral: 'https://api.mistral.ai/v1',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/openai',
  cohere: 'https://api.cohere.com/compatibility/v1',
};

/**
 * The address behind a model: its own Service where this environment serves it, the Service of another gateway of the repo, the provider's
 * URL, or what vendor and region decide. `listenerPort` is the other gateway's.
 */
export function upstreamOf(
  { spec: { serving }, name }: Resource<'Model'>,
  { spec }: Resource<'Provider'>,
  { namespace, gateway }: { readonly namespace: string; readonly gateway: Resource<'Gateway'> | undefined },
): Upstream {
  const inCluster = (service: string): string => `${service}.${namespace}.svc.cluster.local`;
  if (serving !== undefined) {
    const path = spec.url === undefined ? servedPath(spec.api) : upstreamAt(spec.url).path;
    return { host: inCluster(name), port: serving.port, secure: false, path };
  }
  if (gateway !== undefined) {
    const [listener] = gateway.spec.listeners;
    return {
      host: inCluster(gateway.name),
      port: listener?.port ?? 80,
      secure: listener?.protocol === 'https',
      path: servedPath(spec.api),
    };
  }
  return upstreamAt(spec.url ?? VENDOR_URLS[spec.api] ?? regionalUrl(spec.api, spec.region ?? ''));
}

/** Servers of one's own speak OpenAI's and Anthropic's protocol below /v1 (vLLM, Ollama, TGI, LiteLLM). */
function servedPath(api: Api): string {
  return isModelApi(api) ? '/v1' : '';
}

function regionalUrl(api: Api, region: string): string {
  if (api === 'bedrock') return `https://bedrock-runtime.${region}.amazonaws.com`;
  return `https://${region}-aiplatform.googleapis.com`;
}

/** The address that a URL stands for. */
export function upstreamAt(text: string): Upstream {
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const path = url.pathname.replace(/\/+$/, '');
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, secure, path };
}

/** Whether a host is an address and no name; Envoy Gateway's Backend tells them apart. */
export function isAddress(host: string): boolean {
  return /^[0-9.]+$/.test(host) || host.includes(':');
}

/** One endpoint of a Backend. */
export function endpointOf({ host, port }: Upstream): JsonObject {
  return isAddress(host) ? { ip: { address: host, port } } : { fqdn: { hostname: host, port } };
}

/**
 * The schema of an AIServiceBackend. An OpenAI or Anthropic prefix is always written: left out, v1.0 and v1.1 take `v1`, and an empty one
 * counts as left out, so a base URL without a path has the prefix `/`.
 */
export function schemaOf(model: Resource<'Model'>, { spec }: Resource<'Provider'>, upstream: Upstream): JsonObject {
  const prefix = upstream.path === '' ? '/' : upstream.path;
  switch (spec.api) {
    case 'azure-openai':
      return defined({ name: 'AzureOpenAI', version: spec.apiVersion });
    case 'anthropic':
      return { name: 'Anthropic', prefix };
    case 'bedrock':
      return { name: 'AWSBedrock' };
    case 'vertex-ai':
      return isClaude(model)
        ? defined({ name: 'GCPAnthropic', version: spec.apiVersion ?? 'vertex-2023-10-16' })
        : { name: 'GCPVertexAI' };
    case 'cohere':
      return model.spec.capabilities.includes('rerank')
        ? { name: 'Cohere', version: spec.apiVersion ?? 'v2' }
        : { name: 'OpenAI', prefix };
    default:
      return { name: 'OpenAI', prefix };
  }
}

function isClaude({ spec, name }: Resource<'Model'>): boolean {
  return (spec.upstreamModel ?? name).startsWith('claude');
}

/**
 * Whether requests reach the provider in another format than the client's. Bodies are changed after the translation (v1.0, v1.1), so a
 * field set by its OpenAI name would be unknown there and refused.
 */
export function isTranslated({ spec }: Resource<'Provider'>): boolean {
  return spec.api === 'bedrock' || spec.api === 'vertex-ai';
}

/** The model's name at the provider; undefined where the name that the client asked for goes on. */
export function overrideOf({ spec, name }: Resource<'Model'>): string | undefined {
  return spec.upstreamModel === '*' ? undefined : (spec.upstreamModel ?? name);
}

// Where a model's provider is, and in which of Envoy AI Gateway's schemas it speaks.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { baseUrlOf, regionalHost } from '../addresses.ts';
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

/** Whether the address of a model is that of the container which this environment runs for it. */
export function isServedHere({ spec }: Resource<'Model'>, { spec: { url, gateway } }: Resource<'Provider'>): boolean {
  return spec.serving !== undefined && url === undefined && gateway === undefined;
}

/** The host of a provider of which neither a URL nor a region says where it is; no name under `invalid` leads anywhere (RFC 2606). */
export const NOWHERE = 'unknown.invalid';

/** The address behind a model. */
export function upstreamOf(config: ResolvedConfig, model: Resource<'Model'>, provider: Resource<'Provider'>): Upstream {
  const url = baseUrlOf(config, provider, model);
  if (url !== undefined) return upstreamAt(url);
  return { host: regionalHost(provider) ?? NOWHERE, port: 443, secure: true, path: '' };
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
  const prefix = prefixOf(spec.api, upstream.path);
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

/** Gemini and Cohere are spoken to in OpenAI's protocol, which they offer at a path of its own. */
function prefixOf(api: Api, path: string): string {
  if (api === 'anthropic') return path === '' ? '/v1' : path;
  if (api === 'gemini') return path.endsWith('/openai') ? path : `${path === '' ? '/v1beta' : path}/openai`;
  if (api === 'cohere') return path.startsWith('/compatibility') ? path : '/compatibility/v1';
  return path === '' ? '/' : path;
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

// LiteLLM has one cache. It stands off by default, and each deployment whose route asks for one switches it on for itself.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { Store } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import { type Deployment, type Group, helperName } from './groups.ts';
import { seconds } from './quantities.ts';
import { environ } from './secret-variables.ts';

type Cache = Resource<'Cache'>;

const caches = new WeakMap<ResolvedConfig, Map<Resource, Cache | undefined>>();

/** The cache that LiteLLM runs: that of the first route which has one. Others share it when they are kept in the same way. */
export function cacheOf(config: ResolvedConfig, gateway: Resource<'Gateway'>): Cache | undefined {
  const known = caches.get(config) ?? new Map<Resource, Cache | undefined>();
  caches.set(config, known);
  if (!known.has(gateway)) known.set(gateway, findCache(config, gateway));
  return known.get(gateway);
}

function findCache(config: ResolvedConfig, gateway: Resource<'Gateway'>): Cache | undefined {
  const routes = gateway.spec.routes.flatMap((name) => config.find('Route', name) ?? []);
  return routes.flatMap(({ spec }) => (spec.cache === undefined ? [] : (config.find('Cache', spec.cache) ?? [])))[0];
}

/** Whether LiteLLM's one cache, as set for `first`, serves `other` as well. */
export function sharesCache(first: Cache, other: Cache): boolean {
  const kept = ({ spec: { type, store, semantic } }: Cache) => JSON.stringify([type, store ?? null, semantic ?? null]);
  return kept(first) === kept(other);
}

/** LiteLLM keeps embeddings in Redis alone, and Redis has to be somewhere. */
export function canKeep({ spec: { type, store } }: Cache): boolean {
  return store?.type === 'redis' ? store.host !== undefined : type === 'exact';
}

/** litellm_settings for the cache. Conversations of any length are kept (LiteLLM itself stops at four messages). */
export function cacheSettings(config: ResolvedConfig, gateway: Resource<'Gateway'>): JsonObject {
  const cache = cacheOf(config, gateway);
  if (cache === undefined || !canKeep(cache)) return { cache: false };
  const { type, ttl, store, semantic } = cache.spec;
  const common = { mode: 'default_off', ttl: seconds(ttl), max_messages: null };
  if (type === 'semantic' && semantic !== undefined) {
    const params = {
      type: 'redis-semantic',
      ...common,
      similarity_threshold: semantic.threshold,
      redis_semantic_cache_embedding_model: helperName(semantic.model),
    };
    return { cache: true, cache_params: { ...params, ...redisParams(store) } };
  }
  const exact =
    store?.type === 'redis'
      ? { type: 'redis', ...common, ...redisParams(store), ssl: store.tls }
      : { type: 'local', ...common };
  return { cache: true, cache_params: exact };
}

/** The Redis in which several pods count together; the cache's own, as the language names no other. */
export function coordination(config: ResolvedConfig, gateway: Resource<'Gateway'>): JsonObject {
  const store = cacheOf(config, gateway)?.spec.store;
  if (store?.type !== 'redis') return {};
  return { coordination_redis: { ...redisParams(store), ssl: store.tls } };
}

/** What a deployment sends along so that its answers are kept. The namespace changes with whatever invalidates kept answers. */
export function cacheParams(
  config: ResolvedConfig,
  gateway: Resource<'Gateway'>,
  group: Group,
  deployment: Deployment,
): JsonObject {
  const { route } = deployment;
  const cache = route?.spec.cache === undefined ? undefined : config.find('Cache', route.spec.cache);
  const first = cacheOf(config, gateway);
  if (route === undefined || cache === undefined || first === undefined || group.role === 'mirror') return {};
  if (!sharesCache(first, cache) || !canKeep(cache)) return {};
  const namespace = `${cache.name}-${fingerprint(config, cache, deployment)}`;
  return { cache: { 'use-cache': true, ttl: seconds(cache.spec.ttl), namespace } };
}

function fingerprint(config: ResolvedConfig, cache: Cache, { route, model, prompt }: Deployment): string {
  const changes = {
    prompt: prompt === undefined ? null : (config.find('Prompt', prompt)?.written['spec'] ?? null),
    model: model.written['spec'] ?? null,
    route: route?.written['spec'] ?? null,
  };
  const text = JSON.stringify(cache.spec.invalidate.toSorted().map((name) => changes[name]));
  return sha256(text).slice(0, 8);
}

function redisParams(store: Store | undefined): JsonObject {
  if (store?.host === undefined) return {};
  const password = store.credential === undefined ? {} : { password: environ(store.credential) };
  return { host: store.host, port: store.port, ...password };
}

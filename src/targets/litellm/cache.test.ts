import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { deploymentsOf, partOf, type Rendered, rendered } from './trial.ts';

const redis = {
  type: 'redis',
  host: 'redis.ai.svc',
  port: 6380,
  tls: true,
  credential: { secret: 'redis', key: 'password' },
};

function cached(cache: JsonObject, model: JsonObject = {}): Rendered {
  return rendered({
    Cache: { kept: { ttl: '5m', ...cache } },
    Route: { chat: { cache: 'kept' } },
    Model: { small: model },
  });
}

function settings(cache: JsonObject): JsonObject {
  return partOf(cached(cache), 'litellm_settings');
}

describe('the cache', () => {
  test('is off where no route asks for one', () => {
    expect(partOf(rendered({}), 'litellm_settings')).toMatchObject({ cache: false });
  });

  test('is kept in memory, or in a Redis that also counts for all pods', () => {
    expect(settings({})).toMatchObject({ cache: true, cache_params: { type: 'local', mode: 'default_off', ttl: 300 } });
    const shared = cached({ store: redis });
    const server = { host: 'redis.ai.svc', port: 6380, password: 'os.environ/SECRET__redis__password', ssl: true };
    expect(partOf(shared, 'litellm_settings')['cache_params']).toMatchObject({ type: 'redis', ...server });
    expect(partOf(shared, 'general_settings')['coordination_redis']).toEqual(server);
    expect(shared.workload.calls).toContainEqual({ host: 'redis.ai.svc', port: 6380 });
  });

  test('for questions that mean the same asks a model of the repo', () => {
    const semantic = { threshold: 0.9, model: 'large' };
    expect(settings({ type: 'semantic', semantic, store: redis })['cache_params']).toMatchObject({
      type: 'redis-semantic',
      similarity_threshold: 0.9,
      redis_semantic_cache_embedding_model: '~model/large',
    });
    const nowhere = cached({ type: 'semantic', semantic });
    expect(partOf(nowhere, 'litellm_settings')).toMatchObject({ cache: false });
    expect(nowhere.losses['Cache/kept spec.type']).toBe('dropped');
  });

  test('is one: a route whose cache is kept in another way has none', () => {
    const result = rendered({
      Cache: { memory: { ttl: '5m' }, far: { ttl: '5m', store: redis } },
      Route: {
        chat: { cache: 'memory' },
        other: { match: [{ model: 'other' }], cache: 'far', backends: [{ name: 'main', model: 'small', weight: 100 }] },
      },
      Gateway: { llm: { routes: ['chat', 'other'] } },
    });
    expect(deploymentsOf(result)['chat/main']).toHaveProperty('cache');
    expect(deploymentsOf(result)['other/main']).not.toHaveProperty('cache');
    expect(result.losses['Route/other spec.cache']).toBe('dropped');
  });

  test('forgets what was answered before a change that counts', () => {
    const namespace = (cache: JsonObject, model: JsonObject) => {
      const { cache: params } = deploymentsOf(cached(cache, model))['chat/main'] ?? {};
      return (params as JsonObject)['namespace'];
    };
    const before = namespace({}, { upstreamModel: 'gpt-4' });
    expect(namespace({}, { upstreamModel: 'gpt-4' })).toBe(before);
    expect(namespace({}, { upstreamModel: 'gpt-5' })).not.toBe(before);
    const regardless = { invalidate: [] };
    expect(namespace(regardless, { upstreamModel: 'gpt-4' })).toBe(namespace(regardless, { upstreamModel: 'gpt-5' }));
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { partOf, rendered, type Specs } from './trial.ts';

function router(specs: Specs): JsonObject {
  return partOf(rendered(specs), 'router_settings');
}

function routed(spec: JsonObject): JsonObject {
  return router({ Route: { chat: spec } });
}

const tiers = [[{ model: 'large' }]];
const none = { TimeoutErrorRetries: 0, RateLimitErrorRetries: 0, InternalServerErrorRetries: 0, DefaultRetries: 0 };

describe('fallbacks', () => {
  test('follow any failure, or a special one, as the route says', () => {
    expect(routed({ fallback: { when: ['error'], tiers } })).toMatchObject({
      fallbacks: [{ chat: ['~chat/tier-1'] }],
      context_window_fallbacks: [{ chat: [] }],
      content_policy_fallbacks: [{ chat: [] }],
    });
    expect(routed({ fallback: { when: ['context-too-long'], tiers } })).toMatchObject({
      fallbacks: [{ chat: [] }],
      context_window_fallbacks: [{ chat: ['~chat/tier-1'] }],
    });
    expect(routed({ fallback: { when: ['content-refused'], tiers } })).toMatchObject({
      fallbacks: [{ chat: [] }],
      content_policy_fallbacks: [{ chat: ['~chat/tier-1'] }],
    });
  });

  test('are told for every name', () => {
    const match = [{ model: 'chat' }, { model: 'talk' }];
    expect(routed({ match, fallback: { tiers } })).toMatchObject({
      fallbacks: [{ chat: ['~chat/tier-1'] }, { talk: ['~chat/tier-1'] }],
      model_group_alias: { talk: { model: 'chat', hidden: false } },
    });
  });

  test('of a budget come after all tiers', () => {
    const Budget = {
      purse: {
        for: { each: 'route' },
        limit: { amount: 1, currency: 'USD', per: '1d' },
        exceeded: { action: 'switch', model: 'small' },
      },
    };
    expect(router({ Budget, Route: { chat: { budgets: ['purse'], fallback: { tiers } } } })).toMatchObject({
      fallbacks: [{ chat: ['~chat/tier-1', '~chat/over-budget/small'] }],
    });
  });

  test('may be as many as there are tiers', () => {
    expect(routed({ fallback: { tiers: Array.from({ length: 7 }, () => [{ model: 'large' }]) } })).toMatchObject({
      max_fallbacks: 9,
    });
    expect(routed({})).not.toHaveProperty('fallbacks');
  });
});

describe('retries', () => {
  test('are as many as the route says, after what it names', () => {
    const when = (kind: string) => {
      const policies = routed({ retry: { attempts: 2, when: [kind] } })['model_group_retry_policy'];
      return (policies as JsonObject)['chat'];
    };
    expect(when('timeout')).toMatchObject({ ...none, TimeoutErrorRetries: 2 });
    expect(when('rate-limited')).toMatchObject({ ...none, RateLimitErrorRetries: 2 });
    expect(when('5xx')).toMatchObject({
      ...none,
      InternalServerErrorRetries: 2,
      ServiceUnavailableErrorRetries: 2,
      DefaultRetries: 2,
    });
    expect(when('connect')).toMatchObject({
      ...none,
      InternalServerErrorRetries: 2,
      ServiceUnavailableErrorRetries: 0,
      DefaultRetries: 2,
    });
    expect(when('conflict')).toMatchObject({ ...none, DefaultRetries: 2 });
  });

  test('do not follow a 429 where LiteLLM would wait a minute: for a single backend with a rate of its own', () => {
    const Limit = { rate: { for: { each: 'route' }, allow: [{ requests: 10, per: '1m' }] } };
    const retry = { attempts: 2, when: ['rate-limited', 'timeout'] };
    const policyOf = (spec: JsonObject) => router({ Limit, Route: { chat: { retry, limits: ['rate'], ...spec } } });
    const chat = { RateLimitErrorRetries: 0, TimeoutErrorRetries: 2 };
    expect(policyOf({})).toMatchObject({ model_group_retry_policy: { chat } });
    const backends = [
      { name: 'one', model: 'large', weight: 50 },
      { name: 'two', model: 'large', weight: 50 },
    ];
    const retried = { ...chat, RateLimitErrorRetries: 2 };
    expect(policyOf({ backends })).toMatchObject({ model_group_retry_policy: { chat: retried } });
    expect(policyOf({ limits: [] })).toMatchObject({ model_group_retry_policy: { chat: retried } });
  });

  test('of names that end in an asterisk are the router’s own, and every other group says its own', () => {
    const settings = router({
      Route: {
        chat: {},
        any: {
          match: [{}],
          retry: { attempts: 1, when: ['timeout'] },
          backends: [{ name: 'main', model: 'large', weight: 100 }],
        },
      },
      Gateway: { llm: { routes: ['chat', 'any'] } },
    });
    expect(settings['retry_policy']).toMatchObject({ ...none, TimeoutErrorRetries: 1 });
    expect(settings['model_group_retry_policy']).toMatchObject({ chat: none });
  });

  test('wait alike for all routes, as environment variables say', () => {
    const backoff = (initial: string, max: string) => ({ retry: { attempts: 1, backoff: { initial, max } } });
    const backends = [{ name: 'main', model: 'small', weight: 100 }];
    const { workload } = rendered({
      Route: {
        chat: backoff('200ms', '2s'),
        other: { match: [{ model: 'other' }], backends, ...backoff('1s', '30s') },
      },
      Gateway: { llm: { routes: ['chat', 'other'] } },
    });
    expect(workload.env).toMatchObject({ INITIAL_RETRY_DELAY: '0.2', MAX_RETRY_DELAY: '30' });
  });
});

describe('the choice of a backend', () => {
  test('is by weight unless a route says otherwise', () => {
    expect(routed({})).not.toHaveProperty('routing_groups');
    expect(routed({ balance: 'least-busy' })).toMatchObject({
      routing_strategy: 'simple-shuffle',
      routing_groups: [{ group_name: '~balance/chat', models: ['chat'], routing_strategy: 'least-busy' }],
    });
  });

  test('keeps together what LiteLLM can tell apart', () => {
    expect(routed({ sticky: { by: 'consumer', ttl: '2h' } })).toMatchObject({
      model_group_affinity_config: { chat: ['deployment_affinity'] },
      deployment_affinity_ttl_seconds: 7200,
    });
    expect(routed({ sticky: { by: 'header', name: 'X-Chat-Session-Id' } })).toMatchObject({
      model_group_affinity_config: { chat: ['session_affinity'] },
    });
    const cookie = rendered({ Route: { chat: { sticky: { by: 'cookie', name: 'visit' } } } });
    expect(partOf(cookie, 'router_settings')).not.toHaveProperty('model_group_affinity_config');
    expect(cookie.losses['Route/chat spec.sticky.by']).toBe('dropped');
  });

  test('looks at the length of inputs and, where there are limits, at rates', () => {
    expect(routed({})).toMatchObject({ enable_pre_call_checks: true, optional_pre_call_checks: [] });
    expect(router({ Model: { small: { quota: [{ requests: 5, per: '1m' }] } } })).toMatchObject({
      optional_pre_call_checks: ['enforce_model_rate_limits'],
    });
  });

  test('leaves nobody alone where no breaker opens', () => {
    expect(routed({ circuitBreaker: { maxConcurrent: 3 } })).toMatchObject({ disable_cooldowns: true });
    expect(routed({ circuitBreaker: { errorPercent: 50 } })).toMatchObject({ disable_cooldowns: false });
  });
});

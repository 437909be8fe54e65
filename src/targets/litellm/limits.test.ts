import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { perMinute } from './limits.ts';
import { deploymentsOf, partOf, rendered, type Specs } from './trial.ts';

const split = [
  { name: 'a', model: 'small', weight: 75 },
  { name: 'b', model: 'large', weight: 25 },
];

function budget(amount: number, per: string, more: JsonObject): JsonObject {
  return { limit: { amount, currency: 'USD', per }, ...more };
}

describe('rates', () => {
  test('are counted by the minute, if their window is no longer', () => {
    expect(perMinute({ requests: 5, per: '1s' })).toBe(300);
    expect(perMinute({ tokens: 90, per: '1m' })).toBe(90);
    expect(perMinute({ requests: 1, per: '45s' })).toBe(1);
    expect(perMinute({ requests: 100, per: '1h' })).toBeUndefined();
  });

  test('of a model are split by weight', () => {
    const result = rendered({
      Route: {
        chat: {
          backends: [
            { name: 'a', model: 'small', weight: 75 },
            { name: 'b', model: 'small', weight: 25 },
          ],
        },
      },
      Model: {
        small: {
          quota: [
            { requests: 100, per: '1m' },
            { tokens: 2000, count: 'input', per: '1s' },
          ],
          concurrency: 4,
        },
      },
    });
    expect(deploymentsOf(result)).toMatchObject({
      'chat/a': { rpm: 75, itpm: 90_000, max_parallel_requests: 4 },
      'chat/b': { rpm: 25, itpm: 30_000, max_parallel_requests: 4 },
    });
  });

  test('of a route or model are the tightest of all', () => {
    const Limit = {
      route: {
        for: { each: 'route' },
        allow: [
          { requests: 100, per: '1m' },
          { tokens: 4000, count: 'output', per: '1m' },
        ],
      },
      large: { for: { each: 'model', models: ['large'] }, allow: [{ requests: 40, per: '1m' }] },
    };
    const result = rendered({ Limit, Route: { chat: { limits: ['route', 'large'], backends: split } } });
    expect(deploymentsOf(result)).toMatchObject({
      'chat/a': { rpm: 75, otpm: 3000 },
      'chat/b': { rpm: 10, otpm: 1000 },
    });
  });

  test('that LiteLLM cannot count are told', () => {
    const told = (limit: JsonObject, specs: Specs = {}) =>
      rendered({ Limit: { it: limit }, Gateway: { llm: { limits: ['it'] } }, ...specs }).losses;
    expect(told({ for: { each: 'route' }, allow: [{ requests: 9, per: '1h' }] })).toMatchObject({
      'Limit/it spec.allow': 'dropped',
      'Gateway/llm spec.limits': 'approximate',
    });
    expect(told({ for: { each: 'team' }, allow: [{ tokens: 9, per: '1d' }] })).not.toHaveProperty(
      'Limit/it spec.allow',
    );
    expect(told({ for: { each: 'source-ip' }, concurrency: 2 })).toMatchObject({ 'Limit/it spec.for.each': 'dropped' });
    expect(told({ for: { each: 'gateway' }, allow: [{ requests: 9, per: '1m' }] })).toMatchObject({
      'Limit/it spec.for.each': 'dropped',
    });
    expect(told({ for: { each: 'route', consumers: [] }, concurrency: 2 })).toMatchObject({
      'Limit/it spec.for.consumers': 'dropped',
    });
  });

  test('that stand where LiteLLM does not count them are told there', () => {
    const Limit = {
      all: { for: { each: 'gateway' }, concurrency: 5 },
      busy: { for: { each: 'consumer' }, concurrency: 5 },
    };
    const at = (limits: string[]) => rendered({ Limit, Route: { chat: { limits } } }).losses['Route/chat spec.limits'];
    expect(at(['all'])).toBe('dropped');
    expect(at(['busy'])).toBe('dropped');
  });

  test('of the whole proxy are requests in flight', () => {
    const Limit = { all: { for: { each: 'gateway' }, concurrency: 500 } };
    const result = rendered({ Limit, Gateway: { llm: { limits: ['all'] } } });
    expect(partOf(result, 'general_settings')).toMatchObject({ global_max_parallel_requests: 500 });
  });
});

describe('the size of requests', () => {
  const other = { match: [{ model: 'other' }], backends: [{ name: 'main', model: 'small', weight: 100 }] };
  const sized = (edition: string, more: JsonObject) =>
    rendered({
      Route: { chat: { request: { maxSize: '512KiB' } }, other: { ...other, ...more } },
      Gateway: { llm: { target: { type: 'litellm', version: '1.106', edition }, routes: ['chat', 'other'] } },
    });

  test('is bounded in the enterprise edition, by the largest of all routes', () => {
    const result = sized('enterprise', { request: { maxSize: '3MiB' } });
    expect(partOf(result, 'general_settings')).toMatchObject({ max_request_size_mb: 3 });
    expect(result.losses['Route/chat spec.request.maxSize']).toBe('approximate');
    expect(result.workload.env['LITELLM_LICENSE']).toEqual({ secret: 'llm-litellm', key: 'license' });
  });

  test('is not where one route has no bound, or the edition none', () => {
    for (const result of [sized('enterprise', {}), sized('oss', { request: { maxSize: '3MiB' } })]) {
      expect(partOf(result, 'general_settings')).not.toHaveProperty('max_request_size_mb');
      expect(result.losses['Route/chat spec.request.maxSize']).toBe('dropped');
    }
  });
});

describe('budgets', () => {
  const each = (kind: string, more: JsonObject = {}) => ({ for: { each: kind, ...more } });

  test('of a route are split by weight', () => {
    const Budget = { purse: budget(100, '1mo', each('route')) };
    const result = rendered({ Budget, Route: { chat: { budgets: ['purse'], backends: split } } });
    expect(deploymentsOf(result)).toMatchObject({
      'chat/a': { max_budget: 75, budget_duration: '1mo' },
      'chat/b': { max_budget: 25, budget_duration: '1mo' },
    });
  });

  test('of some models are split among those', () => {
    const Budget = { purse: budget(100, '1w', each('model', { models: ['large'] })) };
    const result = rendered({ Budget, Gateway: { llm: { budgets: ['purse'] } }, Route: { chat: { backends: split } } });
    expect(deploymentsOf(result)['chat/a']).not.toHaveProperty('max_budget');
    expect(deploymentsOf(result)['chat/b']).toMatchObject({ max_budget: 100 });
  });

  test('for one purse are the tightest, and the others are told', () => {
    const Budget = { daily: budget(10, '1d', each('gateway')), monthly: budget(200, '1mo', each('gateway')) };
    const result = rendered({ Budget, Gateway: { llm: { budgets: ['daily', 'monthly'] } } });
    expect(partOf(result, 'litellm_settings')).toMatchObject({ max_budget: 200, budget_duration: '1mo' });
    expect(result.losses['Gateway/llm spec.budgets']).toBe('dropped');
  });

  test('end in the status that the first of them asks for', () => {
    const Budget = { purse: { ...budget(10, '1d', each('gateway')), exceeded: { status: 402 } } };
    const result = rendered({ Budget, Gateway: { llm: { budgets: ['purse'] } } });
    expect(partOf(result, 'litellm_settings')).toMatchObject({ budget_exceeded_status_code: 402 });
    expect(result.losses).not.toHaveProperty(['Budget/purse spec.exceeded.status']);
  });

  test('that LiteLLM cannot keep are told', () => {
    const told = (it: JsonObject) => rendered({ Budget: { it }, Gateway: { llm: { budgets: ['it'] } } }).losses;
    expect(told(budget(1, '1y', each('gateway')))).toMatchObject({ 'Budget/it spec.limit.per': 'dropped' });
    expect(told(budget(1, '1d', each('team', { models: ['small'] })))).toMatchObject({
      'Budget/it spec.for.models': 'dropped',
    });
    expect(told({ ...budget(1, '1d', each('gateway')), exceeded: { action: 'alert' } })).toMatchObject({
      'Budget/it spec.exceeded.action': 'elsewhere',
    });
  });
});

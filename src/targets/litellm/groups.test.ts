import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { groupsOf } from './groups.ts';
import { resolved, type Specs } from './trial.ts';

/** Groups as `name: id weight, …`. */
function grouped(specs: Specs): readonly string[] {
  const { config, gateway } = resolved(specs);
  return groupsOf(config, gateway).map(
    ({ name, deployments }) => `${name}: ${deployments.map(({ id, weight }) => `${id} ${weight}`).join(', ')}`,
  );
}

function route(spec: JsonObject): Specs {
  return { Route: { chat: spec } };
}

const two = [
  { name: 'a', model: 'small', weight: 90 },
  { name: 'b', model: 'large', weight: 10 },
];

describe('the groups of a route', () => {
  test('hold its backends by weight, and none of weight 0', () => {
    expect(grouped(route({ backends: [...two, { name: 'parked', model: 'large', weight: 0 }] }))).toEqual([
      'chat: chat/a 90, chat/b 10',
    ]);
  });

  test('are one for all names with the same limit', () => {
    const { config, gateway } = resolved(route({ match: [{ model: 'chat' }, { model: 'talk' }] }));
    expect(groupsOf(config, gateway)).toMatchObject([{ name: 'chat', aliases: ['talk'] }]);
  });

  test('tell copies apart', () => {
    const match = [{ model: 'chat' }, { model: 'brief', input: { tokens: { max: 10 } } }];
    expect(grouped(route({ match }))).toEqual(['chat: chat/main 100', 'brief: chat/main~2 100']);
  });

  test('have one for each fallback tier', () => {
    const tiers = [
      [
        { model: 'large', weight: 60 },
        { model: 'small', weight: 40 },
      ],
      [{ model: 'small' }],
    ];
    expect(grouped(route({ fallback: { tiers } }))).toEqual([
      'chat: chat/main 100',
      '~chat/tier-1: chat/tier-1/large 60, chat/tier-1/small 40',
      '~chat/tier-2: chat/tier-2/small 100',
    ]);
  });

  test('hold tiers themselves where names end in an asterisk', () => {
    const { config, gateway } = resolved(
      route({ match: [{ model: { prefix: 'x-' } }], fallback: { tiers: [[{ model: 'large' }]] } }),
    );
    const [group, ...others] = groupsOf(config, gateway);
    expect(others).toEqual([]);
    expect(group?.name).toBe('x-*');
    expect(group?.deployments.map(({ id, order }) => [id, order])).toEqual([
      ['chat/main', 1],
      ['chat/tier-1/large', 2],
    ]);
  });

  test('give no id twice', () => {
    const match = [{ model: 'chat' }, { model: 'brief', input: { tokens: { max: 10 } } }, { model: { prefix: 'x-' } }];
    const { config, gateway } = resolved(
      route({
        match,
        fallback: { tiers: [[{ model: 'large' }]] },
        mirror: [{ name: 'm', model: 'large', percent: 5 }],
      }),
    );
    const ids = groupsOf(config, gateway).flatMap(({ deployments }) => deployments.map(({ id }) => id));
    expect(ids).toHaveLength(9);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('split a backend for mirrors of a share', () => {
    const mirror = [
      { name: 'audit', model: 'large' },
      { name: 'next', model: 'large', percent: 25 },
    ];
    expect(grouped(route({ mirror }))).toEqual([
      'chat: chat/main+audit+next 25, chat/main 75',
      '~chat/mirror/audit: chat/mirror/audit 100',
      '~chat/mirror/next: chat/mirror/next 100',
    ]);
    const { config, gateway } = resolved(route({ mirror }));
    expect(groupsOf(config, gateway)[0]?.deployments.map(({ mirrors }) => mirrors)).toEqual([
      ['~chat/mirror/audit', '~chat/mirror/next'],
      ['~chat/mirror/audit'],
    ]);
  });

  test('have the model that a budget switches to, unless a tier is that model', () => {
    const budget = { for: { each: 'route' }, limit: { amount: 1, currency: 'USD', per: '1d' } };
    const Budget = { purse: { ...budget, exceeded: { action: 'switch', model: 'large' } } };
    expect(grouped({ ...route({ budgets: ['purse'] }), Budget })).toEqual([
      'chat: chat/main 100',
      '~chat/over-budget/large: chat/over-budget/large 100',
    ]);
    expect(grouped({ ...route({ budgets: ['purse'], fallback: { tiers: [[{ model: 'large' }]] } }), Budget })).toEqual([
      'chat: chat/main 100',
      '~chat/tier-1: chat/tier-1/large 100',
    ]);
  });

  test('have the model that makes embeddings for a cache', () => {
    const Cache = {
      alike: {
        type: 'semantic',
        ttl: '1h',
        semantic: { threshold: 0.9, model: 'large' },
        store: { type: 'redis', host: 'r' },
      },
    };
    expect(grouped({ ...route({ cache: 'alike' }), Cache })).toEqual([
      'chat: chat/main 100',
      '~model/large: model/large 100',
    ]);
  });
});

test('what is too long for one route goes to the next that takes the name', () => {
  const backends = [{ name: 'main', model: 'large', weight: 100 }];
  const { config, gateway } = resolved({
    Route: {
      chat: {
        match: [
          { model: 'chat', input: { tokens: { max: 100 } } },
          { model: 'talk', input: { tokens: { max: 100 } } },
        ],
      },
      long: { match: [{ model: 'chat' }], backends },
      rest: { match: [{}], backends },
    },
    Gateway: { llm: { routes: ['chat', 'long', 'rest'] } },
  });
  const [first, ...others] = groupsOf(config, gateway);
  expect(first?.overflow).toEqual({ chat: '~long', talk: '~rest' });
  expect(others.map(({ name }) => name)).toEqual(['~long', '*', '~rest']);
});

// A repo with two or three resources of each kind, all of them in use, each with as little in it as it can have.
import type { JsonObject } from '../src/lib/json.ts';

const ORDINALS = ['one', 'two', 'three'];

const SPECS: Readonly<Record<string, readonly JsonObject[]>> = {
  Repository: [{ environments: ['dev'] }],
  Environment: [{ secrets: { store: 'store', vaultStore: 'vault' } }],
  Gateway: [{}, {}],
  Provider: [
    {
      api: 'openai',
      url: 'https://one.example.com/v1',
      region: 'us-east-1',
      project: 'base',
      credential: { secret: 'one', key: 'apiKey' },
    },
    { api: 'openai', url: 'https://two.example.com/v1', credential: { vault: 'ai/two', key: 'apiKey' } },
  ],
  Model: [
    {
      provider: 'provider-one',
      upstreamModel: 'up-one',
      serving: {
        image: 'models/one:1',
        replicas: { min: 1, max: 3 },
        scaling: { by: 'prometheus', target: 5, query: 'up', server: 'http://prometheus:9090' },
      },
    },
    { provider: 'provider-one', upstreamModel: 'up-two' },
    { provider: 'provider-two', upstreamModel: 'up-three' },
  ],
  Route: [
    {
      match: [{ model: 'asked-one' }],
      backends: [{ name: 'main', model: 'model-one', weight: 100 }],
      fallback: { tiers: [[{ model: 'model-two' }]] },
      prompt: 'prompt-one',
      context: 'contextpolicy-one',
      cache: 'cache-one',
      rollout: 'rollout-one',
      guardrails: ['guardrail-two'],
      limits: ['limit-two'],
      budgets: ['budget-two'],
    },
    {
      match: [{ model: 'asked-two' }],
      backends: [{ name: 'main', chain: 'chain-one', weight: 100 }],
      prompt: 'prompt-two',
      context: 'contextpolicy-two',
      cache: 'cache-two',
      rollout: 'rollout-two',
    },
    { match: [{ model: 'asked-three' }], backends: [{ name: 'main', model: 'model-three', weight: 100 }] },
  ],
  Limit: [
    { for: { each: 'consumer' }, allow: [{ requests: 100, per: '1h' }] },
    { for: { each: 'consumer' }, allow: [{ requests: 200, per: '1h' }] },
  ],
  Budget: [
    { for: { each: 'team' }, limit: { amount: 1000, currency: 'USD', per: '1w' } },
    { for: { each: 'gateway' }, limit: { amount: 2000, currency: 'USD', per: '1w' } },
  ],
  Cache: [{ ttl: '10m' }, { ttl: '20m' }],
  Prompt: [
    { version: '1', messages: [{ role: 'system', text: 'One.' }] },
    { version: '1', messages: [{ role: 'system', text: 'Two.' }] },
  ],
  ContextPolicy: [
    { fields: [{ name: 'current_turn_text' }], budget: { tokens: 1000 } },
    { fields: [{ name: 'current_turn_text' }], budget: { tokens: 2000 } },
  ],
  ToolServer: [
    { url: 'https://tools-one.example.com/mcp', tools: { allow: ['look'] } },
    { url: 'https://tools-two.example.com/mcp', tools: { allow: ['look'] } },
  ],
  Guardrail: [{ type: 'pattern', patterns: [{ name: 'number', regex: '[0-9]{4}' }] }, { type: 'moderation' }],
  Consumer: [
    { team: 'team-one', auth: [{ name: 'key', apiKey: { secret: 'consumer-one', key: 'key' } }], models: ['*'] },
    { team: 'team-two', auth: [{ name: 'key', apiKey: { secret: 'consumer-two', key: 'key' } }], models: ['*'] },
  ],
  Team: [{}, {}],
  Chain: [
    { steps: [{ name: 'first', model: 'model-one' }], output: 'first' },
    { steps: [{ name: 'first', model: 'model-two' }], output: 'first' },
  ],
  Observability: [{}, { traces: { endpoint: 'http://collector:4317' } }],
  Rollout: [{}, {}],
};

/** The documents of the base repo, whose one gateway is run by `target`. The first of each kind is the one to try fields on. */
export function baseDocuments(target: { readonly type: string; readonly version: string }): readonly JsonObject[] {
  return Object.entries(SPECS).flatMap(([kind, specs]) =>
    specs.flatMap((spec, index) => {
      const name = { Repository: 'base', Environment: 'dev' }[kind] ?? `${kind.toLowerCase()}-${ORDINALS[index]}`;
      return [
        {
          apiVersion: 'aigw.dev/v1alpha1',
          kind,
          metadata: { name },
          spec: kind === 'Gateway' ? gateway(target, index) : spec,
        },
      ];
    }),
  );
}

function gateway(target: { readonly type: string; readonly version: string }, index: number): JsonObject {
  const tls = { secret: 'base-tls' };
  if (index > 0) {
    const listeners = [{ name: 'main', host: 'two.example.com', port: 8443, tls }];
    return { target, listeners, routes: ['route-three'], consumers: ['consumer-two'] };
  }
  return {
    target,
    listeners: [{ name: 'main', host: 'one.example.com', port: 4443, tls }],
    routes: ['route-one', 'route-two'],
    consumers: ['consumer-one', 'consumer-two'],
    guardrails: ['guardrail-one'],
    limits: ['limit-one'],
    budgets: ['budget-one'],
    toolServers: ['toolserver-one', 'toolserver-two'],
    observability: 'observability-one',
  };
}

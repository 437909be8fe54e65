import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { deploymentsOf, partOf, rendered } from './trial.ts';

/** The first deployment of a route and model that say this. */
function deployment(route: JsonObject, model: JsonObject = {}): JsonObject {
  return deploymentsOf(rendered({ Route: { chat: route }, Model: { small: model } }))['chat/main'] ?? {};
}

describe('a deployment', () => {
  test('has prices per token', () => {
    const price = { currency: 'USD', input: 0.15, cachedInput: 0.075, cacheWrite: 3.75, output: 0.6, reasoning: 12 };
    expect(deployment({}, { price })).toMatchObject({
      input_cost_per_token: 1.5e-7,
      cache_read_input_token_cost: 7.5e-8,
      cache_creation_input_token_cost: 3.75e-6,
      output_cost_per_token: 6e-7,
      output_cost_per_reasoning_token: 1.2e-5,
    });
  });

  test('says what its model can do', () => {
    const capabilities = ['embeddings', 'vision'];
    expect(deployment({}, { capabilities })).toMatchObject({ mode: 'embedding', supports_vision: true });
  });

  test('takes a time for each try, or the whole time where none is said', () => {
    const timeout = { firstToken: '2s', idle: '5s', total: '60s' };
    expect(deployment({ timeout })).toMatchObject({ timeout: 60, stream_timeout: 5 });
    expect(deployment({ timeout, retry: { attempts: 1, perTry: '1500ms' } })).toMatchObject({ timeout: 1.5 });
    expect(deployment({})).not.toHaveProperty('timeout');
  });

  test('fixes parameters in a way that a request cannot undo where the protocol allows it', () => {
    const parameters = { default: { temperature: 0.2 }, fixed: { seed: 7 }, forbidden: ['logit_bias'] };
    expect(deployment({}, { parameters })).toMatchObject({
      temperature: 0.2,
      extra_body: { seed: 7 },
      additional_drop_params: ['logit_bias'],
    });
    const anthropic = rendered({
      Provider: { vendor: { api: 'anthropic' } },
      Model: { small: { parameters } },
    });
    expect(deploymentsOf(anthropic)['chat/main']).toMatchObject({ temperature: 0.2, seed: 7 });
    expect(anthropic.losses['Model/small spec.parameters.fixed']).toBe('approximate');
  });

  test('is left alone for a while after errors, where a breaker asks for it', () => {
    expect(deployment({ circuitBreaker: { failures: 3, cooldown: '30s' } })).toMatchObject({
      cooldown_time: 30,
      allowed_fails_policy: { InternalServerErrorAllowedFails: 2, TimeoutErrorAllowedFails: 2 },
    });
    expect(deployment({ circuitBreaker: { maxConcurrent: 9 } })).toMatchObject({
      cooldown_time: 0,
      max_parallel_requests: 9,
    });
  });

  test('says how long inputs may be, once any other of the gateway does', () => {
    const short = {
      match: [{ model: 'short', input: { tokens: { max: 100 } } }],
      backends: [{ name: 'main', model: 'small', weight: 100 }],
    };
    const both = rendered({ Route: { short }, Gateway: { llm: { routes: ['chat', 'short'] } } });
    expect(deploymentsOf(both)['short/main']).toMatchObject({ max_input_tokens: 100 });
    expect(deploymentsOf(both)['chat/main']).toMatchObject({ max_input_tokens: 1_000_000_000 });
    expect(deployment({})).not.toHaveProperty('max_input_tokens');
    expect(deployment({}, { context: { window: 8000 } })).toMatchObject({ max_input_tokens: 8000 });
  });
});

describe('addresses', () => {
  const addressed = (provider: JsonObject, model: JsonObject = {}) =>
    deploymentsOf(rendered({ Provider: { own: provider }, Model: { small: { provider: 'own', ...model } } }))[
      'chat/main'
    ] ?? {};

  test('are as each protocol wants them', () => {
    expect(addressed({ api: 'gemini' })).toMatchObject({
      model: 'gemini/small',
      api_base: 'https://generativelanguage.googleapis.com/v1beta',
    });
    expect(addressed({ api: 'gemini', url: 'https://proxy.example.com/google' })).toMatchObject({
      api_base: 'https://proxy.example.com/google',
    });
    expect(addressed({ api: 'cohere', url: 'https://cohere.example.com/' })).toMatchObject({
      model: 'cohere_chat/small',
      api_base: 'https://cohere.example.com/v2/chat',
    });
    expect(addressed({ api: 'cohere', url: 'https://c.example.com' }, { capabilities: ['embeddings'] })).toMatchObject({
      model: 'cohere/small',
      api_base: 'https://c.example.com/v2/embed',
    });
    expect(addressed({ api: 'bedrock', url: 'https://vpce.example.com', region: 'eu-west-1' })).toMatchObject({
      aws_region_name: 'eu-west-1',
      aws_bedrock_runtime_endpoint: 'https://vpce.example.com',
    });
  });

  test('come without any key of the environment where a server asks for none', () => {
    const open = rendered({
      Provider: { vendor: { api: 'openai', url: 'http://own:8000/v1' }, other: { api: 'openai' } },
    });
    expect(deploymentsOf(open)['chat/main']).toMatchObject({ api_key: 'os.environ/VENDOR_KEY' });
    const keyless = rendered({
      Provider: { keyless: { api: 'openai', url: 'http://own:8000/v1' } },
      Model: { small: { provider: 'keyless' } },
    });
    expect(deploymentsOf(keyless)['chat/main']).toMatchObject({ api_key: 'no-key-needed' });
  });

  test('are none for protocols that LiteLLM does not speak', () => {
    for (const api of ['http', 'kserve']) {
      const result = rendered({ Provider: { vendor: { api } } });
      expect(result.file['model_list']).toEqual([]);
      expect(result.losses['Provider/vendor spec.api']).toBe('dropped');
    }
  });

  test('at Azure are asked with the identity of the pod where the provider says so', () => {
    const result = rendered({
      Provider: {
        azure: {
          api: 'azure-openai',
          url: 'https://a.openai.azure.com',
          apiVersion: '2025-04-01-preview',
          identity: 'workload',
        },
      },
      Model: { small: { provider: 'azure' } },
    });
    expect(partOf(result, 'litellm_settings')).toMatchObject({ enable_azure_ad_token_refresh: true });
    expect(deploymentsOf(result)['chat/main']).not.toHaveProperty('api_key');
  });
});

describe('what the language has no word for', () => {
  test('is laid over the entries of a model, and over the file', () => {
    const result = rendered({
      Model: { small: { targets: { litellm: { litellm_params: { drop_params: true, weight: null } } } } },
      Gateway: { llm: { targets: { litellm: { litellm_settings: { request_timeout: 9, json_logs: null } } } } },
    });
    expect(deploymentsOf(result)['chat/main']).toMatchObject({ drop_params: true });
    expect(deploymentsOf(result)['chat/main']).not.toHaveProperty('weight');
    expect(partOf(result, 'litellm_settings')).toMatchObject({ request_timeout: 9 });
    expect(partOf(result, 'litellm_settings')).not.toHaveProperty('json_logs');
    expect(result.losses['Gateway/llm spec.targets.litellm']).toBe('approximate');
  });
});

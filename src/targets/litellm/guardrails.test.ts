import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { isPythonPattern } from './guardrails.ts';
import { deploymentsOf, type Rendered, rendered } from './trial.ts';

function guarded(guardrail: JsonObject): Rendered {
  return rendered({ Guardrail: { it: guardrail }, Route: { chat: { guardrails: ['it'] } } });
}

function paramsOf(guardrail: JsonObject): JsonObject {
  const [entry] = (guarded(guardrail).file['guardrails'] ?? []) as readonly { readonly litellm_params: JsonObject }[];
  return entry?.litellm_params ?? {};
}

function engine(type: string, more: JsonObject = {}): JsonObject {
  return { engine: { type, url: 'http://guard.ai.svc', credential: { secret: 'guard', key: 'key' }, ...more } };
}

describe('guardrails', () => {
  test('of a gateway look at all requests, those of a route at its own', () => {
    const Guardrail = { all: { type: 'secrets' }, some: { type: 'secrets' } };
    const result = rendered({
      Guardrail,
      Gateway: { llm: { guardrails: ['all'] } },
      Route: { chat: { guardrails: ['some'] } },
    });
    expect(result.file['guardrails']).toMatchObject([
      { guardrail_name: 'all', litellm_params: { default_on: true } },
      { guardrail_name: 'some', litellm_params: { default_on: false } },
    ]);
    expect(deploymentsOf(result)['chat/main']).toMatchObject({ guardrails: ['some'] });
  });

  test('look at requests, answers and tools, or only watch', () => {
    const phase = ['request', 'response', 'tool'];
    expect(paramsOf({ type: 'secrets', phase })['mode']).toEqual(['pre_call', 'post_call', 'pre_mcp_call']);
    expect(paramsOf({ type: 'secrets', phase, action: 'log' })['mode']).toEqual(['logging_only']);
    expect(guarded({ type: 'secrets', action: 'log' }).losses['Guardrail/it spec.action']).toBe('approximate');
  });

  test('pass over the roles that they are not for', () => {
    expect(paramsOf({ type: 'secrets', roles: ['user', 'assistant', 'tool'] })).toMatchObject({
      skip_system_message_in_guardrail: true,
      skip_tool_message_in_guardrail: false,
    });
    expect(guarded({ type: 'secrets', roles: ['user'] }).losses['Guardrail/it spec.roles']).toBe('dropped');
  });
});

describe('the built-in engine', () => {
  test('looks for patterns, each with its action', () => {
    const patterns = [
      { name: 'a', regex: '[0-9]{4}', action: 'mask' },
      { name: 'b', regex: 'x+' },
      { name: 'c', regex: '\\pL' },
    ];
    const result = guarded({ type: 'pattern', patterns });
    expect(paramsOf({ type: 'pattern', patterns })['patterns']).toEqual([
      { pattern_type: 'regex', name: 'a', pattern: '[0-9]{4}', action: 'MASK' },
      { pattern_type: 'regex', name: 'b', pattern: 'x+', action: 'BLOCK' },
    ]);
    expect(result.losses['Guardrail/it spec.patterns[2].regex']).toBe('dropped');
  });

  test('looks for kinds of data that it knows', () => {
    const entities = [{ name: 'IBAN_CODE' }, { name: 'PERSON' }];
    expect(paramsOf({ type: 'pii', entities, action: 'mask' })['patterns']).toEqual([
      { pattern_type: 'prebuilt', pattern_name: 'iban', action: 'MASK' },
    ]);
    expect(guarded({ type: 'pii', entities }).losses['Guardrail/it spec.entities[1].name']).toBe('dropped');
  });

  test('is left out where it has nothing to look for', () => {
    const result = guarded({ type: 'pattern', patterns: [] });
    expect(result.file).not.toHaveProperty('guardrails');
    expect(deploymentsOf(result)['chat/main']).not.toHaveProperty('guardrails');
    expect(result.losses['Guardrail/it spec.type']).toBe('dropped');
  });

  test('takes patterns of Python', () => {
    expect(['a|b', '(?i)a', '\\d{2}'].every(isPythonPattern)).toBe(true);
    expect(['\\pL', '[[:alpha:]]', 'a(?i)b', '\\Qa\\E', '(?U)a'].some(isPythonPattern)).toBe(false);
  });
});

describe('other engines', () => {
  test('are asked at their URL, with their key by reference', () => {
    const asked = { api_base: 'http://guard.ai.svc', api_key: 'os.environ/SECRET__guard__key' };
    expect(paramsOf({ type: 'moderation', ...engine('openai-moderation') })).toMatchObject({
      guardrail: 'openai_moderation',
      ...asked,
    });
    expect(paramsOf({ type: 'prompt-injection', ...engine('lakera', { id: 'p-1' }) })).toMatchObject({
      guardrail: 'lakera_v2',
      project_id: 'p-1',
      on_flagged: 'block',
      ...asked,
    });
    expect(paramsOf({ type: 'prompt-injection', ...engine('azure-content-safety') })).toMatchObject({
      guardrail: 'azure/prompt_shield',
      ...asked,
    });
    expect(paramsOf({ type: 'moderation', onError: 'open', ...engine('http') })).toMatchObject({
      guardrail: 'generic_guardrail_api',
      unreachable_fallback: 'fail_open',
      ...asked,
    });
  });

  test('are called hosts of the proxy', () => {
    expect(guarded({ type: 'moderation', ...engine('http') }).workload.calls).toContainEqual({
      host: 'guard.ai.svc',
      port: 80,
    });
  });

  test('have their own settings', () => {
    const presidio = { type: 'presidio', url: 'http://analyze', maskUrl: 'http://mask' };
    expect(
      paramsOf({ type: 'pii', action: 'mask', phase: ['response'], threshold: 0.5, engine: presidio }),
    ).toMatchObject({
      guardrail: 'presidio',
      presidio_analyzer_api_base: 'http://analyze',
      presidio_anonymizer_api_base: 'http://mask',
      presidio_filter_scope: 'output',
      presidio_score_thresholds: { ALL: 0.5 },
    });
    expect(paramsOf({ type: 'moderation', action: 'mask', engine: { type: 'bedrock', id: 'gr-1' } })).toMatchObject({
      guardrail: 'bedrock',
      guardrailIdentifier: 'gr-1',
      mask_request_content: true,
      mask_response_content: false,
    });
  });

  test('are left out for what they cannot do', () => {
    expect(guarded({ type: 'secrets', engine: { type: 'presidio', url: 'http://a' } }).losses).toMatchObject({
      'Guardrail/it spec.engine.type': 'dropped',
    });
    expect(guarded({ type: 'moderation', action: 'mask', ...engine('openai-moderation') }).losses).toMatchObject({
      'Guardrail/it spec.action': 'dropped',
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { Json } from '../../lib/json.ts';
import { formatPath } from '../../lib/json.ts';
import type { Extent } from '../schema-problems.ts';
import { checkLiteLlm, checkLiteLlmEntry } from './check.ts';

function told(value: Json, extent: Extent = 'part'): readonly string[] {
  return checkLiteLlm(value, extent).map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

describe('a part of LiteLLM’s file', () => {
  test('may say or remove what LiteLLM knows', () => {
    expect(
      told({ litellm_settings: { request_timeout: 9, json_logs: null }, general_settings: { alerting: ['slack'] } }),
    ).toEqual([]);
    expect(told({ router_settings: { timeout: 'os.environ/TIMEOUT' } })).toEqual([]);
  });

  test('may say nothing that LiteLLM does not know', () => {
    expect(told({ litelm_settings: {} })).toEqual([
      'litelm_settings: There is no key litelm_settings; did you mean litellm_settings?',
    ]);
    expect(told({ router_settings: { num_retry: 3 } })[0]).toContain('did you mean num_retries?');
  });

  test('may say nothing of another type', () => {
    expect(told({ general_settings: { store_model_in_db: 'yes' } })).toHaveLength(1);
    expect(told({ router_settings: { num_retries: [3] } })).toHaveLength(1);
  });
});

describe('a whole file', () => {
  test('names a model in each entry', () => {
    expect(told({ model_list: [{ model_name: 'chat', litellm_params: {} }] }, 'whole')).toEqual([
      'model_list[0].litellm_params.model: The key model is missing.',
    ]);
    expect(told({ model_list: [{ model_name: 'chat', litellm_params: {} }] }, 'part')).toEqual([]);
  });
});

describe('a part of an entry', () => {
  test('is held to the same', () => {
    expect(checkLiteLlmEntry({ litellm_params: { drop_params: true, weight: null } }, 'part')).toEqual([]);
    expect(checkLiteLlmEntry({ litellm_params: { drop_parms: true } }, 'part')).toMatchObject([
      { kind: 'unknown-key', path: ['litellm_params', 'drop_parms'] },
    ]);
    expect(checkLiteLlmEntry({ model_info: { id: 7 } }, 'part')).toMatchObject([{ kind: 'wrong-value' }]);
  });
});

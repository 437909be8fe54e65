import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { deploymentsOf, partOf, type Rendered, rendered } from './trial.ts';

const system = (text: string) => ({ role: 'system', text });

function prompted(prompt: JsonObject): Rendered {
  return rendered({ Prompt: { it: { version: '1', ...prompt } }, Route: { chat: { prompt: 'it' } } });
}

describe('a prompt of fixed text', () => {
  test('stands before the chat as it is, with its constants', () => {
    const variables = { company: { from: 'constant', value: 'A {{b}} & c' }, year: { from: 'constant', value: 2026 } };
    const result = prompted({ variables, messages: [system('For {{ company }}, {{year}}.\n{{unknown}} {% raw %}\n')] });
    expect(deploymentsOf(result)['chat/main']).toMatchObject({
      litellm_system_prompt: 'For A {{b}} & c, 2026.\n{{unknown}} {% raw %}',
    });
    expect(result.beside).toEqual({});
    expect(result.losses['Route/chat spec.prompt']).toBe('approximate');
  });

  test('is that of the backend where one has its own', () => {
    const Prompt = {
      one: { version: '1', messages: [system('One.')] },
      two: { version: '1', messages: [system('Two.')] },
    };
    const backends = [
      { name: 'a', model: 'small', weight: 50 },
      { name: 'b', model: 'small', weight: 50, prompt: 'two' },
    ];
    const result = rendered({
      Prompt,
      Route: { chat: { prompt: 'one', backends, fallback: { tiers: [[{ model: 'large' }]] } } },
    });
    expect(deploymentsOf(result)).toMatchObject({
      'chat/a': { litellm_system_prompt: 'One.' },
      'chat/b': { litellm_system_prompt: 'Two.' },
      'chat/tier-1/large': { litellm_system_prompt: 'One.' },
    });
  });
});

describe('any other prompt', () => {
  const variables = {
    name: { from: 'constant', value: 'Ada' },
    question: { from: 'user', maxTokens: 10 },
    tone: { from: 'consumer', enum: ['kind', 'brief'], required: false },
  };
  const prompt = {
    mode: 'replace',
    maxTokens: 50,
    variables,
    messages: [system('I am {{name}}, {{tone}}.'), { role: 'user', text: '{{question}}{{name}}' }],
  };

  test('is left out, and that is told once', () => {
    const result = prompted(prompt);
    expect(deploymentsOf(result)['chat/main']).not.toHaveProperty('aigw_prompt');
    expect(result.beside).toEqual({});
    const told = Object.entries(result.losses).filter(([field]) => field.startsWith('Prompt/'));
    expect(told).toEqual([
      ['Prompt/it spec.maxTokens', 'approximate'],
      ['Prompt/it spec.variables', 'dropped'],
    ]);
    expect(result.losses['Route/chat spec.prompt']).toBe('approximate');
  });

  test('is put in by a callback where the prompt asks for that', () => {
    const result = prompted({ ...prompt, onUnsupported: { variables: 'emulate' } });
    expect(result.losses['Prompt/it spec.variables']).toBe('emulated');
    expect(deploymentsOf(result)['chat/main']).toMatchObject({ aigw_prompt: 'it@1' });
    expect(partOf(result, 'litellm_settings')['callbacks']).toEqual(['aigw_prompts.prompts', 'prometheus']);
    expect(Object.keys(result.beside)).toEqual(['aigw_prompts.py', 'aigw_prompts.json']);
    expect(Object.keys(result.workload.files)).toEqual([
      '/etc/litellm/config.yaml',
      '/etc/litellm/aigw_prompts.py',
      '/etc/litellm/aigw_prompts.json',
    ]);
    expect(JSON.parse(result.beside['aigw_prompts.json'] ?? '')).toEqual({
      'it@1': {
        mode: 'replace',
        maxTokens: 50,
        variables: {
          question: { required: true, maxTokens: 10 },
          tone: { required: false, enum: ['kind', 'brief'] },
        },
        messages: [
          { role: 'system', parts: ['I am Ada, ', { variable: 'tone' }, '.'] },
          { role: 'user', parts: [{ variable: 'question' }, 'Ada'] },
        ],
      },
    });
  });

  test.each([
    ['mode', { mode: 'append', messages: [system('Be brief.')] }],
    ['messages', { messages: [system('Be brief.'), { role: 'assistant', text: 'Yes.' }] }],
  ])('is one that differs in its %s', (field, spec) => {
    expect(prompted(spec).losses[`Prompt/it spec.${field}`]).toBe('dropped');
    expect(prompted({ ...spec, onUnsupported: 'emulate' }).losses[`Prompt/it spec.${field}`]).toBe('emulated');
  });
});

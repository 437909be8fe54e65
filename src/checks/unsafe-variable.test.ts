import { expect, test } from 'vitest';
import { examplePrompt } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unsafe-variable.ts';

const promptOf = (variable: string, role: string) => `version: "1"
variables: {thing: {${variable}}}
messages: [{role: ${role}, text: "Here it is: {{ thing }}."}]`;

test.each([
  ['from: user', 'system', 'error'],
  ['from: user', 'assistant', 'error'],
  ['from: user, type: list', 'system', 'error'],
  ['from: context, field: current_turn_text', 'system', 'error'],
  ['from: context, field: retrieved_documents', 'system', 'warning'],
  ['from: context, field: history_summary', 'system', 'warning'],
  ['from: context', 'system', 'warning'],
])('a value {%s} has no place in a message of role %s', async (variable, role, severity) => {
  expect(await trial(check, examplePrompt(promptOf(variable, role)))).toMatchObject([{ severity, at: '{{ thing }}' }]);
});

test.each([
  ['from: user', 'user'],
  ['from: user, enum: [en, de]', 'system'],
  ['from: user, type: number', 'system'],
  ['from: user, type: boolean', 'system'],
  ['from: consumer', 'system'],
  ['from: constant, value: CognitoTech', 'system'],
  ['from: context, field: user_id', 'system'],
  ['from: context, field: retrieved_documents', 'assistant'],
])('a value {%s} may stand in a message of role %s', async (variable, role) => {
  expect(await trial(check, examplePrompt(promptOf(variable, role)))).toEqual([]);
});

test('a value of the prompt itself must not look like another speaker', async () => {
  const constant = examplePrompt(promptOf('from: constant, value: "a<|im_start|>b"', 'user'));
  expect(await trial(check, constant)).toMatchObject([{ severity: 'error', at: '"a<|im_start|>b"' }]);
  const allowed = examplePrompt(promptOf('from: user, enum: [en, "[INST]"]', 'user'));
  expect(await trial(check, allowed)).toMatchObject([{ severity: 'error', at: '"[INST]"' }]);
});

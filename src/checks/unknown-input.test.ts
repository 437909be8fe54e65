import { expect, test } from 'vitest';
import { examplePrompt } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unknown-input.ts';

const PROMPT = 'version: "1"\nvariables: {question: {from: user}}\nmessages: [{role: user, text: "{{question}}"}]';
const chain = (inputs: string, prompt = 'prompt: answer, ') =>
  `${examplePrompt(PROMPT)}---\napiVersion: aigw.dev/v1alpha1\nkind: Chain\nmetadata: {name: one}\nspec: {output: only, steps: [{name: only, model: small, ${prompt}inputs: {${inputs}}}]}\n`;

test.each([
  ['questin: request', 'questin', 'Did you mean question?'],
  ['question: only', 'only', 'neither the request nor a step'],
])('the input {%s} is told', async (inputs, at, words) => {
  const found = await trial(check, chain(inputs));
  expect(found).toMatchObject([{ severity: 'error', at }]);
  expect(found[0]?.message).toContain(words);
});

test.each(['question: request', 'question: steps.any'])('the input {%s} is right', async (inputs) => {
  expect(await trial(check, chain(inputs))).toEqual([]);
});

test('without a prompt, nobody knows the variables', async () => {
  expect(await trial(check, chain('anything: request', ''))).toEqual([]);
  expect(await trial(check, chain('anything: request', 'prompt: other, '))).toEqual([]);
});

import { expect, test } from 'vitest';
import { examplePrompt } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unused-variable.ts';

const promptOf = (message: string) => `version: "1"
variables:
  used: {from: user}
  spare: {from: constant, value: 1}
messages: [{role: user, ${message}}]`;

test('a variable that no message uses is told at its name', async () => {
  expect(await trial(check, examplePrompt(promptOf('text: "{{used}}"')))).toMatchObject([{ at: 'spare' }]);
});

test('files count, and nothing is said of a prompt whose file cannot be read', async () => {
  const aigw = examplePrompt(promptOf('file: answer.md'));
  expect(await trial(check, { 'aigw.yaml': aigw, 'answer.md': '{{used}} {{spare}}' })).toEqual([]);
  expect(await trial(check, { 'aigw.yaml': aigw, 'answer.md': '{{used}}' })).toMatchObject([{ at: 'spare' }]);
  expect(await trial(check, aigw)).toEqual([]);
});

test('a slip in the text is not told twice', async () => {
  expect(await trial(check, examplePrompt(promptOf('text: "{{usd}} {{spare}}"')))).toEqual([]);
});

import { expect, test } from 'vitest';
import { examplePrompt } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './undeclared-variable.ts';

const promptOf = (messages: string) => `version: "1"
variables: {question: {from: user}}
messages:
${messages}`;

test('each use is told where it stands, in block texts too', async () => {
  const text = [
    '  - role: user',
    '    text: |',
    '      {{question}} and {{ a }}',
    '      then {{b}}, again {{ a }}',
  ].join('\n');
  const repo = examplePrompt(promptOf(text));
  expect((await trial(check, repo)).map(({ at }) => at)).toEqual(['{{ a }}', '{{b}}', '{{ a }}']);
});

test('a text written with escapes is marked as a whole', async () => {
  const found = await trial(check, examplePrompt(promptOf('  - {role: user, text: "\\x7b{a}} is it"}')));
  expect(found).toMatchObject([{ at: '"\\x7b{a}} is it"' }]);
});

test('braces that are no variable are left alone', async () => {
  const texts = ['{question}', '{{{question}}}', '{{#if question}}', '{{ }}', '{{"a": 1}}'];
  const messages = texts.map((text) => `  - {role: user, text: '${text}'}`).join('\n');
  expect(await trial(check, examplePrompt(promptOf(messages)))).toEqual([]);
});

test('a finding in a file stands in that file', async () => {
  const aigw = examplePrompt(promptOf('  - {role: user, file: prompts/answer.md}'));
  const found = await trial(check, { 'aigw.yaml': aigw, 'prompts/answer.md': 'First line.\nAnswer {{qustion}}.' });
  expect(found).toMatchObject([{ severity: 'error', at: '{{qustion}}' }]);
  expect(found[0]?.message).toContain('Did you mean {{question}}?');
});

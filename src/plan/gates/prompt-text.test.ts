import { expect, test } from 'vitest';
import { judgePromptText, type PromptContent } from './prompt-text.ts';

const chat: PromptContent = {
  template: [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: '{{question}}' },
  ],
  others: [],
};
const [kind, question] = [
  { role: 'system', text: 'Be kind.' },
  { role: 'user', text: '{{question}}' },
] as const;
const text: PromptContent = { template: 'Be kind.', others: [] };

test.each([
  ['a chat that is the same', chat, [kind, question], 'passed', 'are those of the registry'],
  ['a text, whatever its role', text, [{ ...kind, role: 'user' }], 'passed', 'are those of the registry'],
  ['another text', text, [question], 'failed', 'the text differs'],
  ['a text and a chat', text, [kind, question], 'failed', 'the other are 2 messages'],
  ['a chat of another length', chat, [kind], 'failed', 'one has 1 messages, and the other 2'],
  ['a message of another role', chat, [kind, { ...question, role: 'system' }], 'failed', 'message 2 differs'],
  ['a message with a space more', chat, [{ ...kind, text: 'Be kind. ' }, question], 'failed', 'message 1 differs'],
  ['nothing to compare with', undefined, [kind], 'failed', 'there is no text to compare with'],
  [
    'more than a text',
    { ...text, others: ['response format'] },
    [kind],
    'warned',
    'what it has of response format stays there',
  ],
] as const)('%s', (_, content, messages, status, message) => {
  const verdict = judgePromptText(content, messages);
  expect([verdict.status, verdict.message]).toEqual([status, expect.stringContaining(message)]);
});

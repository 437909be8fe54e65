import { expect, test } from 'vitest';
import { examplePrompt, exampleRepo } from '../config/example-repo.ts';
import { countTokens } from '../config/tokens.ts';
import { check } from './prompt-too-long.ts';
import { trial } from './trial.ts';

const CONTEXT = `---
apiVersion: aigw.dev/v1alpha1
kind: ContextPolicy
metadata: {name: session}
spec:
  fields: [{name: retrieved_documents, maxTokens: 50000}]
  budget: {tokens: 60000}
`;

const promptOf = (variables: string, text: string, more = 'mode: replace') => `version: "1"
${more}
variables: {${variables}}
messages: [{role: user, text: "${text}"}]`;

/** Replaces parts of a repo that must be there. */
function edited(repo: string, ...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, repo);
}

const documents = 'documents: {from: context, field: retrieved_documents, maxTokens: 50000}';
const withContext = (tokens: number) =>
  edited(
    examplePrompt(promptOf(`${documents}, question: {from: user, maxTokens: 40000}`, '{{documents}} {{question}}')),
    ['prompt: answer', 'prompt: answer\n  context: session'],
  ) + CONTEXT.replace('60000', String(tokens));

test('the sum is told term by term: text, variables, context and answer', async () => {
  expect(await trial(check, withContext(71_999))).toEqual([]);
  const found = await trial(check, withContext(72_000));
  expect(found.map(({ severity, at }) => [severity, at])).toEqual([
    ['error', 'answer'],
    ['error', 'answer'],
  ]);
  expect(found[0]?.message).toBe(
    'Prompt answer, sent to model large, can take 128,001 tokens, more than its window of 128,000: ' +
      '1 for the fixed text + 40,000 for question + 72,000 for the context session + 16,000 for the answer.',
  );
  expect(found[0]?.related).toEqual(['128000: The window of large.', '72000: The room of the context.']);
});

test('a variable counts with each use', async () => {
  const twice = examplePrompt(promptOf('question: {from: user, maxTokens: 60000}', '{{question}} {{question}}'));
  expect(await trial(check, twice)).toHaveLength(2);
  const once = examplePrompt(promptOf('question: {from: user, maxTokens: 60000}', '{{question}}'));
  expect(await trial(check, once)).toEqual([]);
});

test('a fallback with more room catches what is too long', async () => {
  const repo = edited(
    examplePrompt(promptOf('question: {from: user, maxTokens: 120000}', '{{question}}')),
    ['upstreamModel: gpt-5-mini\n  context: {window: 128000', 'upstreamModel: gpt-5-mini\n  context: {window: 400000'],
    ['tiers:', 'when: [context-too-long]\n    tiers:'],
  );
  expect(await trial(check, repo)).toMatchObject([{ severity: 'warning' }]);
});

test('an output as large as the window is no room kept for the answer, and a fixed length bounds it', async () => {
  const prompt = promptOf('question: {from: user, maxTokens: 120000}', '{{question}}');
  const shared = edited(examplePrompt(prompt), ['output: 16000', 'output: 128000']);
  expect(await trial(check, shared)).toEqual([]);
  const fixed = edited(examplePrompt(prompt), ['  price:', '  parameters: {fixed: {max_tokens: 1000}}\n  price:']);
  expect(await trial(check, fixed)).toEqual([]);
});

test('what clients add counts where the route bounds it and the prompt leaves it in', async () => {
  const prompt = promptOf('', 'Be brief.', 'mode: prepend');
  const repo = edited(examplePrompt(prompt), ['[{model: large}]', '[{model: large, input: {tokens: {max: 112000}}}]']);
  const [found] = await trial(check, repo);
  expect(found?.message).toContain("112,000 for the client's own input");
});

test('the steps of a chain are looked at, with their own prompts', async () => {
  const chain = `---
apiVersion: aigw.dev/v1alpha1
kind: Chain
metadata: {name: two}
spec:
  output: second
  steps: [{name: first, model: small}, {name: second, model: small, prompt: answer, after: [first]}]
`;
  const repo = edited(
    examplePrompt(promptOf('question: {from: user, maxTokens: 120000}', '{{question}}')),
    ['prompt: answer\n  ', ''],
    ['model: large, weight', 'chain: two, weight'],
  );
  expect(await trial(check, repo + chain)).toMatchObject([{ severity: 'error', at: 'answer' }]);
});

test("the prompt's own limit is checked too", async () => {
  const question = 'question: {from: user, maxTokens: 900}';
  const long = promptOf(question, `${'word '.repeat(100)}{{question}}`, 'maxTokens: 1000');
  const [found] = await trial(check, examplePrompt(long));
  expect(found).toMatchObject({ severity: 'warning', at: '1000' });
  const never = examplePrompt(promptOf('', 'word '.repeat(100), 'maxTokens: 100'));
  expect(await trial(check, never)).toMatchObject([{ severity: 'error', at: '100' }]);
});

test('texts that fit by their bytes are never counted', async () => {
  const failing = {
    ...check,
    run: (context: Parameters<typeof check.run>[0]) =>
      check.run({ ...context, countTokens: () => Promise.reject(new Error('counted')) }),
  };
  expect(await trial(failing, withContext(71_000))).toEqual([]);
  await expect(trial(failing, withContext(80_000))).rejects.toThrow('counted');
});

test('with the real tokenizer, texts whose bytes do not fit may fit all the same', async () => {
  const exact = { ...check, run: (context: Parameters<typeof check.run>[0]) => check.run({ ...context, countTokens }) };
  const words = 'customer '.repeat(1000);
  const fits = edited(examplePrompt(promptOf('', words)), [
    'window: 128000, output: 16000',
    'window: 2000, output: 500',
  ]);
  expect(await trial(exact, fits)).toEqual([]);
  const tight = edited(fits, ['window: 2000', 'window: 1400']);
  expect(await trial(exact, tight)).toHaveLength(2);
});

test('a prompt whose file cannot be read, and a repo without prompts, tell nothing', async () => {
  expect(await trial(check, examplePrompt('version: "1"\nmessages: [{role: user, file: a.md}]'))).toEqual([]);
  expect(await trial(check, exampleRepo())).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unknown-local-name.ts';

async function found(kind: string, spec: string) {
  const resource = `---\napiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: it}\nspec: {${spec}}\n`;
  const all = await trial(check, exampleRepo() + resource);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

describe('a chain', () => {
  test('names its own steps', async () => {
    const steps =
      '{name: first, model: small}, {name: second, model: large, after: [frist], inputs: {question: steps.frist, text: request}}';
    expect(await found('Chain', `steps: [${steps}], output: third`)).toEqual([
      'frist: Chain it has no step named frist. Did you mean first?',
      'steps.frist: Chain it has no step named frist. Did you mean first?',
      'third: Chain it has no step named third.',
    ]);
  });

  test('reads answers of steps that have ended', async () => {
    const steps = (after: string) =>
      `{name: a, model: small}, {name: b, model: small, after: [a]}, {name: c, model: small, after: [${after}], inputs: {x: steps.a}}`;
    expect(await found('Chain', `steps: [${steps('b')}], output: c`)).toEqual([]);
    expect(await found('Chain', `steps: [${steps('')}], output: c`)).toEqual([
      'steps.a: Step c of chain it reads the answer of step a, and does not come after it.',
    ]);
  });

  test('does not wait for itself', async () => {
    expect(await found('Chain', 'steps: [{name: a, model: small, inputs: {x: steps.a}}], output: a')).toHaveLength(1);
  });
});

test('a context drops its own fields', async () => {
  expect(
    await found('ContextPolicy', 'fields: [{name: user_id}], budget: {tokens: 9, drop: [user_id, session_id]}'),
  ).toEqual(['session_id: ContextPolicy it has no field named session_id.']);
});

test('access is given to tools that are offered', async () => {
  const server = 'url: https://crm.example.com/mcp, tools: {allow: [find, open]}';
  expect(await found('ToolServer', `${server}, access: [{name: opne, consumers: [app]}]`)).toEqual([
    'opne: ToolServer it has no allowed tool named opne. Did you mean open?',
  ]);
});

import { describe, expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './missing-capability.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const MATCH = '  match: [{model: large}]';
const CAPABILITIES = 'capabilities: [chat, tools, streaming]';
const requires = (...names: string[]): Edit => [MATCH, `${MATCH}\n  requires: [${names}]`];

function resource(kind: string, name: string, spec: string): string {
  return `---\napiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

async function found(more: string, ...edits: Edit[]) {
  const all = await trial(check, exampleRepo(...edits) + more);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

describe('a route', () => {
  test('asks its backends and fallbacks', async () => {
    const oneSees: Edit = [CAPABILITIES, 'capabilities: [chat, vision]'];
    expect(await trial(check, exampleRepo(requires('vision', 'chat'), oneSees))).toEqual([
      {
        severity: 'error',
        at: 'small',
        message: 'Model small lacks vision, which route chat needs.',
        related: ['vision: Route chat asks for it.', '[chat, tools, streaming]: What small can do.'],
      },
    ]);
  });

  test('asks for vision where it matches images', async () => {
    expect(await found('', [MATCH, '  match: [{model: large}, {input: {type: image}}]'])).toEqual([
      'large: Model large lacks vision, which input of type image needs.',
      'small: Model small lacks vision, which input of type image needs.',
    ]);
  });

  test('with a prompt asks for models that write', async () => {
    const prompt = resource('Prompt', 'answer', '{version: "1", messages: [{role: system, text: Be short.}]}');
    const embeds: Edit = [CAPABILITIES, 'capabilities: [embeddings]'];
    expect(await found(prompt, embeds, [MATCH, `${MATCH}\n  prompt: answer`])).toEqual([
      'large: Model large lacks chat or completion, which the prompt of route chat needs.',
    ]);
  });

  test('asks the last step of a chain, however deep, and no other', async () => {
    const chains =
      resource('Chain', 'outer', '{steps: [{name: a, model: small}, {name: b, chain: inner}], output: b}') +
      resource('Chain', 'inner', '{steps: [{name: c, model: large}, {name: d, model: small}], output: d}');
    const chain: Edit = ['name: main, model: large', 'name: main, chain: outer'];
    const oneSees: Edit = [CAPABILITIES, 'capabilities: [chat, vision]'];
    const alone: Edit = ['  fallback:\n    tiers: [[{model: small}]]\n', ''];
    expect(await found(chains, chain, oneSees, alone, requires('vision'))).toEqual([
      'small: Model small lacks vision, which route chat needs.',
    ]);
  });

  test('does not follow chains round and round', async () => {
    const chains = resource('Chain', 'outer', '{steps: [{name: a, chain: outer}], output: a}');
    expect(await found(chains, ['name: main, model: large', 'name: main, chain: outer'], requires('chat'))).toEqual([]);
  });

  test('asks what budgets switch to', async () => {
    const budget = (models: string) =>
      resource(
        'Budget',
        'daily',
        `{for: {each: gateway${models}}, limit: {amount: 1, currency: USD, per: 1d}, exceeded: {action: switch, model: small}}`,
      );
    const edits: Edit[] = [
      requires('vision'),
      [CAPABILITIES, 'capabilities: [chat, vision]'],
      ['  fallback:\n    tiers: [[{model: small}]]\n', ''],
      ['limits: [fair-share]', 'budgets: [daily]'],
    ];
    expect(await found(budget(''), ...edits)).toEqual(['small: Model small lacks vision, which route chat needs.']);
    expect(await found(budget(', models: [small]'), ...edits)).toEqual([]);
  });
});

test('a semantic cache and retrieval need embeddings, a summary needs a model that writes', async () => {
  const cache = resource('Cache', 'faq', '{type: semantic, ttl: 1h, semantic: {threshold: 0.9, model: small}}');
  const context = resource(
    'ContextPolicy',
    'session',
    '{budget: {tokens: 900}, fields: [{name: retrieved_documents, overflow: retrieve, model: small}, {name: history_summary, overflow: summarise, model: large}]}',
  );
  const embeds: Edit = [CAPABILITIES, 'capabilities: [embeddings]'];
  expect(await found(cache + context, embeds)).toEqual([
    'small: Model small lacks embeddings, which semantic cache faq needs.',
    'small: Model small lacks embeddings, which retrieval for retrieved_documents needs.',
    'large: Model large lacks chat or completion, which the summary of history_summary needs.',
  ]);
});

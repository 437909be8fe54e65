import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { valueAt } from '../lib/json.ts';
import type { Resource } from './model.ts';
import { referencesOf } from './references.ts';
import { resourceOf } from './resource.ts';
import { fieldsOf } from './schema-fields.ts';
import { environmentSites, expressionSites, referenceSites, secretSites } from './schema-sites.ts';
import { KINDS } from './schema-types.ts';
import { subjectsIn } from './testing/changes.ts';
import { resource } from './testing/telling.ts';

function read(text: string): Resource[] {
  return subjectsIn('a.yaml', text).map(({ kind, document }) => resourceOf(kind, [document]));
}

function named(text: string): string[] {
  return read(text)
    .flatMap(referencesOf)
    .map(({ kind, name, path, mention }) => `${kind} ${name} at ${path.join('.')}${mention ? ' (mention)' : ''}`);
}

describe('referencesOf', () => {
  test('finds names at any depth, with their places and what they are for', () => {
    const spec = `match: [{model: m}, {consumers: [app]}]
backends: [{name: a, model: large, weight: 50}, {name: b, chain: c, prompt: p, weight: 50}]
fallback: {tiers: [[{model: small}], [{model: tiny}]]}
guardrails: [pii]
api: {replacement: other}`;
    expect(named(resource('Route', spec, '{name: a, team: ml}'))).toEqual([
      'Team ml at metadata.team',
      'Consumer app at spec.match.1.consumers.0 (mention)',
      'Route other at spec.api.replacement (mention)',
      'Guardrail pii at spec.guardrails.0',
      'Model large at spec.backends.0.model',
      'Chain c at spec.backends.1.chain',
      'Prompt p at spec.backends.1.prompt',
      'Model small at spec.fallback.tiers.0.0.model',
      'Model tiny at spec.fallback.tiers.1.0.model',
    ]);
  });

  test('takes a wildcard for no name', () => {
    expect(named(resource('Consumer', 'models: ["*"]'))).toEqual([]);
    expect(named(resource('Consumer', 'models: [small]'))).toEqual(['Model small at spec.models.0 (mention)']);
  });

  test('finds in the example repos what stands there', () => {
    const resources = globSync('fixtures/*/**/*.yaml').flatMap((path) => read(readFileSync(path, 'utf8')));
    const references = resources.flatMap(referencesOf);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter(({ from, path, name }) => valueAt(from.written, path) !== name)).toEqual([]);
  });
});

describe('the sites of names, expressions and secrets', () => {
  test('are fields of the language, and all of them', () => {
    for (const kind of KINDS) {
      const sites = [...referenceSites(kind), ...environmentSites(kind)].map(({ path }) =>
        path.join('.').replace(/\.\*$/, ''),
      );
      const fields = fieldsOf(kind).filter(({ node }) => {
        const item = node.items ?? node;
        return item['x-ref'] !== undefined || item['x-environment'] === true;
      });
      expect(sites.sort()).toEqual(fields.map(({ path }) => path.join('.')).sort());
    }
  });

  test('know where regular expressions stand', () => {
    expect(expressionSites('Route').map((path) => path.join('.'))).toContain('spec.match.*.headers.*.regex');
    expect(expressionSites('Guardrail')).toEqual([['spec', 'patterns', '*', 'regex']]);
    expect(expressionSites('Team')).toEqual([]);
  });

  test('know where secrets stand', () => {
    expect(secretSites('Provider')).toEqual([
      ['spec', 'credential'],
      ['spec', 'tls', 'ca'],
    ]);
    expect(secretSites('Model')).toContainEqual(['spec', 'serving', 'env', '*']);
  });
});

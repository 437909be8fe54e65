import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ResolvedConfig } from '../../config/model.ts';
import { assembleRepo } from '../../config/repo.ts';
import { type Json, type JsonObject, valueAt } from '../../lib/json.ts';
import { lossesOf } from '../support.ts';
import { target } from './target.ts';

const path = join(import.meta.dirname, '../../../fixtures/targets/envoy-ai-gateway/consumers/aigw.yaml');
const text = readFileSync(path, 'utf8');

function configOf(source: string, environment = 'prod'): ResolvedConfig {
  const config = assembleRepo([{ path: 'aigw.yaml', text: source }]).resolve(environment, new Map());
  if (config === undefined) throw new Error('the repo has no such environment');
  return config;
}

function gatewayOf(config: ResolvedConfig, name: string) {
  const gateway = config.find('Gateway', name);
  if (gateway === undefined) throw new Error(`no gateway ${name}`);
  return gateway;
}

function objectsOf(config: ResolvedConfig, name: string): readonly JsonObject[] {
  const { files } = target.render({ config, gateway: gatewayOf(config, name) });
  return files.flatMap(({ content }) => (content.kind === 'objects' ? content.objects : []));
}

function policies(objects: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  const found = objects.filter(({ kind }) => kind === 'SecurityPolicy');
  return new Map(found.map((object) => [String(valueAt(object, ['metadata', 'name'])), object['spec'] as JsonObject]));
}

function rulesOf(policy: JsonObject | undefined): readonly Json[] {
  return (valueAt(policy, ['authorization', 'rules']) ?? []) as readonly Json[];
}

const ruleNames = (policy: JsonObject | undefined) => rulesOf(policy).map((rule) => valueAt(rule, ['name']));
const keyIds = (policy: JsonObject | undefined) => valueAt(rulesOf(policy)[0], ['principal', 'headers', 0, 'values']);

describe('who may call', () => {
  test('no consumers: nobody', () => {
    const all = policies(objectsOf(configOf(text), 'closed'));
    expect([...all.values()].map((policy) => policy['authorization'])).toEqual([{ defaultAction: 'Deny', rules: [] }]);
  });

  test('every policy refuses whom no rule lets in, and every rule lets somebody in', () => {
    for (const name of ['both', 'tokens', 'closed']) {
      for (const policy of policies(objectsOf(configOf(text), name)).values()) {
        expect(valueAt(policy, ['authorization', 'defaultAction'])).toBe('Deny');
        for (const rule of rulesOf(policy)) expect(valueAt(rule, ['action'])).toBe('Allow');
      }
    }
  });

  test('keys and tokens: a door for each, and rules for both behind them', () => {
    const all = policies(objectsOf(configOf(text), 'both'));
    expect(Object.keys(all.get('both-door-keys') ?? {})).toEqual(['targetRefs', 'apiKeyAuth', 'authorization']);
    expect(Object.keys(all.get('both-door-tokens') ?? {})).toEqual(['targetRefs', 'jwt', 'authorization']);
    expect(all.get('both-small')).not.toHaveProperty('apiKeyAuth');
    expect(ruleNames(all.get('both-small'))).toEqual(['keys', 'analysts-1', 'analysts-2', 'analysts-3', 'analysts-4']);
  });

  test('a route is for those whom it names and who may use all of its models', () => {
    const all = policies(objectsOf(configOf(text), 'both'));
    expect(keyIds(all.get('both-small'))).toEqual(['bot', 'bot-next', 'apiKey']);
    expect(keyIds(all.get('both-large'))).toEqual(['apiKey']);
  });

  test('one kind of proof: no doors, and a policy only for routes that fewer may use', () => {
    const all = policies(objectsOf(configOf(text), 'tokens'));
    expect([...all.keys()].sort()).toEqual(['tokens', 'tokens-large']);
    expect(ruleNames(all.get('tokens-large'))).toEqual(['analysts-1', 'analysts-2', 'analysts-3', 'analysts-4']);
  });

  test('certificates are checked by the listener', () => {
    const objects = objectsOf(configOf(text), 'certificates');
    const listener = objects.find(({ kind }) => kind === 'ClientTrafficPolicy');
    expect(valueAt(listener, ['spec', 'tls', 'clientValidation', 'subjectAltNames'])).toEqual({
      uris: [{ type: 'Exact', value: 'spiffe://example.com/machine' }],
    });
    expect(valueAt(policies(objects).get('certificates'), ['authorization', 'defaultAction'])).toBe('Allow');
  });

  test('with a store, keys bear the names of their consumers', () => {
    const objects = objectsOf(configOf(text, 'store'), 'both');
    const secret = objects.find(({ kind }) => kind === 'ExternalSecret');
    const data = (valueAt(secret, ['spec', 'data']) ?? []) as readonly Json[];
    expect(data.map((entry) => valueAt(entry, ['secretKey']))).toEqual(['bot', 'bot.2', 'job']);
    expect(keyIds(policies(objects).get('both-small'))).toEqual(['bot', 'bot.2', 'job']);
  });

  test('two keys of the same name: the second is left out, and the loss report says so', () => {
    const config = configOf(text.replace('{secret: job, key: apiKey}', '{secret: job, key: bot}'));
    expect(keyIds(policies(objectsOf(config, 'both')).get('both-small'))).toEqual(['bot', 'bot-next']);
    const losses = lossesOf(target, config, gatewayOf(config, 'both'));
    expect(losses.find(({ name, field }) => name === 'job' && field === 'spec.auth[0].apiKey')).toMatchObject({
      status: 'dropped',
    });
  });

  test('clients cannot say who they are in the headers in which the gateway does', () => {
    const listener = objectsOf(configOf(text), 'both').find(({ kind }) => kind === 'ClientTrafficPolicy');
    expect(valueAt(listener, ['spec', 'headers', 'earlyRequestHeaders', 'remove'])).toEqual([
      'x-ai-eg-model',
      'x-ai-eg-original-path',
      'x-aigw-consumer',
      'x-aigw-claim-roles',
      'x-aigw-claim-tenant',
    ]);
  });
});

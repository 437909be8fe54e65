import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { celEnv, celUint, parse, plan } from '@bufbuild/cel';
import { describe, expect, test } from 'vitest';
import type { ResolvedConfig } from '../../config/model.ts';
import { assembleRepo } from '../../config/repo.ts';
import { type Json, type JsonObject, valueAt } from '../../lib/json.ts';
import { isWindow, windowLimit } from './limits.ts';
import { target } from './target.ts';

const path = join(import.meta.dirname, '../../../fixtures/targets/envoy-ai-gateway/limits/aigw.yaml');
const text = readFileSync(path, 'utf8');

function objectsOf(source: string): readonly JsonObject[] {
  const config: ResolvedConfig | undefined = assembleRepo([{ path: 'aigw.yaml', text: source }]).resolve(
    'prod',
    new Map(),
  );
  const gateway = config?.find('Gateway', 'llm');
  if (config === undefined || gateway === undefined) throw new Error('the repo has no gateway llm');
  const { files } = target.render({ config, gateway });
  return files.flatMap(({ content }) => (content.kind === 'objects' ? content.objects : []));
}

function specOf(objects: readonly JsonObject[], kind: string, name: string): Json | undefined {
  return objects.find((object) => object['kind'] === kind && valueAt(object, ['metadata', 'name']) === name)?.['spec'];
}

/** The value of a cost, in parts of a dollar. */
function costOf(cel: string, variables: Readonly<Record<string, number | string>>): bigint {
  const counts = ['input', 'cached_input', 'cache_creation_input', 'output', 'reasoning', 'total'];
  const zero = Object.fromEntries(counts.map((name) => [`${name}_tokens`, celUint(0n)]));
  const given = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === 'number' ? celUint(BigInt(value)) : value,
  ]);
  const result = plan(celEnv(), parse(cel))({ ...zero, ...Object.fromEntries(given) });
  if (typeof result === 'object' && result !== null && 'value' in result) return result.value as bigint;
  throw new Error(`no whole number: ${String(result)}`);
}

describe('windows', () => {
  test('one that Envoy counts in stays as it is', () => {
    expect(windowLimit(600, '1m')).toEqual({ requests: 600, unit: 'Minute' });
    expect(windowLimit(5, '1mo')).toEqual({ requests: 5, unit: 'Month' });
    expect(['1s', '60s', '1m', '1h', '24h', '1d', '1mo', '1y'].every(isWindow)).toBe(true);
  });

  test('any other is scaled down to the longest that fits, and never to nothing', () => {
    expect(windowLimit(600, '5m')).toEqual({ requests: 120, unit: 'Minute' });
    expect(windowLimit(7000, '1w')).toEqual({ requests: 1000, unit: 'Day' });
    expect(windowLimit(1, '90s')).toEqual({ requests: 1, unit: 'Minute' });
    expect(['5m', '90s', '1w', '2d'].some(isWindow)).toBe(false);
  });
});

describe('money', () => {
  const costs = valueAt(specOf(objectsOf(text), 'AIGatewayRoute', 'llm-large'), ['llmRequestCosts']) as readonly Json[];
  const cel = String(
    valueAt(
      costs.find((cost) => valueAt(cost, ['metadataKey']) === 'aigw_usd_5'),
      ['cel'],
    ),
  );

  test('is counted by the model that answers', () => {
    const tokens = { input_tokens: 1_000_000, output_tokens: 100_000 };
    // 1.25 + 1.00 dollars and 0.005 for the request, in hundred-thousandths.
    expect(costOf(cel, { backend: 'aigw/llm-large/route/llm-large/rule/0/ref/0', ...tokens })).toBe(225_500n);
    expect(costOf(cel, { backend: 'aigw/llm-small/route/llm-large/rule/0/ref/1', ...tokens })).toBe(14_000n);
    expect(costOf(cel, { backend: 'aigw/llm-other/route/llm-large/rule/0/ref/2', ...tokens })).toBe(0n);
  });

  test('tells cached, written and thought tokens apart from the others that they are among', () => {
    const backend = 'aigw/llm-large/route/llm-large/rule/0/ref/0';
    const tokens = { input_tokens: 1000, cached_input_tokens: 400, cache_creation_input_tokens: 100 };
    const written = { output_tokens: 200, reasoning_tokens: 50 };
    // (500 × 1.25 + 400 × 0.125 + 100 × 1.5 + 150 × 10 + 50 × 12) / 1e6 + 0.005 dollars.
    expect(costOf(cel, { backend, ...tokens, ...written })).toBe(792n);
  });
});

describe('allowances', () => {
  const policy = specOf(objectsOf(text), 'BackendTrafficPolicy', 'llm');
  const rules = valueAt(policy, ['rateLimit', 'global', 'rules']) as readonly Json[];

  test('of requests are shared between routes, unless each route has its own', () => {
    const requests = text
      .replaceAll(/\{tokens: \d+(, count: \w+)?,/g, '{requests: 9,')
      .replaceAll(/budgets: \[[^\]]*\]/g, 'budgets: []');
    const own = specOf(objectsOf(requests), 'BackendTrafficPolicy', 'llm');
    const all = valueAt(own, ['rateLimit', 'global', 'rules']) as readonly Json[];
    const byRoute = all.filter((rule) => valueAt(rule, ['shared']) === false);
    expect(all.length).toBeGreaterThan(byRoute.length);
    expect(byRoute.map((rule) => valueAt(rule, ['limit']))).toEqual([{ requests: 1000, unit: 'Day' }]);
  });

  test('are shared by no routes where tokens or money are counted, which shared rules ignore', () => {
    expect(rules.filter((rule) => valueAt(rule, ['shared']) !== false)).toEqual([]);
  });

  test('of tokens and money cost nothing to ask for', () => {
    const charged = rules.filter((rule) => valueAt(rule, ['cost']) !== undefined);
    expect(charged.length).toBeGreaterThan(3);
    for (const rule of charged) expect(valueAt(rule, ['cost', 'request'])).toEqual({ from: 'Number', number: 0 });
  });

  test('are kept by routes with a policy of their own', () => {
    expect(valueAt(specOf(objectsOf(text), 'BackendTrafficPolicy', 'llm-small'), ['mergeType'])).toBe('StrategicMerge');
  });

  test('that are counted by consumer leave the consumer in the request until it ends', () => {
    const removed = (source: string): Json | undefined =>
      valueAt(specOf(objectsOf(source), 'AIServiceBackend', 'llm-small'), ['headerMutation', 'remove']);
    expect(removed(text)).not.toContain('x-aigw-consumer');
    const uncounted = text
      .replace('limits: [share, by-route, all-large, bots]', 'limits: []')
      .replace('{limits: [by-team], budgets: [monthly]}', '{}');
    expect(removed(uncounted)).toContain('x-aigw-consumer');
  });

  test('that a budget only tells of are none', () => {
    const own = specOf(objectsOf(text), 'BackendTrafficPolicy', 'llm-large');
    const limits = (valueAt(own, ['rateLimit', 'global', 'rules']) as readonly Json[]).map((rule) =>
      valueAt(rule, ['limit']),
    );
    expect(limits).not.toContainEqual({ requests: 1_000_000, unit: 'Day' });
  });
});

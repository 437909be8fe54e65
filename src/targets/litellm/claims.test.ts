import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { claimsOf, nextClaim } from './claims.ts';
import { resolved } from './trial.ts';

const backends = [{ name: 'main', model: 'small', weight: 100 }];

/** Routes a, b, c … with these matches, in this order, as `route name(limit)`. */
function claimed(...matches: readonly JsonObject[][]): readonly string[] {
  return claims(...matches).map(
    ({ route, name, maxTokens }) => `${route.name} ${name}${maxTokens === undefined ? '' : `(${maxTokens})`}`,
  );
}

function claims(...matches: readonly JsonObject[][]) {
  const names = matches.map((_, index) => 'abcdef'.charAt(index));
  const routes = Object.fromEntries(names.map((name, index) => [name, { match: matches[index] ?? [], backends }]));
  const { config } = resolved({
    Route: routes,
    Model: { small: { aliases: ['mini', 'tiny'] } },
    Gateway: { llm: { routes: names } },
  });
  return claimsOf(
    config,
    names.flatMap((name) => config.find('Route', name) ?? []),
  );
}

describe('the names of routes', () => {
  test('are those that clients may ask for', () => {
    expect(claimed([{ model: 'one' }, { model: 'two' }])).toEqual(['a one', 'a two']);
  });

  test('include the aliases of a model of that name', () => {
    expect(claimed([{ model: 'small' }])).toEqual(['a small', 'a mini', 'a tiny']);
  });

  test('are beginnings, or anything', () => {
    expect(claimed([{ model: { prefix: 'gpt-' } }], [{}])).toEqual(['a gpt-*', 'b *']);
    expect(claimed([{ model: { present: true } }])).toEqual(['a *']);
  });

  test('are none where LiteLLM has no word for what is asked', () => {
    expect(claimed([{ model: { regex: 'a+' } }, { model: { present: false } }, { model: 'b' }])).toEqual(['a b']);
  });

  test('belong to the first route that takes them', () => {
    expect(claimed([{ model: 'one' }], [{ model: 'one' }, { model: 'two' }])).toEqual(['a one', 'b two']);
    expect(claimed([{ model: { prefix: 'o' } }], [{ model: 'one' }, { model: { prefix: 'on' } }])).toEqual(['a o*']);
    expect(claimed([{}], [{ model: 'one' }])).toEqual(['a *']);
  });

  test('stay where a later pattern is wider', () => {
    expect(claimed([{ model: 'one' }], [{ model: { prefix: 'o' } }])).toEqual(['a one', 'b o*']);
  });

  test('are shared where the first route takes short inputs alone', () => {
    const short = { model: 'one', input: { tokens: { max: 100 } } };
    expect(claimed([short], [{ model: 'one' }], [{ model: 'one' }])).toEqual(['a one(100)', 'b one']);
    const [first, second] = claims([short], [{}]);
    expect(first && nextClaim([first, ...(second ? [second] : [])], first)?.name).toBe('*');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areDisjoint, type HeaderCondition, isExact, patternOf } from './conditions.ts';
import { addedConditions, MOST_CONDITIONS, type OrderedRoute, orderOf } from './order.ts';

const names = ['model', 'tier', 'host'];
const values = ['one', 'oneself', 'two', 'gold'];

const testArbitrary = fc.oneof(
  fc.constantFrom(...values).map((word) => ({ kind: 'words' as const, words: [word] })),
  fc.constantFrom('one', 't', 'go').map((prefix) => ({ kind: 'prefix' as const, prefix })),
  fc.constantFrom('(one|two)', '.*o.*').map((pattern) => ({ kind: 'pattern' as const, pattern })),
  fc.constant({ kind: 'present' as const }),
);
const conditions = fc
  .dictionary(fc.constantFrom(...names), testArbitrary, { maxKeys: 3 })
  .map((entries): readonly HeaderCondition[] => Object.entries(entries).map(([name, test]) => ({ name, test })));
const routes = fc.array(
  fc
    .array(
      conditions.map((all) => ({ conditions: all, guards: [], path: 0 })),
      { minLength: 1, maxLength: 2 },
    )
    .map((matches): OrderedRoute => ({ matches })),
  { minLength: 1, maxLength: 5 },
);
const request = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values));

function holds({ name, test }: HeaderCondition, headers: Readonly<Record<string, string>>): boolean {
  const value = headers[name] ?? (name.startsWith('x-aigw-order-') ? '1' : undefined);
  return value !== undefined && new RegExp(`^(?:${patternOf(test)})$`).test(value);
}

/** The route that Envoy Gateway takes: the most header conditions, then the most exact ones; of equals, whichever. */
function winners(all: readonly OrderedRoute[], added: readonly (readonly number[])[], headers: Record<string, string>) {
  const candidates = all.flatMap(({ matches }, route) =>
    matches.flatMap((match, index) => {
      const whole = [...match.conditions, ...addedConditions(added[route]?.[index] ?? 0)];
      const rank = whole.length * 100 + whole.filter(({ test }) => isExact(test)).length;
      return whole.every((condition) => holds(condition, headers)) ? [{ route, rank }] : [];
    }),
  );
  const best = Math.max(...candidates.map(({ rank }) => rank));
  return [...new Set(candidates.filter(({ rank }) => rank === best).map(({ route }) => route))];
}

describe('the order of routes', () => {
  test('makes the first route that matches win, whatever the request', () => {
    fc.assert(
      fc.property(routes, request, (all, headers) => {
        const { added, uncertain } = orderOf(all);
        const first = all.findIndex(({ matches }) =>
          matches.some((match) => match.conditions.every((condition) => holds(condition, headers))),
        );
        if (first === -1 || uncertain.length > 0) return;
        expect(winners(all, added, headers)).toEqual([first]);
      }),
      { numRuns: 2000 },
    );
  });

  test('adds nothing to routes that no request can both match', () => {
    const exactly = (word: string): OrderedRoute => ({
      matches: [{ conditions: [{ name: 'model', test: { kind: 'words', words: [word] } }], guards: [], path: 0 }],
    });
    expect(orderOf([exactly('one'), exactly('two'), exactly('three')]).added).toEqual([[0], [0], [0]]);
  });

  test('says which pair it cannot make certain: where paths decide, and where there is no room for more conditions', () => {
    const at = (path: number, count: number): OrderedRoute => ({
      matches: [
        {
          conditions: Array.from({ length: count }, (_, index) => ({ name: `h${index}`, test: { kind: 'present' } })),
          guards: [],
          path,
        },
      ],
    });
    expect(orderOf([at(0, 0), at(5, 0)]).uncertain).toEqual([[0, 1]]);
    expect(orderOf([at(5, 0), at(0, 9)]).uncertain).toEqual([]);
    expect(orderOf([at(0, MOST_CONDITIONS), at(0, MOST_CONDITIONS), at(0, MOST_CONDITIONS)]).uncertain).toEqual([
      [1, 2],
      [0, 1],
      [0, 2],
    ]);
  });

  test('takes conditions for disjoint only where no value fulfils both', () => {
    fc.assert(
      fc.property(conditions, conditions, request, (a, b, headers) => {
        const isBoth = [...a, ...b].every((condition) => holds(condition, headers));
        expect(areDisjoint(a, b) && isBoth).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

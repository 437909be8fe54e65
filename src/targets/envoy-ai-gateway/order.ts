// The language tries routes in the order in which a gateway lists them; Gateway API tries the most specific first: among matches with the
// same path, the one with more header conditions, then with more exact ones, then the older object (Envoy Gateway 1.8.1,
// internal/gatewayapi/sort.go). So a match that must win over a later one is given conditions that always hold, on headers
// that the listener sets, until it counts as the more specific of the two.
import { areDisjoint, type HeaderCondition, isExact, MODEL_HEADER } from './conditions.ts';

/** A header that the listener sets on every request, for conditions that always hold. */
export function orderHeader(number: number): string {
  return `x-aigw-order-${number}`;
}

/** The most header conditions that a match may have in Gateway API. */
export const MOST_CONDITIONS = 16;

/** A route's alternatives. */
export interface OrderedRoute {
  readonly matches: readonly OrderedMatch[];
}

export interface OrderedMatch {
  readonly conditions: readonly HeaderCondition[];
  /** Further conditions that Gateway API does not count as header conditions, such as on the path. */
  readonly guards: readonly HeaderCondition[];
  /** Compared before the conditions: how specific the path is. */
  readonly path: number;
}

export interface Order {
  /** For each route and each of its matches: how many conditions that always hold are to be added. */
  readonly added: readonly (readonly number[])[];
  /** The most that had to be added to any match. */
  readonly most: number;
  /** Pairs of routes, by index, of which the first ought to win and may not. */
  readonly uncertain: readonly (readonly [number, number])[];
}

/** What makes the given order certain, from the last route to the first. */
export function orderOf(routes: readonly OrderedRoute[]): Order {
  const added: number[][] = routes.map(() => []);
  const uncertain: [number, number][] = [];
  const seen: Seen = { byModel: new Map(), open: [] };
  for (let index = routes.length - 1; index >= 0; index--) {
    const route = routes[index] ?? { matches: [] };
    added[index] = route.matches.map((match) => {
      let count = 0;
      for (const later of laterThan(match, seen)) {
        const needed = neededFor(match, routes[later], added[later] ?? []);
        if (needed === undefined) uncertain.push([index, later]);
        else count = Math.max(count, needed);
      }
      return count;
    });
    see(seen, route, index);
  }
  return { added, most: Math.max(0, ...added.map((counts) => Math.max(0, ...counts))), uncertain };
}

/** The routes behind the one at hand, from the last: by the one model that they ask for, and those that ask otherwise. */
interface Seen {
  readonly byModel: Map<string, number[]>;
  readonly open: number[];
}

function see({ byModel, open }: Seen, { matches }: OrderedRoute, index: number): void {
  const models = matches.map(modelOf);
  if (models.includes(undefined)) open.push(index);
  for (const model of new Set(models)) {
    if (model === undefined) continue;
    const known = byModel.get(model);
    if (known === undefined) byModel.set(model, [index]);
    else known.push(index);
  }
}

/** The later routes that may overlap a match, in their order: two that each ask for one model, and not the same, do not. */
function laterThan(match: OrderedMatch, { byModel, open }: Seen): readonly number[] {
  const model = modelOf(match);
  const named = model === undefined ? [...byModel.values()].flat() : (byModel.get(model) ?? []);
  return [...new Set([...named, ...open])].toSorted((a, b) => a - b);
}

/** The only model that a match takes requests for. */
function modelOf({ conditions }: OrderedMatch): string | undefined {
  const test = conditions.find(({ name }) => name === MODEL_HEADER)?.test;
  return test !== undefined && isExact(test) ? test.words[0] : undefined;
}

/** How many conditions let `match` win over every match of a later route that overlaps it; undefined where none do. */
function neededFor(match: OrderedMatch, later: OrderedRoute | undefined, added: readonly number[]): number | undefined {
  let most = 0;
  for (const [index, other] of (later?.matches ?? []).entries()) {
    if (areDisjoint(allOf(match), allOf(other)) || match.path > other.path) continue;
    if (match.path < other.path) return undefined;
    const [count, exact] = rankOf(match, 0);
    const [otherCount, otherExact] = rankOf(other, added[index] ?? 0);
    const short = Math.max(0, otherCount - count);
    const needed = count + short > otherCount || exact + short > otherExact ? short : short + 1;
    if (count + needed > MOST_CONDITIONS) return undefined;
    most = Math.max(most, needed);
  }
  return most;
}

function allOf({ conditions, guards }: OrderedMatch): readonly HeaderCondition[] {
  return [...conditions, ...guards];
}

function rankOf({ conditions }: OrderedMatch, added: number): readonly [number, number] {
  return [conditions.length + added, conditions.filter(({ test }) => isExact(test)).length + added];
}

/** The conditions that are added to a match. */
export function addedConditions(count: number): readonly HeaderCondition[] {
  return Array.from({ length: count }, (_, index) => ({
    name: orderHeader(index + 1),
    test: { kind: 'words', words: ['1'] },
  }));
}

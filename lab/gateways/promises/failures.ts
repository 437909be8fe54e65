// What happens when upstreams fail.
import { parseDuration } from '../../../src/lib/quantity.ts';
import type { Behaviour } from '../../fakes/upstream.ts';
import type { Made, Row, Situation } from './promise.ts';
import { behaving, modelsIn } from './situation.ts';

/** Milliseconds. Longer times are left out: they differ in their number alone. */
const LONGEST = 5000;

export const failures: readonly Row[] = [
  { fields: ['Route.timeout.total'], make: endsInTime },
  { fields: ['Route.retry'], exactly: true, make: triesAgain },
  {
    fields: ['Route.fallback'],
    make: (situation) => [
      ...fallsBack(situation, 'error', 'say 500', { status: 500 }),
      ...fallsBack(situation, 'error', 'hang up', { drop: true }),
      ...fallsBack(situation, 'rate-limited', 'say 429', { status: 429 }),
    ],
  },
  { fields: ['Route.fallback', 'Route.retry.perTry'], make: fallsBackInTime },
  { fields: ['Route.fallback.tiers'], make: fallsBackTwice },
];

function endsInTime(situation: Situation): readonly Made[] {
  const limit = situation.route.spec.timeout?.total;
  const total = limit === undefined ? Number.POSITIVE_INFINITY : parseDuration(limit);
  if (total > LONGEST) return [];
  const given = behaving(situation, ['backend', 'fallback'], { delay: total + 3000 });
  const took = { min: total * 0.8, max: total + 2000 };
  return [{ name: `gives up after ${limit}`, given, expected: { status: [408, 500, 502, 503, 504], took } }];
}

function triesAgain(situation: Situation): readonly Made[] {
  const { retry } = situation.route.spec;
  const [primary, ...more] = modelsIn(situation, 'backend');
  if (retry === undefined || primary === undefined || more.length > 0) return [];
  const tries = retry.when.includes('5xx') ? 1 + retry.attempts : 1;
  const asked = Array.from({ length: tries }, () => primary.name);
  const [fallback] = tierIn(situation, 0);
  const given = behaving(situation, ['backend'], { status: 503 });
  const name = tries === 1 ? 'does not try again after a 503' : `tries ${tries} times when upstreams say 503`;
  const expected =
    fallback === undefined || situation.route.spec.fallback?.when.includes('error') !== true
      ? { status: [502, 503, 500], asked }
      : { status: [200], asked: [...asked, fallback] };
  return [{ name, given, expected }];
}

type Cause = 'error' | 'timeout' | 'rate-limited';

function fallsBack(situation: Situation, cause: Cause, what: string, behaviour: Behaviour): readonly Made[] {
  const answeredBy = tierIn(situation, 0);
  if (answeredBy.length === 0 || situation.route.spec.fallback?.when.includes(cause) !== true) return [];
  const given = behaving(situation, ['backend'], behaviour);
  return [{ name: `falls back when upstreams ${what}`, given, expected: { status: [200], answeredBy } }];
}

function fallsBackInTime(situation: Situation): readonly Made[] {
  const { retry, timeout } = situation.route.spec;
  const each = retry?.perTry === undefined ? Number.POSITIVE_INFINITY : parseDuration(retry.perTry);
  const total = timeout?.total === undefined ? Number.POSITIVE_INFINITY : parseDuration(timeout.total);
  const tries = retry?.when.includes('timeout') === true ? 1 + retry.attempts : 1;
  if (each > LONGEST || each * (tries + 1) > total) return [];
  return fallsBack(situation, 'timeout', `take longer than ${retry?.perTry}`, { delay: each + 2000 });
}

function fallsBackTwice(situation: Situation): readonly Made[] {
  const answeredBy = tierIn(situation, 1);
  if (answeredBy.length === 0 || situation.route.spec.fallback?.when.includes('error') !== true) return [];
  const failing = [...modelsIn(situation, 'backend').map(({ name }) => name), ...tierIn(situation, 0)];
  const given = Object.fromEntries(failing.map((name) => [name, { status: 500 }]));
  return [{ name: 'falls back to its second tier', given, expected: { status: [200], answeredBy } }];
}

function tierIn(situation: Situation, index: number): readonly string[] {
  const names = new Set((situation.route.spec.fallback?.tiers[index] ?? []).map(({ model }) => model));
  return modelsIn(situation, 'fallback').flatMap(({ model, name }) => (names.has(model.name) ? [name] : []));
}

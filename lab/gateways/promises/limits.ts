// Allowances, and what happens beyond them.
import type { Resource } from '../../../src/config/model.ts';
import type { Rate } from '../../../src/config/schema-types.ts';
import type { Made, Row, Situation } from './promise.ts';
import { behaving, isChat, namesOf } from './situation.ts';

export const limits: readonly Row[] = [
  { fields: ['Limit.allow', 'Limit.for'], needs: 'counters', make: (situation) => each(situation, requestsBeyond) },
  { fields: ['Limit.allow', 'Limit.for'], make: (situation) => each(situation, tokensBeyond) },
];

type Limit = Resource<'Limit'>;

/** A limit that the asker is under, on its way through this route. */
interface Held {
  readonly limit: Limit;
  /** Who the limit is of: one that a consumer or team names holds for them alone. */
  readonly by: 'gateway' | 'route' | 'consumer';
}

function each(
  situation: Situation,
  make: (situation: Situation, held: Held, rate: Rate) => readonly Made[],
): readonly Made[] {
  return heldBy(situation).flatMap((held) =>
    (held.limit.spec.allow ?? []).flatMap((rate) =>
      make(situation, held, rate).map((made) => ({
        ...made,
        of: held.limit,
        name: `${held.limit.name}: ${made.name}`,
      })),
    ),
  );
}

function heldBy({ source: { config, gateway }, route, asker }: Situation): readonly Held[] {
  const found = (by: Held['by'], names: readonly string[]) =>
    names.flatMap((name) => config.find('Limit', name) ?? []).map((limit) => ({ limit, by }));
  return [
    ...found('gateway', gateway.spec.limits),
    ...found('route', route.spec.limits),
    ...found('consumer', asker.spec.limits),
  ].filter(({ limit: { spec } }) => spec.for.models === undefined && spec.for.consumers === undefined);
}

/** The last request of an allowance passes, the next does not, and others have an allowance of their own if it is for each. */
function requestsBeyond({ asker, others }: Situation, { limit }: Held, rate: Rate): readonly Made[] {
  if (rate.requests === undefined) return [];
  const allowed = rate.requests;
  const before = (spent: number) => ({ as: asker, spent });
  const refused = refusalOf(limit);
  const [other] = others;
  const last = { name: `admits ${allowed} requests`, before: before(allowed - 2), expected: { status: [200] } };
  const next = {
    name: `admits no request beyond ${allowed} in ${rate.per}`,
    before: before(allowed - 1),
    expected: refused,
  };
  if (limit.spec.for.each === 'consumer') {
    const apart = { name: 'leaves others their own', before: before(allowed - 1), expected: { status: [200] } };
    return other === undefined ? [last, next] : [last, next, { ...apart, as: other }];
  }
  // The asker's own allowance may be used up as well.
  return other === undefined ? [] : [{ ...next, as: other, name: `${next.name}, whoever asks` }];
}

/** One answer uses up the whole allowance. */
function tokensBeyond(situation: Situation, { limit, by }: Held, rate: Rate): readonly Made[] {
  if (rate.tokens === undefined || !isChat(situation)) return [];
  const given = behaving(situation, ['backend'], { tokens: rate.tokens });
  const before = { as: situation.asker, spent: 0 };
  const name = `admits no request beyond ${rate.tokens} tokens in ${rate.per}`;
  const needs = by === 'consumer' ? { needs: 'consumers' as const } : {};
  // Who is refused by one model may be answered by the next.
  const isRescued = by === 'route' && situation.route.spec.fallback?.when.includes('rate-limited') === true;
  const rescued = { status: [200], unasked: namesOf(situation, 'backend'), eventually: true as const };
  return [{ name, given, before, ...needs, expected: isRescued ? rescued : { ...refusalOf(limit), eventually: true } }];
}

function refusalOf({ spec: { exceeded } }: Limit) {
  return {
    status: [exceeded?.status ?? 429],
    asked: [],
    ...(exceeded?.message === undefined ? {} : { body: [exceeded.message] }),
  };
}

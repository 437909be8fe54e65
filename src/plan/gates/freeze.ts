// Freezes: times in which a policy lets nothing move.
import type { PolicyFreeze } from '../../config/schema-types.ts';
import type { Verdict } from './verdict.ts';

/** Judges the time. @param now milliseconds since 1970. */
export function judgeFreezes(freezes: readonly PolicyFreeze[], now: number): readonly Verdict[] {
  return freezes.map(({ name, from, to, reason }) => {
    const isNow = now >= Date.parse(from) && now < Date.parse(to);
    return {
      gate: 'freeze',
      name,
      status: isNow ? 'pending' : 'passed',
      message: isNow
        ? `Nothing moves until ${to}: ${reason.replace(/\.$/, '')}.`
        : `It is not between ${from} and ${to}.`,
      inputs: { from, to, now: new Date(now).toISOString() },
    };
  });
}

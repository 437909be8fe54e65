import { parseDuration } from '../../lib/quantity.ts';

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** A duration as Gateway API writes it (GEP-2257): whole numbers of h, m, s and ms, such as `1m30s`; at least one millisecond. */
export function gatewayDuration(text: string): string {
  let rest = Math.max(1, Math.round(parseDuration(text)));
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.min(Math.floor(rest / size), 99_999);
    rest -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join('');
}

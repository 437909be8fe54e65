// Quantities of the config language: a number and its unit. The schemas admit no other form, so these never fail on a checked config.

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  // A month is 30 days and a year 365 wherever a window is compared with another; calendars count in budgets alone.
  mo: 2_592_000_000,
  y: 31_536_000_000,
};

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A duration or a window (`750ms`, `1.5h`, `1mo`) in milliseconds. Throws on any other text. */
export function parseDuration(text: string): number {
  return parseWith(MILLISECONDS, text, 'duration');
}

/** A time in milliseconds as people write it: `55m`, `1500ms`; in the largest unit up to days that needs no fraction. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  const units = ['d', 'h', 'm', 's', 'ms'] as const;
  const unit = units.find((candidate) => whole % (MILLISECONDS[candidate] ?? 1) === 0 && whole > 0) ?? 's';
  return `${whole / (MILLISECONDS[unit] ?? 1)}${unit}`;
}

/** A size (`2MiB`) in bytes. Throws on any other text. */
export function parseSize(text: string): number {
  return parseWith(BYTES, text, 'size');
}

function parseWith(units: Readonly<Record<string, number>>, text: string, what: string): number {
  const [, amount, unit] = /^([0-9]+(?:\.[0-9]+)?)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  if (amount === undefined || factor === undefined) throw new Error(`not a ${what}: ${text}`);
  return Number(amount) * factor;
}

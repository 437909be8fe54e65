/**
 * A resource quantity as Kubernetes reads it (`500m`, `1.5Gi`, `2e3`), in billionths: the finest step that the API
 * server keeps. Finer digits round away from zero, as there.
 */
export type Quantity = bigint;

const suffixes: Readonly<Record<string, readonly [numerator: bigint, denominator: bigint]>> = {
  n: [1n, 10n ** 9n],
  u: [1n, 10n ** 6n],
  m: [1n, 1000n],
  '': [1n, 1n],
  k: [10n ** 3n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [2n ** 10n, 1n],
  Mi: [2n ** 20n, 1n],
  Gi: [2n ** 30n, 1n],
  Ti: [2n ** 40n, 1n],
  Pi: [2n ** 50n, 1n],
  Ei: [2n ** 60n, 1n],
};

const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;
const longestText = 64;

/** Reads a quantity, or answers undefined for what is none. Numbers are read as their shortest text. */
export function parseQuantity(value: string | number): Quantity | undefined {
  const text = String(value);
  const match = text.length <= longestText ? form.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const [numerator, denominator] =
    exponent === undefined ? (suffixes[suffix] ?? [1n, 1n]) : powerOfTen(Number(exponent));
  const magnitude = ceilDivide(digits * numerator * 10n ** 9n, denominator * 10n ** BigInt(fraction.length));
  return sign === '-' ? -magnitude : magnitude;
}

function powerOfTen(exponent: number): readonly [bigint, bigint] {
  return exponent < 0 ? [1n, 10n ** BigInt(-exponent)] : [10n ** BigInt(exponent), 1n];
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

import { parseDuration } from '../../lib/quantity.ts';

/** A duration in seconds, as LiteLLM counts them. */
export function seconds(duration: string): number {
  return parseDuration(duration) / 1000;
}

/** A price per million tokens as LiteLLM has it, per token; the decimal point is moved in the text, so no digit is lost. */
export function perToken(pricePerMillion: number): number {
  const [digits = '0', exponent = '0'] = String(pricePerMillion).split('e');
  return Number(`${digits}e${Number(exponent) - 6}`);
}

/** A share of a whole, to four digits behind the point. */
export function share(percent: number, of: number): number {
  return Math.round(of * percent * 100) / 10_000;
}

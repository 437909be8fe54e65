// Traffic as of a chat service, made up; the same numbers come from the same seed.
import type { Served } from './meter.ts';

/** How a gateway is worse than it was. */
export interface Ailment {
  /** Share of requests that fail with 500, 0 to 1. */
  readonly errors?: number;
  /** Share of requests that are turned away with 429, 0 to 1. */
  readonly throttling?: number;
  /** Factor on times. */
  readonly slowness?: number;
  /** Some requests take so many times as long as they would: a tail that no median shows. */
  readonly stalls?: { readonly share: number; readonly factor: number };
  /** Share of answers without a token, 0 to 1. */
  readonly emptiness?: number;
  /** Factor on tokens of answers, and so on their cost. */
  readonly wordiness?: number;
  /** Factor on what an answer costs. */
  readonly dearness?: number;
}

export type Random = () => number;

/** Share of requests that fail where nothing ails. */
const USUAL_ERRORS = 0.005;

/** One request: times and lengths are log-normal, as real ones are. */
export function requestAt(at: number, isStreamed: boolean, ailment: Ailment, random: Random): Served {
  const { errors = USUAL_ERRORS, throttling = 0, emptiness = 0, wordiness = 1, dearness = 1 } = ailment;
  const isEmpty = random() < emptiness;
  const status = statusOf(random(), errors, throttling);
  const slowness = slownessOf(ailment, random);
  const firstToken = 0.2 * Math.exp(0.4 * normal(random)) * slowness;
  const inputTokens = Math.round(300 * Math.exp(0.6 * normal(random)));
  const spoken = Math.round(150 * Math.exp(0.5 * normal(random)) * wordiness);
  const outputTokens = isEmpty ? 0 : spoken;
  const seconds = firstToken + 0.008 * outputTokens * slowness;
  // Dollars of a middling model: 1.25 and 10 a million tokens.
  const cost = ((1.25 * inputTokens + 10 * outputTokens) / 1e6) * dearness;
  return { at, status, isStreamed, seconds, firstToken, inputTokens, outputTokens, cost };
}

function statusOf(chance: number, errors: number, throttling: number): number {
  if (chance < errors) return 500;
  return chance < errors + throttling ? 429 : 200;
}

function slownessOf({ slowness = 1, stalls }: Ailment, random: Random): number {
  return stalls !== undefined && random() < stalls.share ? slowness * stalls.factor : slowness;
}

/** Numbers from 0 to 1, the same from the same seed: Marsaglia's xorshift of 32 bits (Journal of Statistical Software 8(14), 2003). */
export function generator(seed: number): Random {
  // Neighbouring seeds begin far from each other, and none at 0, which stays 0.
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let count = 0; count < 16; count++) next();
  return next;
}

/** By Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How many happen where so many are expected, after Poisson: by Knuth's products where they are few, which a rounded normal gets wrong. */
export function poisson(mean: number, random: Random): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

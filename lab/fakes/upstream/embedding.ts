// Vectors that stand for texts: the same text has the same, and texts that share words are near to each other, as semantic caches need it.
import { createHash } from 'node:crypto';

/** Of length one, in single precision. */
export function embed(text: string, dimensions = 64): readonly number[] {
  const sum = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    const next = numbersFrom(createHash('sha256').update(word).digest().readUInt32LE());
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + next() - 0.5;
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => Math.fround(value / length));
}

/** The inputs of a request to embed; one of them may be a list of tokens. */
export function inputsOf(input: unknown): readonly string[] {
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  return inputs.map((each: unknown) => (typeof each === 'string' ? each : JSON.stringify(each ?? '')));
}

/** By the increments of Weyl and the mixing of Steele, Lea and Flood (OOPSLA 2014). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

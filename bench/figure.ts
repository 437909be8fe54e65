/** One measured number. Smaller is better; what should be large is given as its inverse or as a ratio to the peer. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The largest value that is good enough. */
  readonly target?: number;
  /** What it was measured against, or on. */
  readonly detail?: string;
}

/** The middle value; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

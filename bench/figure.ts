import { spawnSync } from 'node:child_process';

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

/** A way of starting Node: its arguments, and the folder to stand in. */
export interface Start {
  readonly words: readonly string[];
  readonly directory?: string;
}

/**
 * Median wall time in milliseconds of each start, taken in turn so that a busy moment hits all alike. Throws where one ends
 * with an error, since a failure is fast.
 */
export function medianTimes<K extends string>(
  starts: Readonly<Record<K, Start>>,
  rounds: number,
): Readonly<Record<K, number>> {
  const names = Object.keys(starts) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) times[name].push(timeOf(starts[name]));
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>;
}

/** The middle value; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

function timeOf({ words, directory }: Start): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const elapsed = performance.now() - begin;
  if (status !== 0) throw new Error(`node ${words.join(' ')} ended with ${status}: ${stderr}`);
  return elapsed;
}

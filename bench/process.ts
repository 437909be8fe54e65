import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './figure.ts';

/** The built program. */
export const aigw = join(import.meta.dirname, '../bin/aigw.js');

/** A way of starting a program: its arguments, and the folder to stand in. */
export interface Start {
  /** This Node when left out. */
  readonly program?: string;
  readonly words: readonly string[];
  readonly directory?: string;
  /** Done before each run, and not counted. */
  readonly before?: () => void;
}

/**
 * Median wall time in milliseconds of each start, taken in turn so that a busy moment hits all alike, after one run of
 * each that is not counted. Throws where one ends with an error, since a failure is fast.
 */
export function medianTimes<K extends string>(
  starts: Readonly<Record<K, Start>>,
  rounds: number,
): Readonly<Record<K, number>> {
  const names = Object.keys(starts) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (const name of names) timeOf(starts[name]);
  for (let round = 0; round < rounds; round++) for (const name of names) times[name].push(timeOf(starts[name]));
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>;
}

function timeOf(start: Start): number {
  start.before?.();
  const begin = performance.now();
  run(start);
  return performance.now() - begin;
}

/** What a program writes to standard output. Throws where it ends with an error. */
export function run({ program = process.execPath, words, directory }: Start): string {
  const options = { cwd: directory, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 } as const;
  const { status, error, stdout, stderr } = spawnSync(program, words, options);
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${(stderr || stdout).slice(0, 2000)}`);
}

/** The most memory that a run of Node had resident, in MB. Throws where it ends with an error. */
export function peakMemory({ words, directory }: Omit<Start, 'program'>): number {
  const tell = 'process.on("exit", () => process.stderr.write("\\nmaxRSS " + process.resourceUsage().maxRSS + "\\n"))';
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(tell)}`, ...words],
    { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kilobytes = /\nmaxRSS (\d+)\n/.exec(stderr)?.[1];
  if (status !== 0 || kilobytes === undefined)
    throw new Error(`node ${words.join(' ')} ended with ${status}: ${stderr}`);
  return (Number(kilobytes) * 1024) / 1e6;
}

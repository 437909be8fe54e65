/**
 * Runs every `bench/*.bench.ts`, or those whose name holds the word given, and prints their figures. Each exports
 * `measure(): Promise<readonly Figure[]>`. Ends with 1 where a figure misses its target.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Figure } from './figure.ts';

interface Bench {
  readonly measure: () => Promise<readonly Figure[]>;
}

const [wanted = ''] = process.argv.slice(2);
const members = globSync('*.bench.ts', { cwd: import.meta.dirname }).filter((name) => name.includes(wanted));
let missed = 0;

for (const member of members.sort()) {
  const { measure } = (await import(pathToFileURL(join(import.meta.dirname, member)).href)) as Bench;
  for (const { name, value, unit, target, detail } of await measure()) {
    const met = target === undefined || value <= target;
    if (!met) missed++;
    const goal = target === undefined ? '' : ` (at most ${target} ${unit}: ${met ? 'met' : 'missed'})`;
    console.log(`${name}: ${value.toFixed(1)} ${unit}${goal}${detail === undefined ? '' : `; ${detail}`}`);
  }
}
process.exitCode = missed === 0 && members.length > 0 ? 0 : 1;

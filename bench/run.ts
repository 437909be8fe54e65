/**
 * Runs every `bench/*.bench.ts`, or those whose name holds the word given, and prints their figures as a table in Markdown. Each exports
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

console.log('| what | measured | at most | | |\n|---|---|---|---|---|');
for (const member of members.sort()) {
  const { measure } = (await import(pathToFileURL(join(import.meta.dirname, member)).href)) as Bench;
  for (const figure of await measure()) {
    if (isMissed(figure)) missed++;
    console.log(rowOf(figure));
  }
}
process.exitCode = missed === 0 && members.length > 0 ? 0 : 1;

function isMissed({ value, target }: Figure): boolean {
  return target !== undefined && !(value <= target);
}

function rowOf(figure: Figure): string {
  const { name, value, unit, target, detail = '' } = figure;
  const verdict = isMissed(figure) ? 'missed' : 'met';
  const bound = target === undefined ? ['', ''] : [`${target} ${unit}`, verdict];
  const digits = value < 10 ? 2 : 0;
  return `| ${[name, `${value.toFixed(digits)} ${unit}`, ...bound, detail].join(' | ')} |`;
}

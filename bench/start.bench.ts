import { join } from 'node:path';
import { type Figure, medianTimes } from './figure.ts';

const bin = join(import.meta.dirname, '../bin/aigw.js');

/** What aigw adds to the start of an empty Node process. */
export async function measure(): Promise<readonly Figure[]> {
  const times = medianTimes({ empty: { words: ['-e', ''] }, help: { words: [bin, '--help'] } }, 31);
  const detail = `an empty Node process takes ${times.empty.toFixed(1)} ms`;
  return [{ name: '--help over an empty process', value: times.help - times.empty, unit: 'ms', target: 60, detail }];
}

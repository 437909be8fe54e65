import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { aigw, medianTimes } from './process.ts';

const fixture = (name: string) => join(import.meta.dirname, '../fixtures', name);

/** What aigw adds to an empty Node process: for its help, for the smallest repo, and for one as small companies have them. */
export async function measure(): Promise<readonly Figure[]> {
  const times = medianTimes(
    {
      empty: { words: ['-e', ''] },
      help: { words: [aigw, '--help'] },
      smallest: { words: [aigw, 'validate', fixture('smallest')] },
      cognitotech: { words: [aigw, 'validate', fixture('cognitotech')] },
    },
    21,
  );
  const over = (time: number) => ({ value: time - times.empty, unit: 'ms' });
  const detail = `an empty Node process takes ${times.empty.toFixed(0)} ms`;
  return [
    { name: '`aigw --help` over an empty process', ...over(times.help), target: 60, detail },
    { name: '`aigw validate` of 6 documents over an empty process', ...over(times.smallest), target: 90 },
    { name: '`aigw validate` of 75 documents over an empty process', ...over(times.cognitotech), target: 90 },
  ];
}

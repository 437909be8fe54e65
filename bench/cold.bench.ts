import { join } from 'node:path';
import { type Figure, medianTimes } from './figure.ts';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'bin/aigw.js');
const repos = ['smallest', 'cognitotech'] as const;

/** What validating a small repo takes over an empty Node process, all of it: start, reading, checks, report. */
export async function measure(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const repo of repos) {
    const words = [bin, 'validate', join(root, 'fixtures', repo)];
    const times = medianTimes({ empty: { words: ['-e', ''] }, validate: { words } }, 21);
    const detail = `an empty Node process takes ${times.empty.toFixed(1)} ms`;
    const value = times.validate - times.empty;
    figures.push({
      name: `validating ${repo} over an empty process`,
      value,
      unit: 'ms',
      detail,
      ...(repo === 'smallest' ? { target: 90 } : {}),
    });
  }
  return figures;
}

// Outlives the process that started it by a moment: when that is gone, however it went, what it had started goes too. It reads lines of
// JSON, each the whole list of what is in use, and acts when its input ends.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ward } from './wards.ts';

// Whoever ends the terminal's whole group means the others; the warden has yet to clear up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

let wards: readonly Ward[] = [];
for await (const line of createInterface({ input: process.stdin })) wards = JSON.parse(line) as readonly Ward[];

const groups = () => wards.flatMap((ward) => ward.groups).filter((group) => signal(group, 0));
for (const group of groups()) signal(group, 'SIGTERM');
for (let waited = 0; waited < 3000 && groups().length > 0; waited += 100) await sleep(100);
for (const group of groups()) signal(group, 'SIGKILL');
for (const folder of wards.flatMap((ward) => ward.folders))
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });

/** Whether there was anybody to signal. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}

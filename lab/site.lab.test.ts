// Whatever ends the process that started a member, the member ends too.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startRedis } from './members/redis.ts';
import { isFree } from './process.ts';
import { runAt } from './site.ts';
import { listenersOf, processesOf } from './sockets.ts';
import { protectedWards, type Ward } from './wards.ts';

const starter = `
  import { startRedis } from ${JSON.stringify(join(import.meta.dirname, 'members', 'redis.ts'))};
  import { protectedWards } from ${JSON.stringify(join(import.meta.dirname, 'wards.ts'))};
  await startRedis();
  console.log(JSON.stringify(protectedWards()));
  setInterval(() => undefined, 1000);
`;

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'nothing is left of what a process started that ended by %s',
  async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', starter], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const wards = await firstLine(child);
    const groups = wards.flatMap((ward) => ward.groups);
    const ports = listenersOf(processesOf(groups)).map(({ port }) => port);
    expect(ports).not.toEqual([]);
    child.kill(signal);
    await once(child, 'exit');
    await expect.poll(() => processesOf(groups), { timeout: 10_000 }).toEqual([]);
    await expect
      .poll(() => wards.flatMap((ward) => ward.folders).filter((folder) => existsSync(folder)), { timeout: 10_000 })
      .toEqual([]);
    for (const port of ports) expect(await isFree(port)).toBe(true);
  },
);

test('nothing is left of a site where something failed', async () => {
  const begun = runAt('half', async ({ alsoStop }) => {
    alsoStop((await startRedis()).stop);
    throw new Error('on demand');
  });
  await expect(begun).rejects.toThrow('on demand');
  expect(protectedWards()).toEqual([]);
});

test('a server that ends at once is an error that shows its log', async () => {
  const begun = runAt('broken', ({ start }) =>
    start('broken', {
      command: 'sh',
      args: ['-c', 'echo no such option; exit 3'],
      isReady: () => Promise.resolve(false),
      readyWithin: 10_000,
    }),
  );
  await expect(begun).rejects.toThrow(/did not come up: it ended with 3\n.*no such option/s);
  expect(protectedWards()).toEqual([]);
});

async function firstLine({ stdout }: ChildProcess): Promise<readonly Ward[]> {
  if (stdout === null) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line) as readonly Ward[];
  throw new Error('The process ended without a word.');
}

// Where the lab installs, outside the repo: one folder for each thing and version.
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder where systems of the lab are installed. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aigw');
}

/**
 * The folder of something installed, made where it is not there yet. It is put together beside its place and renamed at the end, so a
 * folder that exists is complete; of two processes that want it at once, one makes it and the other waits.
 * @param inputs everything that decides what it holds: their hash is part of the folder's name.
 */
export async function installOnce(
  name: string,
  inputs: readonly string[],
  make: (draft: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 8);
  const folder = join(cacheFolder(), `${name}-${hash}`);
  await mkdir(cacheFolder(), { recursive: true });
  const release = existsSync(folder) ? undefined : await lock(`${folder}.lock`);
  if (release === undefined) return folder;
  try {
    if (!existsSync(folder)) await makeIn(folder, make);
  } finally {
    await release();
  }
  return folder;
}

async function makeIn(folder: string, make: (draft: string) => Promise<void>): Promise<void> {
  // Whoever holds the lock is the only one who drafts: others' drafts are of processes that were killed.
  for (const left of globSync(`${folder}.draft-*`)) await rm(left, { recursive: true });
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    await make(draft);
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Does something while no other process of the lab does anything of that name. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const release = await lock(join(cacheFolder(), `${name}.lock`));
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Waits until no living process holds the lock, then holds it; gives how to release it. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    // The holder's end may leave the file behind, and may take it away between two looks.
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
    else await sleep(500);
  }
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './file-trouble.ts';

/**
 * Makes a folder and those above it where they are missing. Rejects with the system's error. Node's own recursive mkdir
 * never ends in a file system that answers ENOENT where nothing can be made, as /proc does.
 */
export async function makeFolder(path: string): Promise<void> {
  const error = await attempt(path);
  if (error === undefined) return;
  const above = dirname(path);
  if (codeOf(error) !== 'ENOENT' || above === path) throw error;
  await makeFolder(above);
  const again = await attempt(path);
  if (again !== undefined) throw again;
}

/** The error of making one folder, if any. One that stands there already is none; a file there is told by the system later. */
async function attempt(path: string): Promise<unknown> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? undefined : error;
  }
}

// JSON files that several processes read and write at once.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { RegistryTrouble } from '../../ports/registry.ts';

/** What a file says is not to be used. */
export function unusable(file: string, what: string): RegistryTrouble {
  return new RegistryTrouble('unusable', `${file}: ${what}.`, 'Correct the file, or take it from Git as it was.');
}

/** Names of the files and folders in a folder, in order; none where it does not exist. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The object that a file holds; undefined where there is no file. */
export async function readObject(file: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    // A ledger has thousands of small files: promises of them would take longer than they do.
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const value = parseJson(text);
  if (!isObject(value)) throw unusable(file, 'it is no JSON object');
  return value;
}

/** Writes a file beside its place. */
async function draft(file: string, value: JsonObject): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const path = join(dirname(file), `.${randomUUID()}`);
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
  return path;
}

/**
 * Changes what a file holds, one change after the other; false where there is no file. At any instant it holds all of what it held before, or all
 * of the new.
 */
export async function change(file: string, edit: (value: JsonObject) => JsonObject): Promise<boolean> {
  const unlock = await lock(`${dirname(file)}/.${basename(file)}.lock`);
  try {
    const value = await readObject(file);
    if (value !== undefined) await rename(await draft(file, edit(value)), file);
    return value !== undefined;
  } finally {
    await unlock();
  }
}

/** Milliseconds after which a lock is left over from somebody who was killed: a change takes a few. */
const ABANDONED = 10_000;

/** Waits until nobody else holds the lock, then holds it; gives how to release it. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await mkdir(path);
      return () => rmdir(path);
    } catch (error) {
      // Without its folder there is no file, and nothing to keep others from.
      if (isCode(error, 'ENOENT')) return async () => undefined;
      if (!isCode(error, 'EEXIST')) throw error;
    }
    if ((await ageOf(path)) > ABANDONED) await rmdir(path).catch(() => undefined);
    else await sleep(5);
  }
}

/** Milliseconds since it was made; 0 where it is gone. */
async function ageOf(path: string): Promise<number> {
  const facts = await stat(path).catch(() => undefined);
  return facts === undefined ? 0 : Date.now() - facts.mtimeMs;
}

/** False where there is one already. A link is made to one of all who try at once. */
export async function create(file: string, value: JsonObject): Promise<boolean> {
  const path = await draft(file, value);
  try {
    await link(path, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(path);
  }
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

// JSON files that several processes read and write at once.
import { randomUUID } from 'node:crypto';
import { constants, readFileSync, realpathSync } from 'node:fs';
import { access, link, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { RegistryTrouble } from '../../ports/registry.ts';

/** What a file says is not to be used. */
export function unusable(file: string, what: string): RegistryTrouble {
  return new RegistryTrouble('unusable', `${file}: ${what}.`, 'Correct the file, or take it from Git as it was.');
}

/**
 * Rejects with a RegistryTrouble where a path below a root leads out of it, by way of a link: whoever can put a link into a repo would have others read
 * and written. What is not there leads nowhere.
 */
export function assertInside(root: string, path: string): void {
  const base = realOf(root);
  const real = realOf(path);
  if (base === undefined || real === base || real?.startsWith(base + sep)) return;
  if (real !== undefined) throw unusable(path, `it leads out of ${root}`);
  if (path !== root) assertInside(root, dirname(path));
}

/** Undefined where there is nothing. */
function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): RegistryTrouble {
  return unusable(path, `it cannot be read (${codeOf(error)})`);
}

function unwritable(path: string, error: unknown): RegistryTrouble {
  const help = 'Look at its rights, and whether the disk is full or may only be read.';
  return new RegistryTrouble('refused', `${path} cannot be written (${codeOf(error)}).`, help);
}

/** Why nothing can be written into a folder, which may have to be made first; undefined where it can. */
export async function refusalOf(folder: string): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`;
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return await refusalOf(dirname(folder));
    return `${folder} cannot be written to (${codeOf(error)})`;
  }
}

/** Names of the files and folders in a folder, in order; none where it does not exist. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw unreadable(folder, error);
  }
}

/** The object that a file holds; undefined where there is no file. @param root which no link leads out of; the file's folder does not. */
export async function readObject(root: string, file: string): Promise<JsonObject | undefined> {
  const text = textIn(root, file);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (!isObject(value)) throw unusable(file, 'it is no JSON object');
  return value;
}

/** One file after the other: a ledger has thousands of small ones, and promises of them would take longer than they do. */
function textIn(root: string, file: string): string | undefined {
  try {
    return readFileSync(file, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW });
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    if (!isCode(error, 'ELOOP')) throw unreadable(file, error);
  }
  // It is a link, which a file system tells without a question of its own.
  assertInside(root, file);
  const real = realOf(file);
  if (real === undefined) throw unusable(file, 'it is a link that leads nowhere');
  return readFileSync(real, 'utf8');
}

/** Writes a file beside its place. */
async function draft(file: string, value: JsonObject): Promise<string> {
  const path = join(dirname(file), `.${randomUUID()}`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
    return path;
  } catch (error) {
    // A disk may be full behind half of the text.
    await rm(path, { force: true }).catch(() => undefined);
    throw unwritable(file, error);
  }
}

/**
 * Changes what a file holds, one change after the other; false where there is no file. At any instant it holds all of what it held before, or all
 * of the new.
 */
export async function change(root: string, file: string, edit: (value: JsonObject) => JsonObject): Promise<boolean> {
  assertInside(root, dirname(file));
  const unlock = await lock(`${dirname(file)}/.${basename(file)}.lock`);
  try {
    const value = await readObject(root, file);
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
      if (!isCode(error, 'EEXIST')) throw unwritable(dirname(path), error);
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
export async function create(root: string, file: string, value: JsonObject): Promise<boolean> {
  assertInside(root, dirname(file));
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
  return codeOf(error) === code;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

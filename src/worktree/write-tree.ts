import { readdir, readFile, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mapBounded } from '../lib/bounded.ts';
import type { Refusal, TreeFile, TreeOptions, WrittenTree } from '../ports/files.ts';
import { makeFolder } from './make-folder.ts';
import { pathFault, refusedPaths } from './output-paths.ts';
import { observer, type Standing } from './standing.ts';

/**
 * Makes the tree at `root` hold exactly `files`, besides what others keep there. First everything is looked at; where
 * anything is refused, nothing is touched. Then what the last run wrote and this one does not is removed, the index is
 * written, and the rest after it: a run killed at any point leaves no file of ours that the index does not list.
 */
export async function writeTree(root: string, files: readonly TreeFile[], options: TreeOptions): Promise<WrittenTree> {
  const { changed, added, stale, refused } = await survey(root, files, options);
  if (refused.length > 0) return { written: [], added: [], unchanged: [], removed: [], refused };
  for (const path of options.dryRun === true ? [] : stale) await remove(root, path);
  const index = changed.filter(({ path }) => path === options.index);
  const rest = changed.filter(({ path }) => path !== options.index);
  for (const part of options.dryRun === true ? [] : [index, rest]) {
    await mapBounded(part, concurrency, ({ path, text }) => replace(join(root, path), text));
  }
  const written = changed.map(({ path }) => path).sort();
  const touched = new Set(written);
  const unchanged = files.map(({ path }) => path).filter((path) => !touched.has(path));
  return { written, added: added.sort(), unchanged: unchanged.sort(), removed: stale.toSorted(), refused };
}

const concurrency = 8;

interface Survey {
  readonly changed: readonly TreeFile[];
  /** The paths among `changed` where nothing stands. */
  readonly added: string[];
  /** The index last, so that a run killed on the way leaves it to the next. */
  readonly stale: readonly string[];
  readonly refused: readonly Refusal[];
}

async function survey(root: string, files: readonly TreeFile[], options: TreeOptions): Promise<Survey> {
  const refused = [...refusedPaths(files.map(({ path }) => path))];
  const changed: TreeFile[] = [];
  const added: string[] = [];
  const stale: string[] = [];
  if (refused.length > 0) return { changed, added, stale, refused };
  const standing = observer(root, options.trusted);
  const owned = new Set(options.owned);
  for (const file of files) {
    const found = await standing(file.path);
    const verdict = await judge(root, file, { standing: found, isOwned: owned.has(file.path) });
    if (verdict === 'changed') changed.push(file);
    else if (verdict !== 'unchanged') refused.push({ path: file.path, reason: verdict.reason });
    if (found.kind === 'nothing') added.push(file.path);
  }
  const wanted = new Set(files.map(({ path }) => path));
  for (const path of [...owned].filter((path) => !wanted.has(path)).sort()) {
    const reason = pathFault(path);
    const kind = reason === undefined ? (await standing(path)).kind : 'nothing';
    if (reason !== undefined) refused.push({ path, reason: `the index lists it, but ${reason}` });
    else if (kind === 'link') refused.push({ path, reason: throughLink });
    else if (kind === 'file') stale.push(path);
  }
  const indexLast = stale.toSorted((a, b) => Number(a === options.index) - Number(b === options.index));
  return { changed, added, stale: indexLast, refused };
}

const throughLink = 'a symbolic link stands there or on the way to it';

async function judge(
  root: string,
  { path, text }: TreeFile,
  { standing, isOwned }: { readonly standing: Standing; readonly isOwned: boolean },
): Promise<'changed' | 'unchanged' | { readonly reason: string }> {
  if (standing.kind === 'nothing') return 'changed';
  if (standing.kind === 'link') return { reason: throughLink };
  if (standing.kind !== 'file') return { reason: 'something that is no file stands there or on the way to it' };
  const isSame = standing.size === Buffer.byteLength(text) && (await readFile(join(root, path), 'utf8')) === text;
  if (isSame) return 'unchanged';
  return isOwned ? 'changed' : { reason: 'a file stands there that aigw did not write' };
}

/** Writes beside the target and renames, so that no reader ever sees half a file. What a killed run left is written over. */
async function replace(target: string, text: string): Promise<void> {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.aigw-tmp`);
  await makeFolder(folder);
  await rm(temporary, { force: true });
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    // The system names the file beside, or none.
    throw Object.assign(error as NodeJS.ErrnoException, { path: target });
  }
}

/** Removes a file, and the folders that it leaves empty. */
async function remove(root: string, path: string): Promise<void> {
  await unlink(join(root, path));
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if ((await readdir(join(root, folder))).length > 0) return;
    await rmdir(join(root, folder));
  }
}

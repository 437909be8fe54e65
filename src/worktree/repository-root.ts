import { existsSync } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { noRepository } from '../config/file-faults.ts';
import { raise } from '../diagnostics/diagnostic.ts';
import type { FoundRoot } from '../ports/files.ts';
import { codeOf } from './file-trouble.ts';

/** Looks for aigw.yaml in a folder (or beside a file) and upwards, to the root of the Git work tree or the file system. */
export async function findRoot(from: string): Promise<FoundRoot> {
  const start = await folderOf(resolve(from));
  if (start === undefined) return notFound(resolve(from), undefined);
  let folder = start;
  while (!(await exists(join(folder, 'aigw.yaml')))) {
    const above = dirname(folder);
    if (above === folder || (await exists(join(folder, '.git')))) return notFound(start, folder);
    folder = above;
  }
  return { root: folder, diagnostics: [] };
}

function notFound(from: string, upTo: string | undefined): FoundRoot {
  return { root: undefined, diagnostics: [raise(noRepository, { from, upTo }, undefined)] };
}

async function folderOf(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : dirname(real);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The root of the Git work tree that holds a folder; undefined outside of one. */
export function gitRootOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : gitRootOf(above);
}

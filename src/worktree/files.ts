// The worktree floor: files of this machine, behind the ports that the commands know. node:fs lives here and nowhere else.
import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import type { Files } from '../ports/files.ts';
import { codeOf } from './file-trouble.ts';
import { readText, readTexts } from './read-texts.ts';
import { findRoot, gitRootOf } from './repository-root.ts';
import { writeTree } from './write-tree.ts';

/** The files of this machine. */
export const files: Files = {
  findRoot,
  gitRootOf,
  readTexts: async (root, selection) => readTexts(await realpath(root), selection),
  readText: async (root, path) => {
    const real = await realpath(root).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    return real === undefined ? undefined : readText(real, path);
  },
  filesIn: async (folder) => (await entriesIn(folder)).flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort(),
  foldersIn: async (folder) =>
    (await entriesIn(folder)).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(),
  writeTree,
};

async function entriesIn(folder: string): Promise<readonly Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
}

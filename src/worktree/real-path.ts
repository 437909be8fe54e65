import { realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Where a path leads once every link on it is followed. */
export interface RealPath {
  /** Relative to the root, with forward slashes. */
  readonly real: string;
  readonly isFolder: boolean;
  /** It ends outside the root, or in Git's own folder, which is no part of the repo either. */
  readonly leaves: boolean;
}

/** Follows the links of a path below a root that has none itself. Rejects with the system's error. */
export async function whereReally(root: string, path: string): Promise<RealPath> {
  const target = await realpath(join(root, path));
  const real = relative(root, target).split(sep).join('/');
  const [first] = real.split('/');
  return { real, isFolder: (await stat(target)).isDirectory(), leaves: first === '..' || first === '.git' };
}

import { lstat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { codeOf } from './file-trouble.ts';

/** What stands at a path, no link on the way being followed. `blocked`: something that is neither file, folder nor link. */
export type Standing =
  | { readonly kind: 'nothing' | 'folder' | 'link' | 'blocked' }
  | { readonly kind: 'file'; readonly size: number };

/**
 * Looks at paths below `root`, from `trusted` on where the root lies in it, else from the folder above the root. What a
 * folder is, is looked up once.
 */
export function observer(root: string, trusted: string): (path: string) => Promise<Standing> {
  const inner = relative(trusted, root);
  const isInside = inner !== '..' && !inner.startsWith('../') && !isAbsolute(inner);
  const base = isInside ? trusted : dirname(root);
  const prefix = isInside ? inner : basename(root);
  const folders = new Map<string, Promise<Standing>>();
  const folderAt = (path: string): Promise<Standing> => {
    const known = folders.get(path) ?? look(path);
    folders.set(path, known);
    return known;
  };
  const look = async (path: string): Promise<Standing> => {
    if (path === '.' || path === '') return { kind: 'folder' };
    const above = await folderAt(dirname(path));
    if (above.kind !== 'folder') return above.kind === 'file' ? { kind: 'blocked' } : above;
    return lookAt(join(base, path));
  };
  return (path) => look(join(prefix, path));
}

async function lookAt(path: string): Promise<Standing> {
  try {
    const status = await lstat(path);
    if (status.isSymbolicLink()) return { kind: 'link' };
    if (status.isDirectory()) return { kind: 'folder' };
    return status.isFile() ? { kind: 'file', size: status.size } : { kind: 'blocked' };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'nothing' };
    throw error;
  }
}

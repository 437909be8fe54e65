// Where in a tree of Git there is a file, or could be one: hosts would put it in the place of a link or a folder, and say nothing.
import { PlatformTrouble } from '../ports/platform.ts';

export const [FILE, EXECUTABLE] = ['100644', '100755'] as const;
export type FileMode = typeof FILE | typeof EXECUTABLE;

export interface PlaceEntry {
  readonly mode: string;
  readonly type: string;
  /** By which `entryIn` finds it again, where it is a folder. */
  readonly folder: string;
}

/**
 * The mode of a path's file; undefined for one that is not there. Rejects what is no file, and a new one where there cannot be any.
 * @param entryIn what a folder holds under a name.
 */
export async function fileModeAt(
  { root, path, isRemoved }: { readonly root: string; readonly path: string; readonly isRemoved: boolean },
  entryIn: (folder: string, name: string) => Promise<PlaceEntry | undefined>,
): Promise<FileMode | undefined> {
  const names = path.split('/');
  let folder = root;
  for (const [index, name] of names.entries()) {
    const entry = await entryIn(folder, name);
    if (entry === undefined) return undefined;
    const isLast = index === names.length - 1;
    if (isLast && (entry.mode === FILE || entry.mode === EXECUTABLE)) return entry.mode;
    if (isRemoved && (entry.type === 'tree') === isLast) return undefined;
    if (isLast || entry.type !== 'tree')
      throw new PlatformTrouble('unusable', `${path} is no file, and cannot be one.`, 'Name another file.');
    folder = entry.folder;
  }
  return undefined;
}

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { filesOverLimit, linkLeavesRepository, notRegularFile } from '../config/file-faults.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { mapBounded } from '../lib/bounded.ts';
import type { FileSelection } from '../ports/files.ts';
import { fileLimits } from './file-limits.ts';
import { aboutFile, unreadable } from './file-trouble.ts';
import { whereReally } from './real-path.ts';

/** A file to read: the name it goes by, and where it really lies; both relative to the root, with forward slashes. */
export interface ListedFile {
  readonly path: string;
  readonly real: string;
}

/** The files that a selection chooses, ordered by path. */
export interface FileList {
  readonly files: readonly ListedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The walk through a repo's folders. */
interface Walk {
  readonly root: string;
  /** Whether a path holds resources by include and exclude. */
  readonly isSelected: (path: string) => boolean;
  /** Whether nothing below a folder can hold resources. */
  readonly isClosed: (path: string) => boolean;
  readonly folders: string[];
  readonly files: ListedFile[];
  readonly links: string[];
  readonly diagnostics: Diagnostic[];
  entries: number;
}

/**
 * Lists the files of a selection. Folders are entered only by their own name, never through a link, so that no circle
 * and no way out exists; a link to a file inside the repo counts as that file.
 */
export async function listFiles(root: string, selection: FileSelection): Promise<FileList> {
  const walk = walkOf(root, selection);
  while (walk.folders.length > 0 && walk.entries <= fileLimits.entries) {
    await mapBounded(walk.folders.splice(0), concurrency, (folder) => enter(walk, folder));
  }
  const over = overLimit(walk);
  if (over !== undefined) return { files: walk.files.filter(isRootFile), diagnostics: [over] };
  const known = new Set(walk.files.map(({ real }) => real));
  for (const link of walk.links.sort()) await followLink(walk, link, known);
  return { files: walk.files.sort((a, b) => (a.path < b.path ? -1 : 1)), diagnostics: walk.diagnostics };
}

/** What is still read where there is too much to read. */
export function isRootFile({ path }: { readonly path: string }): boolean {
  return path === rootFile;
}

const rootFile = 'aigw.yaml';
const concurrency = 16;
const neverEntered: ReadonlySet<string> = new Set(['.git', 'node_modules']);

function walkOf(root: string, { include, exclude, outputs }: FileSelection): Walk {
  const included = picomatch([...include]);
  const excluded = exclude.length === 0 ? () => false : picomatch([...exclude]);
  const wholeFolders = exclude.filter((glob) => glob.endsWith('/**')).map((glob) => glob.slice(0, -'/**'.length));
  const closed = wholeFolders.length === 0 ? () => false : picomatch(wholeFolders);
  return {
    root,
    isSelected: (path) => path === rootFile || (included(path) && !excluded(path)),
    isClosed: (path) => outputs.includes(path) || closed(path),
    folders: [''],
    files: [],
    links: [],
    diagnostics: [],
    entries: 0,
  };
}

async function enter(walk: Walk, folder: string): Promise<void> {
  if (walk.entries > fileLimits.entries) return;
  const entries = await readdir(join(walk.root, folder), { withFileTypes: true }).catch((error: unknown) => {
    walk.diagnostics.push(unreadable(error, folder));
    return [];
  });
  walk.entries += entries.length;
  for (const entry of entries) sort(walk, entry, folder === '' ? entry.name : `${folder}/${entry.name}`);
}

function sort(walk: Walk, entry: Dirent, path: string): void {
  if (entry.isDirectory() && path !== rootFile) {
    if (!neverEntered.has(entry.name) && !walk.isClosed(path)) walk.folders.push(path);
  } else if (entry.isSymbolicLink()) walk.links.push(path);
  else if (!walk.isSelected(path)) return;
  else if (entry.isFile()) walk.files.push({ path, real: path });
  else walk.diagnostics.push(aboutFile(notRegularFile, { found: typeOf(entry) }, path));
}

/** What an entry is that is neither file, folder nor link. */
export function typeOf(entry: Pick<Dirent, 'isFIFO' | 'isSocket' | 'isDirectory'>): string {
  if (entry.isFIFO()) return 'a named pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isDirectory() ? 'a folder' : 'a device';
}

async function followLink(walk: Walk, path: string, known: Set<string>): Promise<void> {
  const selected = walk.isSelected(path);
  try {
    const { real, isFolder, leaves } = await whereReally(walk.root, path);
    if (isFolder ? walk.isClosed(path) : !selected) return;
    if (leaves) walk.diagnostics.push(aboutFile(linkLeavesRepository, {}, path));
    else if (isFolder && path === rootFile)
      walk.diagnostics.push(aboutFile(notRegularFile, { found: 'a folder' }, path));
    else if (!isFolder && !known.has(real)) {
      known.add(real);
      walk.files.push({ path, real });
    }
  } catch (error) {
    const diagnostic = unreadable(error, path);
    if (selected) walk.diagnostics.push(diagnostic);
  }
}

function overLimit({ entries, files }: Walk): Diagnostic | undefined {
  if (entries > fileLimits.entries) return tooMany('names in all folders (entries)', fileLimits.entries, entries);
  if (files.length > fileLimits.files)
    return tooMany('files that hold resources (files)', fileLimits.files, files.length);
  return undefined;
}

function tooMany(limit: string, most: number, found: number): Diagnostic {
  return aboutFile(
    filesOverLimit,
    { limit, most: most.toLocaleString('en'), found: found.toLocaleString('en') },
    rootFile,
  );
}

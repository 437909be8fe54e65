import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { filesOverLimit, linkLeavesRepository } from '../config/file-faults.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { mapBounded } from '../lib/bounded.ts';
import type { FileSelection, ReadTexts } from '../ports/files.ts';
import { fileLimits, inMebibytes } from './file-limits.ts';
import { isRootFile, listFiles } from './file-list.ts';
import { readFileText } from './file-text.ts';
import { aboutFile, codeOf, unreadable } from './file-trouble.ts';
import { whereReally } from './real-path.ts';

/** The texts of every file that a selection chooses. Nothing is read any more once their sum goes beyond its limit. */
export async function readTexts(root: string, selection: FileSelection): Promise<ReadTexts> {
  const { files, diagnostics } = await listFiles(root, selection);
  let total = 0;
  const read = await mapBounded(files, concurrency, async (file) => {
    if (total > fileLimits.totalSize && !isRootFile(file)) return undefined;
    const text = await readFileText(root, file);
    if (text.kind === 'text') total += text.size;
    return text;
  });
  const sources: SourceText[] = [];
  const faults: Diagnostic[] = [...diagnostics];
  for (const text of read) {
    if (text?.kind === 'text') sources.push(text.source);
    else if (text !== undefined) faults.push(text.diagnostic);
  }
  if (total <= fileLimits.totalSize) return { sources, diagnostics: faults };
  return { sources: sources.filter(isRootFile), diagnostics: [...diagnostics, tooMuch(total)] };
}

const concurrency = 16;

function tooMuch(total: number): Diagnostic {
  const limit = 'the size of all files together (totalSize)';
  const sizes = { most: inMebibytes(fileLimits.totalSize), found: `${inMebibytes(total)} or more` };
  return aboutFile(filesOverLimit, { limit, ...sizes }, 'aigw.yaml');
}

/** The text of one file below a root; undefined where nothing stands there, or the path itself leads elsewhere. */
export async function readText(root: string, path: string): Promise<ReadTexts | undefined> {
  const [first] = relative(root, join(root, path)).split(sep);
  if (first === '..' || first === '.git' || path.includes('\0')) return undefined;
  try {
    await lstat(join(root, path));
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : refused(unreadable(error, path));
  }
  try {
    const { real, leaves } = await whereReally(root, path);
    if (leaves) return refused(aboutFile(linkLeavesRepository, {}, path));
    const text = await readFileText(root, { path, real });
    return text.kind === 'text' ? { sources: [text.source], diagnostics: [] } : refused(text.diagnostic);
  } catch (error) {
    return refused(unreadable(error, path));
  }
}

function refused(diagnostic: Diagnostic): ReadTexts {
  return { sources: [], diagnostics: [diagnostic] };
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackageFiles } from '../ports/package-files.ts';

/** The files of the package that this module belongs to, whether it runs from source or from the bundle. */
export function packageFiles(): PackageFiles {
  const root = packageRoot(import.meta.dirname);
  const pathOf = (path: string) => join(root, path);
  return { pathOf, read: (path) => readFile(pathOf(path), 'utf8') };
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('the files of the aigw package are incomplete: package.json is missing');
  return packageRoot(above);
}

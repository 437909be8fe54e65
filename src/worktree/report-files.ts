import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReportFiles } from '../ports/report-files.ts';
import { makeFolder } from './make-folder.ts';

/** Reports as files of this machine. */
export const reportFiles: ReportFiles = {
  write: async (path, text) => {
    await makeFolder(dirname(path));
    await writeFile(path, text);
  },
  gitRootOf,
};

function gitRootOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : gitRootOf(above);
}

import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReportFiles } from '../ports/report-files.ts';
import { makeFolder } from './make-folder.ts';

/** Reports as files of this machine. */
export const reportFiles: ReportFiles = {
  write: async (path, text) => {
    await makeFolder(dirname(path));
    await writeFile(path, text);
  },
};

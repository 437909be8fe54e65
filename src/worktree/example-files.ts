import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExampleFile, ExampleFiles } from '../diagnostics/diagnostic.ts';

/** Lays the files of an example into a folder, those that no text can show too. Needs `mkfifo` for named pipes. */
export function layExample(folder: string, files: ExampleFiles): void {
  const entries = Object.entries(typeof files === 'string' ? { 'aigw.yaml': files } : files);
  for (const [path, file] of entries) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    layFile(target, file);
  }
}

function layFile(target: string, file: ExampleFile): void {
  if (typeof file === 'string') writeFileSync(target, file);
  else if ('link' in file) symlinkSync(file.link, target);
  else if ('pipe' in file) execFileSync('mkfifo', [target]);
  else if ('base64' in file) writeFileSync(target, Buffer.from(file.base64, 'base64'));
  else {
    writeFileSync(target, '');
    truncateSync(target, file.size);
  }
}

// npm packages that the lab runs or reads beside the project's own: each in a folder of lab/packages, with its lock file.
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { mustRun } from './commands.ts';

/** The folder that holds the `node_modules` of lab/packages/NAME, installed where they are not there yet. */
export async function npmPackages(name: string): Promise<string> {
  const source = join(import.meta.dirname, 'packages', name);
  const files = ['package.json', 'package-lock.json'];
  const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
  return await installOnce(name, texts, async (draft) => {
    for (const file of files) await copyFile(join(source, file), join(draft, file));
    await mustRun('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: draft });
  });
}

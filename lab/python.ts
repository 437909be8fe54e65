// Python packages of the lab, each system's in an environment of its own below the user's cache.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { mustRun } from './commands.ts';
import { findPython, PYTHON } from './host.ts';

/** For PYTHONPATH: the folder of what a server does before all else. */
export const PYTHON_START = join(import.meta.dirname, 'python');

/** The folder of an environment that holds exactly the requirements in lab/requirements/NAME.txt, each pinned by its hash. */
export async function pythonEnvironment(name: string): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements', `${name}.txt`);
  const python = await findPython();
  if (python === undefined) throw new Error(`${name} needs ${PYTHON.what}. ${PYTHON.remedy}.`);
  return await installOnce(name, [await readFile(requirements, 'utf8')], async (draft) => {
    await mustRun(python, ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements];
    await mustRun(join(draft, 'bin', 'python'), pip);
  });
}

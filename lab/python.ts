// Python packages of the lab, each system's in an environment of its own below the user's cache.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { mustRun } from './commands.ts';
import { findPython, PYTHON } from './host.ts';

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

/**
 * What Python does first. Starting a server is mostly imports, whose objects stay: looking through them for garbage again and again takes a
 * fifth of the processor time that LiteLLM (1.106.2) needs to start.
 */
const START = `import gc

gc.set_threshold(100_000, 50, 50)
`;

/** The variables with which a server finds the modules in its folder, and starts sooner. */
export async function pythonVariables(folder: string): Promise<Readonly<Record<string, string>>> {
  await writeFile(join(folder, 'sitecustomize.py'), START);
  return { PYTHONPATH: folder };
}

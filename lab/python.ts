// Python packages of the lab, each system's in an environment of its own below the user's cache.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder where systems of the lab are installed, outside the repo. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aigw');
}

/** The Python of this host that is new enough; undefined where there is none. */
export async function findPython(): Promise<string | undefined> {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11']) {
    const test = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
    if ((await run(name, ['-c', test])).code === 0) return name;
  }
  return undefined;
}

/**
 * The folder of an environment that holds exactly these requirements, made where it is not there yet. It is put together beside its place
 * and renamed at the end, so a folder that exists is complete, and of two who make it at the same time one wins.
 */
export async function pythonEnvironment(name: string, requirementsFile: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(requirementsFile))
    .digest('hex')
    .slice(0, 8);
  const folder = join(cacheFolder(), `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  const python = await findPython();
  if (python === undefined)
    throw new Error(`${name} needs Python 3.11 or newer with its venv module (Debian: python3-venv).`);
  await mkdir(cacheFolder(), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await mustRun(python, ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirementsFile];
    await mustRun(join(draft, 'bin', 'python'), pip);
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${output.slice(-4000)}`);
}

function run(command: string, args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ code: -1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

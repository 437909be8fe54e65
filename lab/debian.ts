// Programs of the lab from Debian's packages, unpacked below the user's cache: neither root nor a change to the host is needed.
import { globSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { isInstalled, mustRun, run } from './commands.ts';
import { debian } from './host.ts';

export interface DebianProgram {
  readonly program: string;
  /** The package that holds it, and those of its libraries that no ordinary host has. */
  readonly packages: readonly string[];
}

export interface InstalledProgram {
  readonly command: string;
  /** What its process needs in its environment to find its libraries. */
  readonly env: Readonly<Record<string, string>>;
}

/** Unpacks the packages as the host's release has them; where there is no apt-get, an installed program is taken. */
export async function debianProgram({ program, packages }: DebianProgram): Promise<InstalledProgram> {
  if (!(await isInstalled('apt-get'))) {
    if (await isInstalled(program)) return { command: program, env: {} };
    const { what, remedy } = debian(program);
    throw new Error(`This needs ${what}. ${remedy}.`);
  }
  const { stdout: architecture } = await run('dpkg', ['--print-architecture']);
  const release = await mustRun('sh', ['-c', '. /etc/os-release && echo "$ID-$VERSION_ID"']);
  const folder = await installOnce(program, [release, architecture, ...packages], (draft) => unpack(packages, draft));
  const libraries = globSync(join(folder, 'usr', 'lib', '*-linux-gnu'));
  return {
    command: join(folder, 'usr', 'bin', program),
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
}

/** apt-get keeps its lists in the draft, so that it neither needs the host's nor touches them. */
async function unpack(packages: readonly string[], draft: string): Promise<void> {
  const own = ['state/lists/partial', 'cache/archives/partial'].map((path) => join(draft, 'apt', path));
  await mustRun('mkdir', ['-p', ...own]);
  const options = [`Dir::State::Lists=${draft}/apt/state/lists`, `Dir::Cache=${draft}/apt/cache`, 'Debug::NoLocking=1'];
  const apt = (words: readonly string[]) =>
    mustRun('apt-get', ['-q', ...options.flatMap((option) => ['-o', option]), ...words], { cwd: draft });
  await apt(['update']);
  await apt(['download', ...packages]);
  for (const file of await readdir(draft)) {
    if (file.endsWith('.deb')) await mustRun('dpkg-deb', ['-x', join(draft, file), draft]);
  }
  await rm(join(draft, 'apt'), { recursive: true });
}

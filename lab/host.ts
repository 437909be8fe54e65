// What the lab needs of the host: asked before anything starts, so that nobody waits minutes to learn that a program is missing.
import { isInstalled, run } from './commands.ts';

export interface Need {
  /** What is missing, as a sentence says it: 'Python 3.11 or newer'. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly isMet: () => Promise<boolean>;
}

export const PYTHON: Need = {
  what: 'Python 3.11 or newer, with its venv module',
  remedy: 'On Debian or Ubuntu: apt-get install python3-venv',
  isMet: async () => (await findPython()) !== undefined,
};

/** Its toolchain for Go comes from PyPI where the host has none that is new enough. */
export const GO: Need = {
  what: 'Go 1.26.4 or newer, or Python 3.11 or newer to install it with',
  remedy: 'On Debian or Ubuntu: apt-get install python3-venv',
  isMet: async () => (await findGo()) !== undefined || (await PYTHON.isMet()),
};

export const GIT: Need = {
  what: 'Git',
  remedy: 'On Debian or Ubuntu: apt-get install git',
  isMet: () => isInstalled('git'),
};

/** A program that comes from Debian's packages; where there is no apt-get, one that is installed is taken. */
export function debian(program: string): Need {
  return {
    what: `${program}, which the lab takes from Debian's packages`,
    remedy: `Use a host with apt-get, or put ${program} in the PATH`,
    isMet: async () => (await isInstalled('apt-get')) || (await isInstalled(program)),
  };
}

/** A sentence for each need that is not met. */
export async function unmetNeeds(needs: readonly Need[]): Promise<readonly string[]> {
  const met = await Promise.all([...new Set(needs)].map(async (need) => [need, await need.isMet()] as const));
  return met.flatMap(([{ what, remedy }, isMet]) => (isMet ? [] : [`This needs ${what}. ${remedy}.`]));
}

/** The Python of this host that is new enough; undefined where there is none. */
export async function findPython(): Promise<string | undefined> {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11']) {
    const test = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
    if ((await run(name, ['-c', test])).code === 0) return name;
  }
  return undefined;
}

/** The Go of this host, where it is new enough for every module of the lab. */
export async function findGo(): Promise<string | undefined> {
  const { code, stdout } = await run('go', ['env', 'GOVERSION'], { env: { GOTOOLCHAIN: 'local' } });
  const [, minor, patch = '0'] = /^go1\.(\d+)(?:\.(\d+))?/.exec(stdout) ?? [];
  if (code !== 0 || minor === undefined) return undefined;
  return Number(minor) > 26 || (Number(minor) === 26 && Number(patch) >= 4) ? 'go' : undefined;
}

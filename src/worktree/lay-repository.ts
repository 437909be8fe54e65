import { execFile } from 'node:child_process';
import { cp, lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** Within .git, by which a repository is known that was laid as an example: nothing else is ever replaced. */
const MARK = 'aigw-example';

/**
 * Makes a folder a Git repository of its own, with branch `main` and one commit: a copy of another folder, some of its files with other texts.
 * What an earlier call laid there goes. Rejects where something else stands there, and where Git is missing.
 * @param user by whom it is committed, and who works there from now on
 */
export async function layRepository(
  source: string,
  folder: string,
  { texts, user }: { readonly texts: Readonly<Record<string, string>>; readonly user: string },
): Promise<void> {
  if (await exists(folder)) {
    if (!(await exists(join(folder, '.git', MARK))))
      throw refusal(`${folder} is there already, and is not an example of aigw. Name another folder by --out.`);
    await rm(folder, { recursive: true });
  }
  await makeFolder(folder);
  await cp(source, folder, { recursive: true });
  for (const [path, text] of Object.entries(texts)) await writeFile(join(folder, path), text);
  const git = (...args: readonly string[]) => run(['-C', folder, ...args]);
  await git('init', '--quiet', '--initial-branch', 'main');
  await writeFile(join(folder, '.git', MARK), '');
  for (const name of ['user.name', 'user.email']) await git('config', name, user);
  await git('add', '--all');
  await git('-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '--no-gpg-sign', '--message', 'Everything as it is');
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('git', args, (error, _, said) => {
      if (error === null) resolve();
      else if (error.code === 'ENOENT') reject(refusal('Git is not on the path. Install it, and run again.'));
      else reject(refusal(`Git cannot do this here: ${said.trim()}`));
    });
  });
}

/** As the system refuses: nothing is wrong with aigw. */
function refusal(message: string): Error {
  return Object.assign(new Error(message), { code: 'EREFUSED', syscall: 'git' });
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

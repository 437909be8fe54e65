import { execFile } from 'node:child_process';

/** The e-mail address by which Git knows the user in a folder; undefined where it knows none, or is not there. */
export function gitUser(folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Whatever Git cannot tell, it does not know.
    execFile('git', ['-C', folder, 'config', '--get', 'user.email'], (error, stdout) => {
      const address = stdout.trim();
      resolve(error === null && address !== '' ? address : undefined);
    });
  });
}

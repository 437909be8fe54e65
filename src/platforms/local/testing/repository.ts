// A repository to try things on: with people of its own, and a Git whose answers can be lost.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { ChangeSet } from '../../../ports/platform.ts';
import { type LocalPlatform, localPlatform } from '../platform.ts';

/** Runs git, and does between and afterwards what files beside it ask for, once. */
const WRAPPER = `#!/bin/sh
here=\${0%/*}
git "$@"
code=$?
case "$*" in
*commit-tree*) if [ -e "$here/meanwhile" ] && mv "$here/meanwhile" "$here/running"; then sh "$here/running"; fi ;;
*update-ref*) if [ -e "$here/lost" ] && rm "$here/lost"; then exit 1; fi ;;
esac
exit $code
`;

export interface Scratch {
  /** Of a repository on `main`, which holds `a.yaml` and `deep/b.yaml`. */
  readonly root: () => string;
  /** The folder that holds it, and what else a test needs. */
  readonly around: () => string;
  /** A Git whose answers can be lost: the next one to `update-ref` is where there is a file `lost` beside it. */
  readonly wrapper: () => string;
  /** Nothing of the person's own settings counts in it but a name, if any. */
  readonly environment: (name: string | undefined) => Readonly<Record<string, string | undefined>>;
  /** What Git prints. Throws where it fails. */
  readonly git: (folder: string, ...args: readonly string[]) => string;
  readonly as: (name: string | undefined, folder?: string) => LocalPlatform;
  /** A change set on top of the branch that is checked out. */
  readonly onMain: (files: ChangeSet['files'], folder?: string) => ChangeSet;
  /** Writes a file into the work tree. */
  readonly lay: (path: string, text: string) => void;
  /** A shell script that has somebody push a text of `a.yaml`: it can run while something else does. */
  readonly pushing: (branch: string, text: string) => string;
  /** What a ref's commits say in JSON, the oldest first. */
  readonly recordsAt: (ref: string) => readonly unknown[];
}

/** A change set on a new branch. */
export function change(files: ChangeSet['files'], branch = 'change'): ChangeSet {
  return { branch, onto: undefined, base: 'main', message: 'Change', files };
}

/** A new repository for each test of a file. */
export function useRepository(): Scratch {
  let [first, around] = ['', ''];
  const root = () => join(around, 'the gateways');

  beforeAll(() => {
    first = mkdtempSync(join(tmpdir(), 'aigw repository '));
    around = first;
    writeFileSync(join(first, 'git wrapper'), WRAPPER, { mode: 0o755 });
    scratch.lay('a.yaml', 'a: 1\n');
    scratch.lay('deep/b.yaml', 'b: 1\n');
    scratch.git(first, 'init', '--quiet', '--initial-branch=main', root());
    scratch.git(root(), 'add', '.');
    scratch.git(root(), 'commit', '--quiet', '--message', 'Begin');
  });

  afterAll(() => rmSync(first, { recursive: true }));

  beforeEach(() => {
    around = mkdtempSync(join(tmpdir(), 'aigw platform '));
    cpSync(first, around, { recursive: true, preserveTimestamps: true });
  });

  afterEach(() => {
    const unused = ['lost', 'meanwhile'].filter((name) => existsSync(join(around, name)));
    rmSync(around, { recursive: true });
    expect(unused).toEqual([]);
  });

  const scratch = scratchAt(() => around, root);
  return scratch;
}

function scratchAt(around: () => string, root: () => string): Scratch {
  const environment = (name: string | undefined) => {
    const settings = join(around(), `settings of ${name}`);
    writeFileSync(settings, name === undefined ? '' : `[user]\n\tname = ${name}\n\temail = ${name}@example.com\n`);
    return { ...process.env, GIT_CONFIG_GLOBAL: settings, GIT_CONFIG_NOSYSTEM: '1', EMAIL: undefined };
  };
  const git = (folder: string, ...args: readonly string[]) => {
    const options = { encoding: 'utf8', stdio: 'pipe', env: environment('cleo') } as const;
    return execFileSync('git', ['-C', folder, ...args], options).trim();
  };
  return {
    root,
    around,
    wrapper: () => join(around(), 'git wrapper'),
    environment,
    git,
    as: (name, folder = root()) => localPlatform({ folder, env: environment(name) }),
    onMain: (files, folder = root()) => ({ ...change(files, 'main'), onto: git(folder, 'rev-parse', 'main') }),
    lay: (path, text) => {
      mkdirSync(dirname(join(root(), path)), { recursive: true });
      writeFileSync(join(root(), path), text);
    },
    pushing: (branch, text) => pushScript(root(), branch, text),
    recordsAt: (ref) => {
      const printed = git(root(), 'log', '--reverse', '--format=%B%x00', ref);
      return printed.split('\0').flatMap((message) => (message.trim() === '' ? [] : [JSON.parse(message)]));
    },
  };
}

function pushScript(root: string, branch: string, text: string): string {
  const identity = '-c user.name=Cleo -c user.email=cleo@example.com';
  return `set -e
clone="${root} as cloned"
rm -rf "$clone"
git clone --quiet --branch '${branch}' "${root}" "$clone"
cd "$clone"
printf '${text.replace('\n', '\\n')}' > a.yaml
git ${identity} commit --quiet --all --message Mine
git push --quiet
`;
}

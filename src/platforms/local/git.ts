// Git itself, as a program: no shell, no hooks, no questions, and no settings of a caller that lead to another repository.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { PlatformTrouble } from '../../ports/platform.ts';

export interface GitOptions {
  /** Anywhere in the repository: its root, a folder of it, a work tree of it, or a bare repository. */
  readonly folder: string;
  /** The program; `git` of the path unless given. */
  readonly git?: string;
  /** What the program sees, and so who asks and which settings hold; this process's own unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface GitAnswer {
  readonly code: number;
  readonly printed: string;
  /** What it says of errors. */
  readonly said: string;
}

export interface GitCall {
  readonly input?: string;
  /** An index other than the user's. */
  readonly index?: string;
}

export interface Git {
  readonly folder: string;
  /** Whatever the outcome. */
  readonly ask: (args: readonly string[], call?: GitCall) => Promise<GitAnswer>;
  /** What it prints. Rejects where it fails. */
  readonly print: (args: readonly string[], call?: GitCall) => Promise<string>;
  /**
   * Moves a ref from an object to another; undefined for a ref that is not there. It is kept from others until `meanwhile` is done, and stays where it
   * is if that rejects.
   */
  readonly moveRef: (ref: string, from: string | undefined, to: string, meanwhile?: Meanwhile) => Promise<GitAnswer>;
  /** The same, in another folder. */
  readonly at: (folder: string) => Git;
}

type Meanwhile = () => Promise<void>;

/** By these a caller, such as a hook that runs us, says which repository is meant (`git rev-parse --local-env-vars`, Git 2.39). */
const ELSEWHERE = [
  'GIT_DIR',
  'GIT_COMMON_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

/** Nobody is made up from the names of the user and the machine, and messages are what we say. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'user.useConfigOnly=true',
  'i18n.commitEncoding=UTF-8',
  'i18n.logOutputEncoding=UTF-8',
].flatMap((setting) => ['-c', setting]);

/** Bytes that may be printed. */
const LONGEST_OUTPUT = 2 ** 28;

export function gitIn(options: GitOptions): Git {
  const { folder, git: program = 'git', env = process.env } = options;
  const arranged = (args: readonly string[]) => ['-C', folder, ...SETTINGS, ...args];
  const seen = (index?: string) => ({
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !ELSEWHERE.includes(name))),
    ...{ LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_LITERAL_PATHSPECS: '1' },
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
  });
  const ask = (args: readonly string[], { input = '', index }: GitCall = {}): Promise<GitAnswer> =>
    new Promise((resolve, reject) => {
      const settings = { env: seen(index), encoding: 'utf8', maxBuffer: LONGEST_OUTPUT } as const;
      const child = execFile(program, arranged(args), settings, (error, printed, said) => {
        if (error?.signal != null) reject(endedBy(error.signal, args[0]));
        else if (error !== null && typeof error.code !== 'number') reject(notRun(program, error));
        else resolve({ code: Number(error?.code ?? 0), printed, said });
      });
      give(child, input, true);
    });
  return {
    folder,
    ask,
    print: async (args, call) => {
      const answer = await ask(args, call);
      if (answer.code !== 0) throw gitTrouble(args[0] ?? '', answer);
      return answer.printed;
    },
    moveRef: async (ref, from, to, meanwhile = async () => undefined) => {
      const move = from === undefined ? `create ${ref} ${to}` : `update ${ref} ${to} ${from}`;
      const child = spawn(program, arranged(['update-ref', '-m', 'aigw', '--stdin']), { env: seen() });
      return await transaction(child, move, meanwhile).catch((error: unknown) => {
        throw error instanceof PlatformTrouble ? error : notRun(program, error as Error);
      });
    },
    at: (other) => gitIn({ ...options, folder: other }),
  };
}

/** The tree that holds nothing. */
export async function emptyTree(git: Git): Promise<string> {
  return (await git.print(['hash-object', '-w', '-t', 'tree', '--stdin'])).trim();
}

function give({ stdin }: ChildProcess, text: string, isAll: boolean): void {
  // A program that ends before it has read everything says why by its exit code.
  stdin?.once('error', () => undefined);
  if (isAll) stdin?.end(text);
  else stdin?.write(text);
}

async function transaction(child: ChildProcess, move: string, meanwhile: Meanwhile): Promise<GitAnswer> {
  let [printed, said] = ['', ''];
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString('utf8');
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  const prepared = new Promise<void>((resolve) => {
    child.stdout?.on('data', (data: Buffer) => {
      printed += data.toString('utf8');
      if (printed.includes('prepare: ok\n')) resolve();
    });
  });
  give(child, `start\n${move}\nprepare\n`, false);
  const early = await Promise.race([ended, prepared]);
  if (typeof early === 'number') return { code: early, printed, said };
  try {
    await meanwhile();
  } catch (error) {
    give(child, 'abort\n', true);
    await ended;
    throw error;
  }
  give(child, 'commit\n', true);
  return { code: await ended, printed, said };
}

function notRun(program: string, { message }: Error): PlatformTrouble {
  return new PlatformTrouble('missing', `${program} cannot be run: ${message}.`, 'Install Git 2.38 or newer.');
}

function endedBy(signal: string, what = ''): PlatformTrouble {
  const help = 'Look whether there is room, and what limits processes here.';
  return new PlatformTrouble('unusable', `git ${what} was ended by ${signal}.`, help);
}

/** That something could not be written for want of room, by Git's words and the system's. */
export function isForWantOfRoom({ said }: GitAnswer): boolean {
  return /unable to write|no space left|quota exceeded|file too large/i.test(said);
}

/** What a failure of Git means, by its own words. */
export function gitTrouble(what: string, answer: GitAnswer): PlatformTrouble {
  const { said } = answer;
  const words = said.trim().replaceAll(/\s*\n\s*/g, ' ');
  const message = `git ${what} failed: ${words}`;
  if (/please tell me who you are|auto-detection is disabled|empty ident name/i.test(said))
    return new PlatformTrouble(
      'refused',
      'Git does not know who commits.',
      'Tell it by `git config user.name "Your Name"` and `git config user.email you@example.com`.',
    );
  if (/not a git repository|cannot change to/.test(said))
    return new PlatformTrouble('missing', message, 'Name a folder of a Git repository, or make one by `git init`.');
  if (said.includes('dubious ownership'))
    return new PlatformTrouble(
      'refused',
      message,
      'If you trust its owner, add it to safe.directory in your settings.',
    );
  if (/permission denied|insufficient permission|read-only file system/i.test(said))
    return new PlatformTrouble('refused', message, 'Ask as somebody who may write to the repository.');
  if (isForWantOfRoom(answer)) return new PlatformTrouble('refused', message, 'Make room there, and run it again.');
  return new PlatformTrouble('unusable', message, 'Look at what Git says.');
}

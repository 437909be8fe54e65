import { inspect } from 'node:util';
import { redactor } from '../lib/redact.ts';
import { escapeControls } from '../lib/terminal-text.ts';
import type { ExitCode } from '../reports/report.ts';
import { version } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is said of an error that no command answered for, and the code that aigw exits with. */
export interface Trouble {
  readonly message: string;
  readonly exitCode: ExitCode;
}

/**
 * The system's refusals (no rights, no space) are the world's doing: 3. All else is a fault of aigw: 70. Neither shows what
 * secret-like environment variables hold, nor where on this machine aigw lies.
 */
export function troubleOf(
  error: unknown,
  { debug, env }: { readonly debug: boolean; readonly env: Environment },
): Trouble {
  const redact = redactor(secretsOf(env));
  const trace = debug ? `\n${redact(inspect(error))}` : '';
  if (isSystemError(error)) return { message: `${redact(escapeControls(refusalOf(error)))}${trace}`, exitCode: 3 };
  const shown = debug ? trace : `\n${redact(maskedTrace(error))}`;
  return {
    message:
      `aigw ${version} stopped because of a fault in aigw itself, not in your files. Nothing more was done.${shown}\n` +
      `Please report it with the lines above.${debug ? '' : ' --debug shows more.'}`,
    exitCode: 70,
  };
}

/** What the system refused, in a sentence with the path where it names one. */
function refusalOf(error: Error): string {
  if ('path' in error && typeof error.path === 'string') return `${error.path}: ${reasonOf(error)}.`;
  const isCwdGone = 'syscall' in error && error.syscall === 'uv_cwd' && codeOf(error) === 'ENOENT';
  return isCwdGone ? 'The folder that aigw was started in is gone.' : error.message;
}

/** Why the system refused, in words where its code is a common one; the system's own words otherwise. */
export function reasonOf(error: Error): string {
  const code = codeOf(error);
  const reason = reasons[code];
  return reason === undefined ? error.message : `${reason} (${code})`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you have no right to do this here',
  EPERM: 'you have no right to do this here',
  EROFS: 'this can only be read',
  ENOSPC: 'no space is left',
  EFBIG: 'the file would be larger than it may be',
  EDQUOT: 'your share of the space is used up',
  ENOTDIR: 'a file stands where a folder is needed',
  EISDIR: 'a folder stands where a file is needed',
  ENOENT: 'nothing can be made there',
  ENAMETOOLONG: 'the path is too long for this system',
};

/** Values of environment variables that are named like secrets. */
function secretsOf(env: Environment): readonly string[] {
  const named = /key|token|secret|passw|credential|auth/i;
  return Object.entries(env).flatMap(([name, value]) => (named.test(name) && value !== undefined ? [value] : []));
}

/** The error's own line and its frames, each with the function and the file's name without the folders above the package. */
function maskedTrace(error: unknown): string {
  if (!(error instanceof Error)) return `  ${escapeControls(String(error))}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const head = escapeControls(`${error.name}: ${error.message}`.slice(0, 500));
  return [`  ${head}`, ...frames.slice(0, 12).map((frame) => `  ${frame.trim().replace(folders, '')}`)].join('\n');
}

/** `file:///home/me/lib/aigw/` in front of `dist/…` or `src/…`. */
const folders = /(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^()]*[\\/](?=(?:dist|src|node_modules)[\\/])/;

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && /^E[A-Z0-9]+$/.test(codeOf(error));
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

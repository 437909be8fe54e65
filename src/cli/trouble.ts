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
  if (isSystemError(error)) return { message: `${redact(escapeControls(error.message))}${trace}`, exitCode: 3 };
  const shown = debug ? trace : `\n${redact(maskedTrace(error))}`;
  return {
    message:
      `aigw ${version} stopped because of a fault in aigw itself, not in your files. Nothing more was done.${shown}\n` +
      `Please report it with the lines above.${debug ? '' : ' --debug shows more.'}`,
    exitCode: 70,
  };
}

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
  return error instanceof Error && 'syscall' in error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code));
}

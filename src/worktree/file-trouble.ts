import { unreadableFile } from '../config/file-faults.ts';
import type { DiagnosticKind } from '../diagnostics/diagnostic.ts';
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';

/** A finding about a file as a whole: its content is not shown. */
export function aboutFile<A>(kind: DiagnosticKind<A>, args: A, path: string): Diagnostic {
  return raise(kind, args, { source: { path, text: '' }, span: { start: 0, end: 0 } });
}

/** The finding for an error of the file system; rethrows whatever is none. */
export function unreadable(error: unknown, path: string): Diagnostic {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return aboutFile(unreadableFile, { reason: reasons[code] ?? `the system says ${code}` }, path);
}

/** The code of an error that the system gave, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you have no right to read it',
  EPERM: 'you have no right to read it',
  ELOOP: 'it is a symbolic link that leads in a circle',
  ENOENT: 'it is a symbolic link to nothing, it has just gone, or its name is not UTF-8',
  ENAMETOOLONG: 'its path is too long for this system',
  EIO: 'the disk gave an error',
};

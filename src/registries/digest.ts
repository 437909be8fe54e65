import { sha256 } from '../lib/sha256.ts';

/** One artifact of a version. */
export interface Artifact {
  /** From the version's root, with forward slashes. */
  readonly path: string;
  /** Of its content: 64 hexadecimal digits. */
  readonly sha256: string;
}

/**
 * The digest of a version's artifacts, whatever registry they lie in: SHA-256 over a line for each, `SHA256  PATH`, in the order of their paths by
 * UTF-16 units, as GNU's `sha256sum` (9.1) writes it: where a path would break the line, it is escaped and the line begins with a backslash.
 */
export function digestOf(artifacts: readonly Artifact[]): string {
  const lines = artifacts
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => {
      const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
      return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
    });
  return `sha256:${sha256(lines.join(''))}`;
}

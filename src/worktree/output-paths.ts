import type { Refusal } from '../ports/files.ts';

/** The paths that cannot be written below one root on every system, or that collide there. */
export function refusedPaths(paths: readonly string[]): readonly Refusal[] {
  const faults = paths.flatMap((path) => {
    const reason = pathFault(path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  return faults.length > 0 ? faults : collisions(paths);
}

/** Why a path cannot be an output's: it could leave the root, or some system cannot have it. */
export function pathFault(path: string): string | undefined {
  if (path === '' || path.startsWith('/')) return 'it is no relative path';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..') return `"${name}" is no name of a folder or file`;
    if (name.toLowerCase() === '.git') return 'it lies in .git';
    if (forbidden.test(name)) return 'it has a character that not every system allows in a name';
    if (/[. ]$/.test(name) || reserved.test(name)) return `not every system allows the name "${name}"`;
    if (Buffer.byteLength(name) > longestName) return `a name in it is longer than ${longestName} bytes`;
  }
  return undefined;
}

/** 255 bytes are what file systems allow; the temporary file's name needs some of them. */
const longestName = 240;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among the forbidden
const forbidden = /[\u0000-\u001f<>:"|?*\\\u007f]|\p{Surrogate}/u;
/** Device names of Windows, with or without an extension. */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** Outputs that some file systems take for one: letter case, Unicode composition, a file where a folder must be. */
function collisions(paths: readonly string[]): readonly Refusal[] {
  const spelled = new Map<string, { readonly prefix: string; readonly isFile: boolean }>();
  return paths.flatMap((path) => {
    for (const { prefix, isFile } of prefixes(path)) {
      const key = prefix.normalize('NFC').toLowerCase().normalize('NFC');
      const other = spelled.get(key);
      if (other === undefined) spelled.set(key, { prefix, isFile });
      else if (other.prefix !== prefix || other.isFile || isFile) {
        return [{ path, reason: `some systems cannot tell it from "${other.prefix}"` }];
      }
    }
    return [];
  });
}

function prefixes(path: string): readonly { readonly prefix: string; readonly isFile: boolean }[] {
  const names = path.split('/');
  return names.map((_, index) => ({
    prefix: names.slice(0, index + 1).join('/'),
    isFile: index === names.length - 1,
  }));
}

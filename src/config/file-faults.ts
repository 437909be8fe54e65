// What can be wrong with files before and after their text is known. Raised by the worktree, which reads and writes them;
// defined here so that every floor knows them.
import { defineDiagnostic } from '../diagnostics/diagnostic.ts';

/** No aigw.yaml. */
export const noRepository = defineDiagnostic<{ readonly from: string; readonly upTo: string | undefined }>({
  code: 'AIGW1040',
  name: 'no-repository',
  severity: 'error',
  summary: 'There is no aigw.yaml where aigw was asked to look.',
  message: ({ from, upTo }) => {
    if (upTo === undefined) return `${from} does not exist, so there is no aigw.yaml in it.`;
    if (from === upTo) return `There is no aigw.yaml in ${from}.`;
    return `There is no aigw.yaml in ${from} or in any folder above it up to ${upTo}.`;
  },
  help: () => 'Run `aigw init` to lay a config repo, or name the folder that holds one.',
  examples: { bad: { 'readme.md': 'No aigw.yaml here.\n' }, good: 'kind: Repository\n' },
});

/** More, or larger, files than aigw reads at once. */
export const filesOverLimit = defineDiagnostic<{
  readonly limit: string;
  readonly most: string;
  readonly found: string;
}>({
  code: 'AIGW1042',
  name: 'files-over-limit',
  severity: 'error',
  summary: 'A file is too large, or there are too many, to be read safely.',
  message: ({ limit, most, found }) => `The limit on ${limit} is ${most}; here it is ${found}.`,
  help: () => 'Leave files that are no configuration out by spec.exclude in aigw.yaml, or split the file or the repo.',
  examples: {
    bad: { 'aigw.yaml': 'kind: Repository\n', 'dump.yaml': { size: 3 * 1024 * 1024 } },
    good: { 'aigw.yaml': 'kind: Repository\n', 'dump.yaml': '# small\n' },
  },
});

/** Not text in UTF-8. */
export const notUtf8 = defineDiagnostic<{ readonly offset: number; readonly byte: string }>({
  code: 'AIGW1043',
  name: 'not-utf-8',
  severity: 'error',
  summary: 'A file is not encoded as UTF-8.',
  message: ({ offset, byte }) => `This file is not UTF-8: byte ${offset} is 0x${byte}, which cannot stand there.`,
  help: () => 'Save the file as UTF-8.',
  examples: {
    // "name: café" in Latin-1.
    bad: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': { base64: 'bmFtZTogY2Fm6Qo=' } },
    good: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': '# café\n' },
  },
});

/** Compressed data, a picture, a program, UTF-16. */
export const binaryFile = defineDiagnostic<{ readonly looksLike: string }>({
  code: 'AIGW1044',
  name: 'binary-file',
  severity: 'error',
  summary: 'A file that should hold configuration is no text.',
  message: ({ looksLike }) => `This file is no text that aigw can read; it looks like ${looksLike}.`,
  help: () => 'Save it as UTF-8, or leave it out by spec.exclude in aigw.yaml.',
  examples: {
    // "k: 1" in UTF-16 with its byte order mark.
    bad: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': { base64: '//5rADoAIAAxAAoA' } },
    good: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': '# k\n' },
  },
});

/** A link whose end is outside the repo. */
export const linkLeavesRepository = defineDiagnostic({
  code: 'AIGW1045',
  name: 'link-leaves-repository',
  severity: 'error',
  summary: 'A symbolic link leads out of the config repo.',
  message: () => 'This symbolic link leads out of the config repo; it was not followed.',
  help: () => 'Copy the file into the repo, or leave the link out by spec.exclude in aigw.yaml.',
  examples: {
    bad: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': { link: '../../../../../../../../etc/passwd' } },
    good: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': '# a copy\n' },
  },
});

/** A pipe, a socket or a device. */
export const notRegularFile = defineDiagnostic<{ readonly found: string }>({
  code: 'AIGW1046',
  name: 'not-a-regular-file',
  severity: 'error',
  summary: 'Something that is no file stands where configuration is expected.',
  message: ({ found }) => `This is ${found}, not a file; it was not opened.`,
  help: () => 'Remove it, or leave it out by spec.exclude in aigw.yaml.',
  examples: {
    bad: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': { pipe: true } },
    good: { 'aigw.yaml': 'kind: Repository\n', 'team.yaml': '# a file\n' },
  },
});

/** The system refuses to open it. */
export const unreadableFile = defineDiagnostic<{ readonly reason: string }>({
  code: 'AIGW1047',
  name: 'unreadable-file',
  severity: 'error',
  summary: 'A file or folder cannot be opened.',
  message: ({ reason }) => `This cannot be read: ${reason}.`,
  help: () => 'Give yourself the right to read it, mend the link, or leave it out by spec.exclude in aigw.yaml.',
  examples: {
    bad: { 'aigw.yaml': 'kind: Repository\n', 'a.yaml': { link: 'b.yaml' }, 'b.yaml': { link: 'a.yaml' } },
    good: { 'aigw.yaml': 'kind: Repository\n', 'a.yaml': { link: 'b.yaml' }, 'b.yaml': '# the end\n' },
  },
});

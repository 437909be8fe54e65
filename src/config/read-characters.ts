import { defineDiagnostic } from '../diagnostics/diagnostic.ts';
import { type Findings, report } from './read-findings.ts';

/** A character that YAML forbids: NUL, control characters, a lone carriage return, half of a surrogate pair. */
export const controlCharacter = defineDiagnostic<{ readonly code: number }>({
  code: 'AIGW1004',
  name: 'control-character',
  severity: 'error',
  summary: 'A file holds a character that YAML does not allow.',
  message: ({ code }) =>
    code === carriageReturn
      ? 'A carriage return stands here without a line feed; readers disagree on whether the line ends.'
      : `The character U+${hex(code)} stands here, which YAML does not allow in a file.`,
  help: ({ code }) =>
    code === carriageReturn
      ? 'Save the file with LF or CRLF line ends.'
      : `Remove it; inside double quotes it can be written as "\\u${hex(code)}".`,
  examples: {
    bad: 'kind: Team\nmetadata: {name: search, owner: "ada\u0007"}\n',
    good: 'kind: Team\nmetadata: {name: search, owner: "ada\\u0007"}\n',
  },
});

/** U+FEFF anywhere but at the start. */
export const strayByteOrderMark = defineDiagnostic({
  code: 'AIGW1005',
  name: 'stray-byte-order-mark',
  severity: 'error',
  summary: 'A byte order mark stands inside a file, usually where two files were joined.',
  message: () =>
    'A byte order mark (U+FEFF, invisible) stands in the middle of this file and would become part of a name or a value.',
  help: () => 'Remove the invisible character; it came in where two files were joined.',
  examples: {
    bad: 'kind: Team\nmetadata: {name: search}\n---\n\ufeffkind: Team\nmetadata: {name: ads}\n',
    good: '\ufeffkind: Team\nmetadata: {name: search}\n---\nkind: Team\nmetadata: {name: ads}\n',
  },
});

/** Characters that make a text look other than it is, or that end a line for some readers only. */
export const hiddenCharacter = defineDiagnostic<{ readonly code: number }>({
  code: 'AIGW1006',
  name: 'hidden-character',
  severity: 'warning',
  summary: 'An invisible character turns the direction of text, or ends a line for some readers only.',
  message: ({ code }) =>
    isLineEnd(code)
      ? `The invisible character U+${hex(code)} ends the line for some YAML readers and is text for others.`
      : `The invisible character U+${hex(code)} changes the order in which this line is shown, so that it may look other than it is.`,
  help: ({ code }) => `Remove it, or write it inside double quotes as "\\u${hex(code)}".`,
  examples: {
    bad: 'kind: Team\nmetadata: {name: search, owner: "ada\u202e"}\n',
    good: 'kind: Team\nmetadata: {name: search, owner: "ada\\u202e"}\n',
  },
});

const carriageReturn = 0x0d;

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

const byteOrderMark = 0xfeff;

function isBidiControl(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

function isLineEnd(code: number): boolean {
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** What YAML 1.2.2 (5.1) calls non-printable, a lone CR, the BOM, and what hides: next line, separators, bidi overrides. */
const suspicious =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)|\p{Surrogate}/gu;

/**
 * Reports the first of each character that YAML forbids, and every one that hides something. False where the text cannot
 * be parsed as it is.
 */
export function checkCharacters(findings: Findings): boolean {
  const forbidden = new Set<number>();
  for (const match of findings.source.text.matchAll(suspicious)) {
    const code = match[0].charCodeAt(0);
    const span = { start: match.index, end: match.index + 1 };
    if (isLineEnd(code) || isBidiControl(code)) report(findings, hiddenCharacter, { code }, span);
    else if (!forbidden.has(code) && !(code === byteOrderMark && match.index === 0)) {
      forbidden.add(code);
      if (code === byteOrderMark) report(findings, strayByteOrderMark, {}, span);
      else report(findings, controlCharacter, { code }, span);
    }
  }
  return forbidden.size === 0;
}

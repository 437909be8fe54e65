import { defineDiagnostic } from '../diagnostics/diagnostic.ts';
import { excerpt } from '../lib/excerpt.ts';

/** The same key twice in one map. */
export const duplicateKey = defineDiagnostic<{ readonly key: string }>({
  code: 'AIGW1010',
  name: 'duplicate-key',
  severity: 'error',
  summary: 'A map holds the same key twice.',
  message: ({ key }) => `The key "${excerpt(key)}" stands twice in this map; the second value would be lost.`,
  help: () => 'Keep one of the two, or rename one.',
  examples: {
    bad: 'kind: Model\nmetadata: {name: small}\nspec:\n  provider: openai\n  provider: anthropic\n',
    good: 'kind: Model\nmetadata: {name: small}\nspec:\n  provider: openai\n',
  },
});

/** A key that YAML reads as a number, a boolean, null, a list or a map. */
export const keyNotText = defineDiagnostic<{ readonly found: string; readonly help: string }>({
  code: 'AIGW1011',
  name: 'key-not-text',
  severity: 'error',
  summary: 'A key is not text.',
  message: ({ found }) => `A key must be text; this one is ${found}.`,
  help: ({ help }) => help,
  examples: {
    bad: 'kind: Route\nmetadata: {name: faq, labels: {1: first}}\n',
    good: 'kind: Route\nmetadata: {name: faq, labels: {"1": first}}\n',
  },
});

/** `<<`, which YAML 1.2 no longer has. */
export const mergeKey = defineDiagnostic({
  code: 'AIGW1012',
  name: 'merge-key',
  severity: 'error',
  summary: 'A merge key (`<<`) stands in a map; readers disagree on what it does.',
  message: () => 'The merge key `<<` is not part of YAML 1.2, and readers disagree on what it does.',
  help: () => 'Write the entries out, or use an alias for a whole value (`key: *anchor`).',
  examples: {
    bad: 'kind: Route\nmetadata: {name: faq}\nspec:\n  retry: &retry {attempts: 2}\n  other:\n    <<: *retry\n',
    good: 'kind: Route\nmetadata: {name: faq}\nspec:\n  retry: &retry {attempts: 2}\n  other: *retry\n',
  },
});

/** A tag that is not of the core schema, or that does not fit its value. */
export const unknownTag = defineDiagnostic<{ readonly tag: string }>({
  code: 'AIGW1013',
  name: 'unknown-tag',
  severity: 'error',
  summary: 'A value carries a YAML tag that the config language does not have.',
  message: ({ tag }) => `The tag ${excerpt(tag)} is unknown here or does not fit its value.`,
  help: () => 'Remove the tag; where the value is text that begins with "!", quote it.',
  examples: {
    bad: 'kind: Model\nmetadata: {name: small, owner: !person ada}\n',
    good: 'kind: Model\nmetadata: {name: small, owner: ada}\n',
  },
});

/** A `%` line that would change how the document is read. */
export const yamlDirective = defineDiagnostic<{ readonly directive: string }>({
  code: 'AIGW1014',
  name: 'yaml-directive',
  severity: 'error',
  summary:
    'A line that begins with "%" asks for another version of YAML, or for something else than reading the text as it stands.',
  message: ({ directive }) => `The directive "${excerpt(directive)}" would change how this document is read.`,
  help: () => 'Remove the line; aigw reads YAML 1.2. Where it is text, quote it.',
  examples: {
    bad: '%YAML 1.1\n---\nkind: Model\nmetadata: {name: small}\n',
    good: '%YAML 1.2\n---\nkind: Model\nmetadata: {name: small}\n',
  },
});

/** An unquoted value that YAML readers understand differently. */
export const ambiguousScalar = defineDiagnostic<{
  readonly text: string;
  readonly read: string;
  readonly other: string;
  /** What to write where it is no text. */
  readonly instead: string;
}>({
  code: 'AIGW1015',
  name: 'ambiguous-scalar',
  severity: 'warning',
  summary: 'An unquoted value means different things to different YAML readers.',
  message: ({ text, read, other }) =>
    `The value ${excerpt(text)} is read as ${read} here, and as ${other} by other YAML readers.`,
  help: ({ text, instead }) => `Quote it ("${excerpt(text)}") where it is text; else write ${instead}.`,
  examples: {
    bad: 'kind: Provider\nmetadata: {name: nordic, labels: {country: no}}\n',
    good: 'kind: Provider\nmetadata: {name: nordic, labels: {country: "no"}}\n',
  },
});

/** An unquoted date: text for YAML 1.2, a point in time for others. */
export const unquotedDate = defineDiagnostic<{ readonly text: string }>({
  code: 'AIGW1016',
  name: 'unquoted-date',
  severity: 'info',
  summary: 'An unquoted date is text to aigw and a point in time to some other YAML readers.',
  message: ({ text }) =>
    `The value ${excerpt(text)} is read as text here, and as a point in time by some other YAML readers.`,
  help: ({ text }) => `Quote it: "${excerpt(text)}".`,
  examples: {
    bad: 'kind: Model\nmetadata: {name: old, labels: {until: 2027-01-31}}\n',
    good: 'kind: Model\nmetadata: {name: old, labels: {until: "2027-01-31"}}\n',
  },
});

/** A number with more digits, or a larger exponent, than a 64-bit float holds. */
export const inexactNumber = defineDiagnostic<{ readonly text: string; readonly nearest: string }>({
  code: 'AIGW1017',
  name: 'inexact-number',
  severity: 'error',
  summary: 'A number has more digits than can be kept.',
  message: ({ text, nearest }) => `The number ${excerpt(text)} cannot be kept exactly; it would become ${nearest}.`,
  help: () => 'Quote it where it is an identifier; else write it with at most 15 significant digits.',
  examples: {
    bad: 'kind: Team\nmetadata: {name: search, labels: {account: 12345678901234567890}}\n',
    good: 'kind: Team\nmetadata: {name: search, labels: {account: "12345678901234567890"}}\n',
  },
});

/** `.inf` or `.nan`. */
export const notFiniteNumber = defineDiagnostic<{ readonly text: string }>({
  code: 'AIGW1018',
  name: 'not-finite-number',
  severity: 'error',
  summary: 'A value is infinity or not-a-number, which JSON cannot hold.',
  message: ({ text }) => `${text} is no number that JSON can hold.`,
  help: () => 'Write a number, or leave the field out where it should not be limited.',
  examples: {
    bad: 'kind: Route\nmetadata: {name: faq}\nspec: {retry: {attempts: .inf}}\n',
    good: 'kind: Route\nmetadata: {name: faq}\nspec: {retry: {attempts: 3}}\n',
  },
});

/** `*name` without an `&name` before it. */
export const unknownAlias = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>({
  code: 'AIGW1019',
  name: 'unknown-alias',
  severity: 'error',
  summary: 'An alias refers to an anchor that its document does not have.',
  message: ({ name }) =>
    `The alias *${excerpt(name)} refers to nothing: no &${excerpt(name)} stands before it in this document.`,
  help: ({ nearest }) =>
    nearest === undefined
      ? 'Put the anchor before the alias, in the same document; where this is text that begins with "*", quote it.'
      : `Did you mean *${excerpt(nearest)}?`,
  examples: {
    bad: 'kind: Route\nmetadata: {name: faq}\nspec: {hosts: *hosts}\n',
    good: 'kind: Route\nmetadata: {name: faq}\nspec: {hosts: &hosts [a.example], others: *hosts}\n',
  },
});

/** An alias inside the very node that it refers to. */
export const aliasCycle = defineDiagnostic<{ readonly name: string }>({
  code: 'AIGW1020',
  name: 'alias-cycle',
  severity: 'error',
  summary: 'An alias refers to a value that contains it, which would never end.',
  message: ({ name }) => `The alias *${excerpt(name)} stands inside the value that it refers to; that would never end.`,
  help: () => 'Write out what is meant, or move the anchor to a value that does not contain the alias.',
  examples: {
    bad: 'kind: Route\nmetadata: {name: faq}\nspec: &spec {other: *spec}\n',
    good: 'kind: Route\nmetadata: {name: faq}\nspec: {hosts: &hosts [a.example], others: *hosts}\n',
  },
});

/** `"\ud800"`: half of a character. */
export const brokenEscape = defineDiagnostic({
  code: 'AIGW1021',
  name: 'broken-escape',
  severity: 'error',
  summary: 'An escape writes half of a character, which no UTF-8 file can hold.',
  message: () => 'This text escapes one half of a surrogate pair, which is no character.',
  help: () => 'Write the character itself, or both halves (such as "\\ud83d\\ude00").',
  examples: {
    bad: 'kind: Team\nmetadata: {name: search, labels: {emoji: "\\ud83d"}}\n',
    good: 'kind: Team\nmetadata: {name: search, labels: {emoji: "\\ud83d\\ude00"}}\n',
  },
});

/** A block at the end of a file that has no last line end. */
export const unendedBlock = defineDiagnostic({
  code: 'AIGW1022',
  name: 'unended-block',
  severity: 'warning',
  summary: 'A block text ends with the file, without a line end.',
  message: () =>
    'This block ends with the file and without a line end; some YAML readers add one to the text, others do not.',
  help: () => 'End the file with a line end, or write "|-" (">-") for a text without one.',
  examples: {
    bad: 'kind: Prompt\nmetadata: {name: hello}\nspec:\n  text: |\n    Be kind.',
    good: 'kind: Prompt\nmetadata: {name: hello}\nspec:\n  text: |\n    Be kind.\n',
  },
});

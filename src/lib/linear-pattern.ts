import { RE2JS } from 're2js';

/** A regular expression that answers in time linear in the text. */
export interface LinearPattern {
  readonly test: (text: string) => boolean;
}

/**
 * Compiles a pattern in RE2 syntax, the one of Go and CEL; a match may lie anywhere in the text.
 * Throws on a pattern that RE2 refuses, look-around and back-references among them.
 */
export function compileLinearPattern(pattern: string): LinearPattern {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.matcher(text).find() };
}

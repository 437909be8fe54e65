// A check is one rule over a repo as one environment sees it. One file per rule; the files are blind to one another.
import type { ResolvedConfig } from '../config/model.ts';
import type { Diagnostic, DiagnosticKind } from '../diagnostics/diagnostic.ts';

/** Counts the tokens of a text as a model does. Exact for OpenAI's encodings; a stated estimate for all others. */
export type CountTokens = (text: string, tokenizer: 'o200k' | 'cl100k' | 'estimate') => Promise<number>;

export interface CheckContext {
  readonly config: ResolvedConfig;
  /** The day on which the check is made, as YYYY-MM-DD in UTC. */
  readonly today: string;
  readonly countTokens: CountTokens;
}

/**
 * A rule, and the kinds of findings that it may raise. A finding that holds in several environments is raised in each of
 * them with the same words and place, and is listed once.
 */
export interface Check {
  readonly kinds: readonly DiagnosticKind<never>[];
  /** Its findings count only where they hold in every environment. */
  readonly everywhere?: boolean;
  /**
   * What it finds on a resource follows from that resource, the names that documents bear and the texts of files. So a
   * resource that several environments share is looked at once: `all` leaves it out in the later ones.
   */
  readonly byResource?: boolean;
  readonly run: (context: CheckContext) => readonly Diagnostic[] | Promise<readonly Diagnostic[]>;
}

/** Declares a check over kinds whose arguments differ in type. */
export function defineCheck<const K extends readonly { readonly code: string }[]>(check: {
  readonly kinds: K;
  readonly everywhere?: boolean;
  readonly byResource?: boolean;
  readonly run: Check['run'];
}): Check {
  return check as unknown as Check;
}

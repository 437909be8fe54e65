import { type Diagnostic, type DiagnosticKind, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { SourceText, Span } from '../diagnostics/source.ts';
import { readLimits } from './read-limits.ts';

/** What the reader has found wrong with one text so far. */
export interface Findings {
  readonly source: SourceText;
  readonly list: Diagnostic[];
}

/** A text outgrows one of `readLimits`. */
export const textOverLimit = defineDiagnostic<{ readonly limit: string; readonly most: string; readonly help: string }>(
  {
    code: 'AIGW1030',
    name: 'text-over-limit',
    severity: 'error',
    summary: 'A file goes beyond a limit that keeps reading fast and safe.',
    message: ({ limit, most }) => `This goes beyond the limit on ${limit}, which is ${most}.`,
    help: ({ help }) => help,
    examples: {
      bad: `kind: Prompt\nmetadata: {name: deep}\nspec: ${'['.repeat(101)}${']'.repeat(101)}\n`,
      good: 'kind: Prompt\nmetadata: {name: flat}\nspec: [[]]\n',
    },
  },
);

/** Adds a finding at `span`, until the file has as many as one reader can use. `related` is made only when it is kept. */
export function report<A>(
  findings: Findings,
  kind: DiagnosticKind<A>,
  args: A,
  span: Span,
  related?: () => readonly { readonly message: string; readonly span: Span }[],
): void {
  const { list, source } = findings;
  if (list.length > readLimits.findingsPerFile) return;
  const place = { source, span };
  if (list.length === readLimits.findingsPerFile) {
    list.push(raise(textOverLimit, tooManyFindings, place));
    return;
  }
  const others = (related?.() ?? []).map((other) => ({ message: other.message, place: { source, span: other.span } }));
  list.push(raise(kind, args, place, { related: others }));
}

const tooManyFindings = {
  limit: 'findings in one file',
  most: String(readLimits.findingsPerFile),
  help: 'Remedy the findings listed so far and run again; what follows is not listed.',
};

import type { Place } from './source.ts';

/** error: the answer is no. warning: likely a fault. info: worth knowing, never a reason to stop. */
export type Severity = 'error' | 'warning' | 'info';

/** A second place that explains the first: "first declared here". */
export interface Related {
  readonly message: string;
  readonly place: Place;
}

/**
 * A file of an example: its text, or what a text cannot show: a link and where it leads, a named pipe, bytes in base64,
 * a file of so many zero bytes.
 */
export type ExampleFile =
  | string
  | { readonly link: string }
  | { readonly pipe: true }
  | { readonly base64: string }
  | { readonly size: number };

/** The files of an example repo by name. A bare string stands for one `aigw.yaml`. */
export type ExampleFiles = string | Readonly<Record<string, ExampleFile>>;

/**
 * One thing that can be wrong, defined once beside the code that raises it. `aigw explain`, the reference page and the
 * rule table of reports are made from it. Codes: 1xxx reading and schema, 2xxx checks, 3xxx a target cannot express it,
 * 4xxx promotion, 5xxx tests and canary. A code and a name are never reused.
 */
export interface DiagnosticKind<A = never> {
  readonly code: `AIGW${number}`;
  /** Kebab-case, permanent. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence for the rule table: what is wrong in general. */
  readonly summary: string;
  /** One sentence: what happened here. */
  readonly message: (args: A) => string;
  /** One sentence: what to do. */
  readonly help: (args: A) => string;
  /** Both are run by the build: bad must raise this code, good must not. */
  readonly examples: { readonly bad: ExampleFiles; readonly good: ExampleFiles };
}

/** Something in the user's files, with its place. */
export interface Diagnostic {
  readonly kind: DiagnosticKind<never>;
  readonly severity: Severity;
  readonly message: string;
  readonly help: string;
  /** Absent only where no file is at fault (an empty repo). */
  readonly place: Place | undefined;
  readonly related: readonly Related[];
  /** The text under `place` is a secret: reports show its first characters at most, in every frame that touches it. */
  readonly sensitive?: true;
}

/** Declares a kind; the type of its arguments follows from `message` and `help`. */
export function defineDiagnostic<A>(kind: DiagnosticKind<A>): DiagnosticKind<A> {
  return kind;
}

/** Makes a finding of `kind` at `place`. `severity` replaces the kind's own where a policy or `onUnsupported` says so. */
export function raise<A>(
  kind: DiagnosticKind<A>,
  args: A,
  place: Place | undefined,
  extra: { readonly related?: readonly Related[]; readonly severity?: Severity; readonly sensitive?: boolean } = {},
): Diagnostic {
  return {
    kind: kind as DiagnosticKind<never>,
    severity: extra.severity ?? kind.severity,
    message: kind.message(args),
    help: kind.help(args),
    place,
    related: extra.related ?? [],
    ...(extra.sensitive === true ? { sensitive: true } : {}),
  };
}

/** File order: by path, then by offset, then by code; what has no place comes first. Paths compare by UTF-16 unit, never by locale. */
export function inFileOrder(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.place?.source.path ?? '', b.place?.source.path ?? '') ||
    (a.place?.span.start ?? 0) - (b.place?.span.start ?? 0) ||
    compare(a.kind.code, b.kind.code) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

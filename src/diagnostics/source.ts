/** A text that a user wrote, and the name by which findings speak of it. */
export interface SourceText {
  /** Relative to the config repo's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Offsets into a SourceText, 0-based UTF-16 units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span in a file: where a finding points. */
export interface Place {
  readonly source: SourceText;
  readonly span: Span;
}

/** What people and editors read: both 1-based; the column counts UTF-16 units, as SARIF's default and editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<SourceText, number[]>();

/** The line and column of an offset. The only place where positions are made. CRLF counts as one line end. */
export function locate(source: SourceText, offset: number): Position {
  const starts = lineStartsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of a 1-based line without its line end, or undefined beyond the file. */
export function lineOf(source: SourceText, line: number): string | undefined {
  const starts = lineStartsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return undefined;
  return source.text.slice(start, starts[line] ?? source.text.length).replace(/[\r\n]+$/, '');
}

function lineStartsOf(source: SourceText): number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

import { lineOf, locate, type Place, type SourceText } from '../diagnostics/source.ts';
import { cellWidth, escapeControls, graphemes } from '../lib/terminal-text.ts';
import { finderOf } from './concealment.ts';

/** A line of a frame: source text, or the marks under it. Safe to print: tabs are expanded, controls escaped, secrets masked. */
export type FrameLine =
  | { readonly kind: 'code'; readonly number: number; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string };

export interface FrameOptions {
  /** Cells that a line of the frame may take. */
  readonly width: number;
  /** Places that hold secrets; these, and the same secrets elsewhere, are masked. */
  readonly sensitive: readonly Place[];
  /** Whether the line above is shown too. */
  readonly before: boolean;
}

interface Cell {
  readonly at: number;
  readonly text: string;
  readonly width: number;
}

const tabWidth = 4;
const maskedHead = 4;
const minimumSeen = 24;

/**
 * The lines that show a place: the line above, the line, and carets under the span. A span over several lines is marked
 * up to the end of its first. Lines longer than the width are shown around the span.
 */
export function codeFrame(place: Place, { width, sensitive, before }: FrameOptions): readonly FrameLine[] {
  const { source, span } = place;
  const { line, column } = locate(source, span.start);
  const text = lineOf(source, line);
  // A file without a text was not read, or has nothing to show.
  if (text === undefined || source.text === '') return [];
  const start = Math.min(column - 1, text.length);
  const whole = { source, sensitive, from: 0, width };
  const window = isCutBefore(cellsOf(line, whole), text, start)
    ? { ...whole, from: windowStart(text, start, width) }
    : whole;
  const above = before && line > 1 ? visible(cellsOf(line - 1, window)) : '';
  const cells = cellsOf(line, window);
  return [
    ...(/^…?\s*$/.test(above) ? [] : [{ kind: 'code', number: line - 1, text: above.trimEnd() } as const]),
    { kind: 'code', number: line, text: visible(cells).trimEnd() },
    { kind: 'mark', text: marks(cells, start, Math.max(start + 1, start + span.end - span.start)) },
  ];
}

/** Whether a line shown from its beginning would be cut so early that little or nothing of the span is seen. */
function isCutBefore(cells: readonly Cell[], text: string, start: number): boolean {
  const last = cells.at(-1);
  if (last === undefined || last.text !== '…' || last.at >= text.length) return false;
  return last.at < Math.min(text.length, start + minimumSeen);
}

/** Where a window of `width` cells begins so that the span stands in its first third. */
function windowStart(text: string, start: number, width: number): number {
  const from = Math.max(0, start - Math.floor(width / 3));
  return isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from;
}

interface Window {
  readonly source: SourceText;
  readonly sensitive: readonly Place[];
  readonly from: number;
  readonly width: number;
}

/** The cells of a line inside the window, with an ellipsis where text was cut. */
function cellsOf(line: number, { source, sensitive, from, width }: Window): readonly Cell[] {
  const text = lineOf(source, line) ?? '';
  const cells: Cell[] = from > 0 ? [{ at: -1, text: '…', width: 1 }] : [];
  let used = cells.length;
  const maskAt = masksOf(source, line, sensitive);
  for (const grapheme of graphemes(text.slice(from, from + 4 * width))) {
    const at = from + grapheme.at;
    const cell = maskAt(at) ?? plainCell(grapheme.text, used, at);
    if (used + cell.width > width - 1) return [...cells, { at: at + 1, text: '…', width: 1 }];
    cells.push(cell);
    used += cell.width;
  }
  return cells;
}

function plainCell(grapheme: string, column: number, at: number): Cell {
  if (grapheme === '\t') {
    const width = tabWidth - (column % tabWidth);
    return { at, text: ' '.repeat(width), width };
  }
  const text = escapeControls(grapheme);
  return { at, text, width: text === grapheme ? cellWidth(grapheme) : text.length };
}

/** For an offset of the line: the cell that stands for a masked character, or undefined where the text may be shown. */
function masksOf(source: SourceText, line: number, sensitive: readonly Place[]): (at: number) => Cell | undefined {
  if (sensitive.length === 0) return () => undefined;
  const text = lineOf(source, line) ?? '';
  const lineStart = startOf(source, line);
  const placed = sensitive
    .filter((place) => place.source.path === source.path)
    .map(({ span }) => ({ start: span.start - lineStart, end: span.end - lineStart }));
  const hidden = [...placed, ...finderOf(sensitive)(text)]
    .filter(({ start, end }) => start < text.length && end > 0)
    .map(({ start, end }) => ({
      from: Math.max(0, start + (end - start >= 3 * maskedHead ? maskedHead : 0)),
      to: end,
    }));
  return (at) => {
    const parts = hidden.filter(({ from, to }) => at >= from && at < to);
    if (parts.length === 0) return undefined;
    return parts.every(({ from }) => from === at) ? { at, text: '…', width: 1 } : { at, text: '', width: 0 };
  };
}

function visible(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('');
}

/** Spaces up to the cell of offset `start`, then a caret for each cell up to `end`, one at least. */
function marks(cells: readonly Cell[], start: number, end: number): string {
  let indent = 0;
  let length = 0;
  for (const { at, width } of cells) {
    if (at < start) indent += width;
    else if (at < end) length += width;
  }
  return ' '.repeat(indent) + '^'.repeat(Math.max(1, length));
}

/** The offset at which a line begins. Positions are made by `locate` alone, so it is found through it. */
function startOf(source: SourceText, line: number): number {
  let low = 0;
  let high = source.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (locate(source, middle).line < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

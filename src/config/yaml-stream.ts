import { type Event, parseEvents } from 'js-yaml';
import { readLimits } from './read-limits.ts';

/** A run of YAML documents with its parser events, whose offsets count from `offset`. */
export interface ParsedPart {
  readonly kind: 'parsed';
  readonly text: string;
  /** Where the part begins in the whole text. */
  readonly offset: number;
  readonly events: readonly Event[];
}

/** A part that is no YAML. */
export interface BrokenPart {
  readonly kind: 'broken';
  readonly text: string;
  readonly offset: number;
  /** The parser's word for the fault; `syntaxFault` makes a sentence of it. */
  readonly reason: string;
  /** Where the parser gave up, counted from `offset`. */
  readonly at: number;
}

export type StreamPart = ParsedPart | BrokenPart;

/**
 * The parser's events of a whole text; where it is broken, of each document by itself, so that one broken document
 * does not hide the others.
 */
export function parseStream(text: string): readonly StreamPart[] {
  const whole = parsePart(text, 0);
  if (whole.kind === 'parsed') return [whole];
  const starts = documentStarts(text);
  if (starts.length === 1) return [whole];
  return starts.map((start, index) => parsePart(text.slice(start, starts[index + 1]), start));
}

/** Parses one part; the only place where the parser's exceptions are caught. */
export function parsePart(text: string, offset: number): StreamPart {
  try {
    // A scalar inside the deepest allowed collection is one level more.
    const events = parseEvents(text, { maxDepth: readLimits.depth + 1 });
    return { kind: 'parsed', text, offset, events };
  } catch (error) {
    if (isParserError(error)) return { kind: 'broken', text, offset, reason: error.reason, at: error.mark.position };
    throw error;
  }
}

/** Offsets at which documents begin. A directive belongs to the document after it, so then the text stays whole. */
function documentStarts(text: string): readonly number[] {
  if (/^%/m.test(text)) return [0];
  const starts = [0];
  for (const marker of text.matchAll(/^---(?=\s|$)/gm)) {
    if (marker.index > 0 && starts.length < readLimits.documentsPerFile) starts.push(marker.index);
  }
  return starts;
}

interface ParserError {
  readonly reason: string;
  readonly mark: { readonly position: number };
}

function isParserError(error: unknown): error is ParserError {
  return error instanceof Error && error.name === 'YAMLException' && 'reason' in error && 'mark' in error;
}

import type { Event, ScalarEvent } from 'js-yaml';
import type { DiagnosticKind } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Json } from '../lib/json.ts';
import { type Findings, report } from './read-findings.ts';
import { spanOfScalar } from './yaml-spans.ts';
import type { ParsedPart } from './yaml-stream.ts';

/** The way through one part's events, from which plain data is made. */
export interface Composer {
  readonly part: ParsedPart;
  readonly text: string;
  readonly events: readonly Event[];
  readonly findings: Findings;
  /** The next event. */
  at: number;
  /** The end of the last token read. */
  last: number;
  /** Of the current document. */
  anchors: Map<string, Anchor>;
  /** Characters that the current document's aliases stand for, written out. */
  expanded: number;
  aliasesRefused: boolean;
}

/** A node that aliases may refer to. */
export interface Anchor {
  value: Json;
  /** Characters of the node with its aliases written out. */
  size: number;
  /** The node is still being read: an alias to it would be a cycle. */
  open: boolean;
  readonly start: number;
  readonly expandedBefore: number;
}

/** A composer at the beginning of `part`. */
export function composerOf(part: ParsedPart, findings: Findings): Composer {
  const { text, events } = part;
  return { part, text, events, findings, at: 0, last: 0, anchors: new Map(), expanded: 0, aliasesRefused: false };
}

/** Reports at a span of the part. */
export function reportAt<A>(
  composer: Composer,
  kind: DiagnosticKind<A>,
  args: A,
  span: Span,
  related?: () => readonly { readonly message: string; readonly span: Span }[],
): void {
  const { offset } = composer.part;
  const shift = ({ start, end }: Span): Span => ({ start: start + offset, end: end + offset });
  const others = related && (() => related().map(({ message, span: other }) => ({ message, span: shift(other) })));
  report(composer.findings, kind, args, shift(span), others);
}

/** Notes that a scalar has been read. */
export function passScalar(composer: Composer, event: ScalarEvent): void {
  // A quoted scalar's last quote stands after its value; one character more never reaches the next token's text.
  composer.last = Math.max(composer.last, event.valueEnd, event.tagEnd, event.anchorEnd);
}

/** Where a scalar stands; for an empty one, the end of what stands before it. */
export function spanOfEvent(composer: Composer, event: ScalarEvent): Span {
  return spanOfScalar(composer.text, event) ?? { start: Math.max(composer.last - 1, 0), end: composer.last };
}

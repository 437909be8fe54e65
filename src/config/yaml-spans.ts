import { EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Span } from '../diagnostics/source.ts';

/** What the parser writes for "absent". */
export const absent = -1;

/** Where a scalar stands, quotes and block header included; undefined for an empty one, which takes no room. */
export function spanOfScalar(text: string, event: ScalarEvent): Span | undefined {
  const { valueStart, valueEnd, style } = event;
  if (valueStart === absent) return undefined;
  switch (style) {
    case SCALAR_STYLE.PLAIN:
      return { start: valueStart, end: valueEnd };
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return { start: valueStart - 1, end: valueEnd + 1 };
    default:
      return { start: blockHeader(text, event), end: endOfContent(text, valueStart, valueEnd) };
  }
}

/** Where a scalar stands; where it is empty, its anchor or tag. */
export function spanOfContent(text: string, event: ScalarEvent): Span | undefined {
  const start = startOf(text, event);
  if (event.valueStart !== absent || start === undefined) return spanOfScalar(text, event);
  return { start, end: Math.max(event.anchorEnd, event.tagEnd) };
}

/** Where a node's own text begins, its anchor and tag included; undefined for one that takes no room. */
export function startOf(text: string, event: Event): number | undefined {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) return undefined;
  const own = event.type === EVENT_ID.SCALAR ? spanOfScalar(text, event)?.start : event.start;
  const starts = [own, positive(event.anchorStart - 1), positive(event.tagStart)].filter(
    (start) => start !== undefined,
  );
  return starts.length === 0 ? undefined : Math.min(...starts);
}

function positive(offset: number): number | undefined {
  return offset < 0 ? undefined : offset;
}

/** Where a flow collection ends that begins at `start` and whose last token ends at `last`. */
export function endOfFlow(text: string, start: number, last: number): number {
  // A single pair inside a list (`[a: b]`) is a map without brackets of its own.
  if (text[start] !== '{' && text[start] !== '[') return last;
  closing.lastIndex = Math.max(last, start + 1);
  return closing.test(text) ? closing.lastIndex : last;
}

/** What may stand between the last token of a flow collection and its end. */
const closing = /(?:[\s,:?]|#[^\n]*)*[\]}]/y;

/** The index after the node that begins at `index`. */
export function skipNode(events: readonly Event[], index: number): number {
  let depth = 0;
  let at = index;
  do {
    const type = events[at++]?.type;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
    else if (type === EVENT_ID.POP) depth--;
  } while (depth > 0);
  return at;
}

/** The `|` or `>` that opens a block scalar: on the line before its text, after the key, the anchor and the tag. */
function blockHeader(text: string, event: ScalarEvent): number {
  const lineStart = text.lastIndexOf('\n', event.valueStart - 2) + 1;
  const from = Math.max(lineStart, event.anchorEnd, event.tagEnd);
  const header = /[|>][-+0-9]*[ \t]*(?:#.*)?\r?\n?$/.exec(text.slice(from, event.valueStart));
  return header === null ? event.valueStart : from + header.index;
}

function endOfContent(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text.charAt(at - 1))) at--;
  return at;
}

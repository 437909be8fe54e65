import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Span } from '../diagnostics/source.ts';
import { type Findings, report } from './read-findings.ts';
import { endOfFlow, spanOfScalar } from './yaml-spans.ts';
import type { ParsedPart } from './yaml-stream.ts';
import { tabIndentation } from './yaml-syntax.ts';

/**
 * Reports lines that begin with a tab, blank ones too, outside of quotes, blocks and brackets. The parser overlooks some,
 * where others refuse the file or end a text.
 */
export function checkTabs(part: ParsedPart, findings: Findings): void {
  if (!/^ *\t/m.test(part.text)) return;
  const shelters = sheltersOf(part);
  let next = 0;
  for (const match of part.text.matchAll(/^ *\t/gm)) {
    const at = match.index + match[0].length - 1;
    while ((shelters[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next++;
    if ((shelters[next]?.start ?? Number.POSITIVE_INFINITY) < at) continue;
    report(findings, tabIndentation, {}, { start: part.offset + at, end: part.offset + at + 1 });
  }
}

/** The spans in which a tab may begin a line: quoted texts, blocks, flow collections; in order. */
function sheltersOf({ text, events }: ParsedPart): readonly Span[] {
  const shelters: Span[] = [];
  const open: Opened[] = [];
  let last = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const closed = open.pop();
      if (closed?.isFlow !== true) continue;
      last = endOfFlow(text, closed.start, last);
      if (!isInFlow(open)) shelters.push({ start: closed.start, end: last });
    } else if (event.type === EVENT_ID.SCALAR) {
      const span = spanOfToken(text, event);
      if (event.style !== SCALAR_STYLE.PLAIN && !isInFlow(open)) shelters.push(span);
      last = Math.max(last, span.end);
    } else if (event.type === EVENT_ID.ALIAS) last = event.anchorEnd;
    else if (event.type === EVENT_ID.DOCUMENT) open.push({ isFlow: false, start: 0 });
    else open.push({ isFlow: event.style === COLLECTION_STYLE.FLOW, start: event.start });
  }
  return shelters;
}

interface Opened {
  readonly isFlow: boolean;
  readonly start: number;
}

function isInFlow(open: readonly Opened[]): boolean {
  return open.at(-1)?.isFlow === true;
}

/** A scalar with the last lines of a block, blank ones too. */
function spanOfToken(text: string, event: ScalarEvent): Span {
  const { start, end } = spanOfScalar(text, event) ?? { start: 0, end: 0 };
  return { start, end: Math.max(end, event.valueEnd) };
}

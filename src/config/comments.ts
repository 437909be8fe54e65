import { EVENT_SCALAR } from 'js-yaml';
import type { Place, SourceText } from '../diagnostics/source.ts';
import { parseStream } from './yaml-stream.ts';

/**
 * The YAML comments of a text that begin with `word`, in order: each from its `#` to the end of its line. What stands in a
 * quoted, plain or block scalar is no comment. Documents that are no YAML have none.
 */
export function commentsOf(source: SourceText, word: string): readonly Place[] {
  if (!source.text.includes(word)) return [];
  return parseStream(source.text).flatMap((part) => {
    if (part.kind === 'broken') return [];
    const scalars = part.events.flatMap((event) =>
      event.type === EVENT_SCALAR ? [{ start: event.valueStart + part.offset, end: event.valueEnd + part.offset }] : [],
    );
    return commentsIn(source, word, { start: part.offset, end: part.offset + part.text.length }, scalars);
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function commentsIn(source: SourceText, word: string, part: Range, scalars: readonly Range[]): readonly Place[] {
  const pattern = new RegExp(`(?<![^\\s\\ufeff])#[ \\t]*${word}(?![\\w-])[^\\r\\n]*`, 'g');
  const found: Place[] = [];
  let next = 0;
  for (const match of source.text.slice(part.start, part.end).matchAll(pattern)) {
    const start = part.start + match.index;
    while ((scalars[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    if ((scalars[next]?.start ?? Number.POSITIVE_INFINITY) <= start) continue;
    found.push({ source, span: { start, end: start + match[0].trimEnd().length } });
  }
  return found;
}

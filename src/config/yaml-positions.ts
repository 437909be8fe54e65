import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import type { Place, SourceText, Span } from '../diagnostics/source.ts';
import type { Path } from '../lib/json.ts';
import type { Facet } from './document.ts';
import { absent, endOfFlow, spanOfContent } from './yaml-spans.ts';
import { type ParsedPart, parseStream } from './yaml-stream.ts';

/** Where a node stands, and where its entries do. */
interface Spot {
  /** Undefined for an empty value, which takes no room. */
  readonly span: Span | undefined;
  readonly entries: ReadonlyMap<string | number, Entry>;
}

interface Entry {
  /** Undefined for list items. */
  readonly key: Span | undefined;
  readonly spot: Spot;
}

const known = new WeakMap<SourceText, WeakRef<readonly Spot[]>>();

/**
 * The place of `path` in the document with this index; what `ConfigDocument.placeOf` promises. A text is parsed again
 * when a span is first asked for, and what is learnt is kept for as long as memory allows: who names a place in passing
 * pays nothing for it.
 */
export function placeIn(source: SourceText, index: number, path: Path, facet: Facet): Place {
  let found: Span | undefined;
  return {
    source,
    get span() {
      found ??= find(spotsOf(source)[index] ?? nowhere, path, facet) ?? { start: 0, end: 0 };
      return found;
    },
  };
}

function spotsOf(source: SourceText): readonly Spot[] {
  const before = known.get(source)?.deref();
  if (before !== undefined) return before;
  const spots = parseStream(source.text).flatMap((part) => (part.kind === 'parsed' ? spotsOfPart(part) : [nowhere]));
  known.set(source, new WeakRef(spots));
  return spots;
}

const noEntries: Spot['entries'] = new Map();
const nowhere: Spot = { span: undefined, entries: noEntries };

function find(root: Spot, path: Path, facet: Facet): Span | undefined {
  let spot = root;
  let key: Span | undefined;
  let above: Span | undefined;
  for (const step of path) {
    const entry = spot.entries.get(step);
    if (entry === undefined) return key ?? nameOf(spot) ?? above;
    above = key ?? nameOf(spot) ?? above;
    spot = entry.spot;
    key = entry.key;
  }
  return (facet === 'value' ? (spot.span ?? key) : (key ?? nameOf(spot))) ?? above;
}

/** The words by which people know a node without a key: its name, or its first line. */
function nameOf(spot: Spot): Span | undefined {
  const name = spot.entries.get('metadata')?.spot.entries.get('name') ?? spot.entries.get('name');
  const [first] = spot.entries.values();
  return name?.spot.span ?? first?.key ?? first?.spot.span ?? spot.span;
}

/** The way through a part's events, with what aliases need. Offsets count within the part. */
interface Survey {
  readonly text: string;
  readonly offset: number;
  readonly events: readonly Event[];
  readonly anchors: Map<string, Spot>;
  at: number;
  last: number;
}

function spotsOfPart({ text, offset, events }: ParsedPart): readonly Spot[] {
  const survey: Survey = { text, offset, events, anchors: new Map(), at: 0, last: 0 };
  const spots: Spot[] = [];
  while (survey.at < events.length) {
    survey.anchors.clear();
    survey.at++;
    spots.push(spotOfNode(survey));
    survey.at++;
  }
  return spots;
}

function spotOfNode(survey: Survey): Spot {
  const event = survey.events[survey.at++];
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return remember(survey, event, { span: pass(survey, spanOfContent(survey.text, event)), entries: noEntries });
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return remember(survey, event, spotOfCollection(survey, event));
    case EVENT_ID.ALIAS: {
      const target = survey.anchors.get(survey.text.slice(event.anchorStart, event.anchorEnd));
      const span = pass(survey, { start: event.anchorStart - 1, end: event.anchorEnd });
      return { span, entries: target?.entries ?? noEntries };
    }
    default:
      throw new Error(`the YAML parser gave event ${event?.type ?? 'none'} where a node must stand`);
  }
}

function spotOfCollection(survey: Survey, event: MappingEvent | SequenceEvent): Spot {
  survey.last = Math.max(survey.last, event.start);
  const entries = event.type === EVENT_ID.MAPPING ? entriesOfMap(survey) : entriesOfList(survey);
  survey.at++;
  if (event.style === COLLECTION_STYLE.FLOW) survey.last = endOfFlow(survey.text, event.start, survey.last);
  return { span: pass(survey, { start: event.start, end: Math.max(survey.last, event.start + 1) }), entries };
}

function entriesOfList(survey: Survey): Spot['entries'] {
  const entries = new Map<number, Entry>();
  while (survey.events[survey.at]?.type !== EVENT_ID.POP) {
    entries.set(entries.size, { key: undefined, spot: spotOfNode(survey) });
  }
  return entries;
}

function entriesOfMap(survey: Survey): Spot['entries'] {
  const entries = new Map<string, Entry>();
  while (survey.events[survey.at]?.type !== EVENT_ID.POP) {
    const event = survey.events[survey.at];
    const key = event?.type === EVENT_ID.SCALAR ? getScalarValue(survey.text, event) : undefined;
    const { span } = spotOfNode(survey);
    const spot = spotOfNode(survey);
    // The reader keeps the first of two equal keys.
    if (key !== undefined && !entries.has(key)) entries.set(key, { key: span, spot });
  }
  return entries;
}

/** Notes that a token has been passed; gives its span in the whole text. */
function pass(survey: Survey, span: Span | undefined): Span | undefined {
  if (span === undefined) return undefined;
  survey.last = Math.max(survey.last, span.end);
  return { start: span.start + survey.offset, end: span.end + survey.offset };
}

function remember(survey: Survey, event: MappingEvent | SequenceEvent | ScalarEvent, spot: Spot): Spot {
  if (event.anchorStart !== absent) survey.anchors.set(survey.text.slice(event.anchorStart, event.anchorEnd), spot);
  return spot;
}

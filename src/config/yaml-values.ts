import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  type EventId,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type SequenceEvent,
} from 'js-yaml';
import type { Json } from '../lib/json.ts';
import type { Findings } from './read-findings.ts';
import { closeAnchor, composeAlias, openAnchor } from './yaml-anchors.ts';
import { type Anchor, type Composer, composerOf, passScalar, reportAt, spanOfEvent } from './yaml-composer.ts';
import { isCertainlyText, resolvePlain } from './yaml-core-schema.ts';
import { duplicateKey, keyNotText, mergeKey, unknownTag } from './yaml-faults.ts';
import { checkInnerMap, checkKeyPlace, checkMapStart, type MapLayout } from './yaml-layout.ts';
import { checkPrologue } from './yaml-prologue.ts';
import { composeScalar, taggedValue, wellFormed } from './yaml-scalars.ts';
import { absent, skipNode, spanOfScalar, startOf } from './yaml-spans.ts';
import type { ParsedPart } from './yaml-stream.ts';

/**
 * The value of each document of a part, in order; undefined for a document without content. Every key becomes an own
 * property, `__proto__` too.
 */
export function composeDocuments(part: ParsedPart, findings: Findings): readonly (Json | undefined)[] {
  const composer = composerOf(part, findings);
  const values: (Json | undefined)[] = [];
  while (composer.at < part.events.length) values.push(composeDocument(composer));
  return values;
}

function composeDocument(composer: Composer): Json | undefined {
  const event = composer.events[composer.at++];
  if (event?.type === EVENT_ID.DOCUMENT) checkPrologue(composer, event);
  composer.anchors = new Map();
  composer.expanded = 0;
  composer.aliasesRefused = false;
  const root = composer.events[composer.at];
  const isEmpty = root === undefined || startOf(composer.text, root) === undefined;
  const value = composeNode(composer);
  composer.at++;
  return isEmpty ? undefined : value;
}

function composeNode(composer: Composer): Json {
  const event = composer.events[composer.at++];
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return composeScalar(composer, event);
    case EVENT_ID.MAPPING:
      return composeMapping(composer, event);
    case EVENT_ID.SEQUENCE:
      return composeSequence(composer, event);
    case EVENT_ID.ALIAS:
      return composeAlias(composer, event);
    default:
      throw new Error(`the YAML parser gave event ${event?.type ?? 'none'} where a node must stand`);
  }
}

function composeSequence(composer: Composer, event: SequenceEvent): Json {
  const anchor = openCollection(composer, event, '!!seq');
  const items: Json[] = [];
  while (composer.events[composer.at]?.type !== EVENT_ID.POP) items.push(composeNode(composer));
  composer.at++;
  return closeAnchor(composer, anchor, items);
}

function composeMapping(composer: Composer, event: MappingEvent): Json {
  checkMapStart(composer, event);
  const anchor = openCollection(composer, event, '!!map');
  const layout = { first: composer.at, isBlock: event.style === COLLECTION_STYLE.BLOCK };
  const map: Record<string, Json> = {};
  while (composer.events[composer.at]?.type !== EVENT_ID.POP) composeEntry(composer, map, layout);
  composer.at++;
  return closeAnchor(composer, anchor, map);
}

function openCollection(composer: Composer, event: MappingEvent | SequenceEvent, ownTag: string): Anchor | undefined {
  if (event.tagStart !== absent) {
    const tag = composer.text.slice(event.tagStart, event.tagEnd);
    const span = { start: event.tagStart, end: event.tagEnd };
    if (tag !== ownTag) reportAt(composer, unknownTag, { tag }, span);
  }
  composer.last = Math.max(composer.last, event.start);
  return openAnchor(composer, event);
}

function composeEntry(composer: Composer, map: Record<string, Json>, layout: MapLayout): void {
  const keyIndex = composer.at;
  checkKeyPlace(composer, layout);
  const key = composeKey(composer);
  checkInnerMap(composer);
  const value = composeNode(composer);
  if (key === undefined) return;
  if (Object.hasOwn(map, key)) reportDuplicate(composer, layout.first, keyIndex, key);
  else if (key === '__proto__') Object.defineProperty(map, key, { ...ownProperty, value });
  else map[key] = value;
}

const ownProperty = { enumerable: true, writable: true, configurable: true };

/** The text of a key; undefined, and reported, where a map cannot have it. */
function composeKey(composer: Composer): string | undefined {
  const event = composer.events[composer.at];
  if (event?.type !== EVENT_ID.SCALAR || event.style >= SCALAR_STYLE.LITERAL_BLOCK)
    return refuseComplexKey(composer, event);
  composer.at++;
  const anchor = openAnchor(composer, event);
  const text = getScalarValue(composer.text, event);
  const span = () => spanOfEvent(composer, event);
  let value: Json = text;
  if (event.tagStart !== absent) value = taggedValue(composer, event, text);
  else if (event.style !== SCALAR_STYLE.PLAIN) value = wellFormed(composer, event, text);
  else if (text === '<<') return refuseMergeKey(composer, span());
  else if (!isCertainlyText(text)) value = resolvePlain(text);
  passScalar(composer, event);
  closeAnchor(composer, anchor, value);
  if (typeof value === 'string') return value;
  reportAt(composer, keyNotText, { found: nameOfType(value), help: 'Quote the key.' }, span());
  return text === '' ? undefined : text;
}

function refuseMergeKey(composer: Composer, span: { readonly start: number; readonly end: number }): undefined {
  reportAt(composer, mergeKey, {}, span);
}

function nameOfType(value: Json): string {
  return value === null ? 'empty or null' : `a ${typeof value}`;
}

function refuseComplexKey(composer: Composer, event: Event | undefined): undefined {
  const start = (event && startOf(composer.text, event)) ?? composer.last;
  const isTemplate = composer.text.startsWith('{{', start) || composer.text.startsWith('{{', start - 1);
  const found = complexKeys.get(event?.type ?? EVENT_ID.POP) ?? 'a list or a map';
  const help = isTemplate ? 'Quote a value that begins with "{{".' : 'Write a plain word as the key.';
  reportAt(composer, keyNotText, { found, help }, { start, end: start + 1 });
  composeNode(composer);
}

const complexKeys: ReadonlyMap<EventId, string> = new Map([
  [EVENT_ID.ALIAS, 'an alias'],
  [EVENT_ID.SCALAR, 'a block of lines'],
]);

function reportDuplicate(composer: Composer, first: number, keyIndex: number, key: string): void {
  const event = composer.events[keyIndex];
  if (event?.type !== EVENT_ID.SCALAR) return;
  reportAt(composer, duplicateKey, { key }, spanOfEvent(composer, event), () => {
    const span = spanOfKey(composer, first, key);
    return span === undefined ? [] : [{ message: `"${key}" first stands here`, span }];
  });
}

/** The first place of a key in the map whose entries begin at event `first`. */
function spanOfKey(composer: Composer, first: number, key: string) {
  const { events, text } = composer;
  let index = first;
  while (events[index]?.type !== EVENT_ID.POP && index < events.length) {
    const event = events[index];
    if (event?.type === EVENT_ID.SCALAR && getScalarValue(text, event) === key) return spanOfScalar(text, event);
    index = skipNode(events, skipNode(events, index));
  }
  return undefined;
}

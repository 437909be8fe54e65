// Faults of layout that the parser takes and YAML does not: others read something else there, or nothing.
import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, type MappingEvent, type ScalarEvent } from 'js-yaml';
import { type Composer, reportAt } from './yaml-composer.ts';
import { unendedBlock } from './yaml-faults.ts';
import { absent, startOf } from './yaml-spans.ts';
import { invalidYaml } from './yaml-syntax.ts';

/** What the checks of layout need to know of the map that an entry belongs to. */
export interface MapLayout {
  /** Index of the first key's event. */
  readonly first: number;
  readonly isBlock: boolean;
}

/** In a block map, every key but the first begins a line: `- 'a'b: c` is no entry of the map around the list. */
export function checkKeyPlace(composer: Composer, { first, isBlock }: MapLayout): void {
  if (!isBlock || composer.at === first) return;
  const key = composer.events[composer.at];
  const start = key && startOf(composer.text, key);
  if (start === undefined) return;
  let before = start - 1;
  while (composer.text[before] === ' ') before--;
  const sign = composer.text[before];
  if (sign === '\n' || sign === '?' || sign === undefined) return;
  reportAt(composer, invalidYaml, strayKey, { start, end: start + 1 });
}

const strayKey = {
  problem: 'A key stands here behind something else on its line.',
  help: 'Begin the entry on a line of its own, or quote the value.',
};

/** `key: &anchor a: b`: a block map begins on a line of its own. */
export function checkInnerMap(composer: Composer): void {
  const { events, text, at, last } = composer;
  const value = events[at];
  if (value?.type !== EVENT_ID.MAPPING || value.style !== COLLECTION_STYLE.BLOCK) return;
  if (text.slice(last, value.start).includes('\n')) return;
  reportAt(composer, invalidYaml, innerMap, { start: value.start, end: value.start + 1 });
}

/** `&anchor &other a: b`: what a map itself carries ends the line before it. */
export function checkMapStart(composer: Composer, { style, anchorEnd, tagEnd, start }: MappingEvent): void {
  const properties = Math.max(anchorEnd, tagEnd);
  if (style !== COLLECTION_STYLE.BLOCK || properties === absent) return;
  if (composer.text.slice(properties, start).includes('\n')) return;
  reportAt(composer, invalidYaml, innerMap, { start, end: start + 1 });
}

const innerMap = {
  problem: 'A map begins here in the middle of a line.',
  help: 'Begin the inner map on a line of its own, or quote the value.',
};

/** What the end of a block is for some readers only. */
export function checkBlockEnd(
  composer: Composer,
  { valueStart, valueEnd, chomping }: ScalarEvent,
  value: string,
): void {
  const content = composer.text.slice(valueStart, valueEnd);
  const isEnded = content === '' || content.endsWith('\n');
  const span = { start: valueEnd - 1, end: valueEnd };
  if (content.trim() === '') {
    if (!isEnded || value.includes(' ')) reportAt(composer, invalidYaml, blankBlock, span);
  } else if (!isEnded && chomping !== CHOMPING_MODE.STRIP) reportAt(composer, unendedBlock, {}, span);
}

const blankBlock = {
  problem: 'This block holds nothing but blanks, and readers disagree on what that is.',
  help: 'Remove the blanks, or write "" for an empty text.',
};

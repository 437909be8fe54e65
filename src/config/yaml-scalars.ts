import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Span } from '../diagnostics/source.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { Json } from '../lib/json.ts';
import { closeAnchor, openAnchor } from './yaml-anchors.ts';
import { type Composer, passScalar, reportAt, spanOfEvent } from './yaml-composer.ts';
import { doubtOf, isCertainlyText, resolvePlain, type ScalarDoubt } from './yaml-core-schema.ts';
import {
  ambiguousScalar,
  brokenEscape,
  inexactNumber,
  notFiniteNumber,
  unknownTag,
  unquotedDate,
} from './yaml-faults.ts';
import { checkBlockEnd } from './yaml-layout.ts';
import { absent } from './yaml-spans.ts';

/** The value of a scalar that is no key; reports what other readers would see differently. */
export function composeScalar(composer: Composer, event: ScalarEvent): Json {
  const anchor = openAnchor(composer, event);
  const value = scalarValue(composer, event, getScalarValue(composer.text, event));
  passScalar(composer, event);
  return closeAnchor(composer, anchor, value);
}

function scalarValue(composer: Composer, event: ScalarEvent, text: string): Json {
  if (event.style >= SCALAR_STYLE.LITERAL_BLOCK) checkBlockEnd(composer, event, text);
  if (event.tagStart !== absent) return taggedValue(composer, event, text);
  if (event.style !== SCALAR_STYLE.PLAIN) return wellFormed(composer, event, text);
  if (isCertainlyText(text)) return text;
  reportDoubt(composer, event, text);
  return resolvePlain(text);
}

/** What a tag makes of a scalar: the `typeof` that the value must have then. */
const scalarTags: ReadonlyMap<string, string> = new Map([
  ['!!str', 'string'],
  ['!!int', 'number'],
  ['!!float', 'number'],
  ['!!bool', 'boolean'],
  ['!!null', 'object'],
]);

/** The value of a scalar with a tag; a tag that is unknown or does not fit is reported. */
export function taggedValue(composer: Composer, event: ScalarEvent, text: string): Json {
  const tag = composer.text.slice(event.tagStart, event.tagEnd);
  const type = scalarTags.get(tag);
  const value = type === undefined || type === 'string' ? wellFormed(composer, event, text) : resolvePlain(text);
  const fits = typeof value === type && (tag !== '!!int' || Number.isInteger(value));
  if (!fits) reportAt(composer, unknownTag, { tag }, { start: event.tagStart, end: event.tagEnd });
  else if (type === 'number') reportDoubt(composer, event, text);
  return value;
}

/** The text of a scalar; an escape that makes half a character is reported and replaced by U+FFFD. */
export function wellFormed(composer: Composer, event: ScalarEvent, text: string): string {
  // Only an escape can break a pair: the file's own text is known to be well formed.
  if (event.fast || event.style !== SCALAR_STYLE.DOUBLE_QUOTED || text.isWellFormed()) return text;
  reportAt(composer, brokenEscape, {}, spanOfEvent(composer, event));
  return text.toWellFormed();
}

function reportDoubt(composer: Composer, event: ScalarEvent, text: string): void {
  const doubt = doubtOf(text);
  if (doubt !== undefined) reportDoubtAt(composer, doubt, text, spanOfEvent(composer, event));
}

function reportDoubtAt(composer: Composer, doubt: ScalarDoubt, text: string, span: Span): void {
  switch (doubt) {
    case 'word':
      reportAt(composer, ambiguousScalar, { text, ...wordReadings(text) }, span);
      break;
    case 'number':
      reportAt(composer, ambiguousScalar, { text, ...numberReadings(resolvePlain(text)) }, span);
      break;
    case 'date':
      reportAt(composer, unquotedDate, { text }, span);
      break;
    case 'inexact':
      reportAt(composer, inexactNumber, { text, nearest: String(Number(text)) }, span);
      break;
    case 'not-finite':
      reportAt(composer, notFiniteNumber, { text }, span);
      break;
    default:
      assertNever(doubt);
  }
}

interface Readings {
  readonly read: string;
  readonly other: string;
  readonly instead: string;
}

function wordReadings(text: string): Readings {
  if (text === '=') return { read: 'text', other: 'a default value', instead: 'another value' };
  return { read: 'text', other: /^(?:y|on)/i.test(text) ? 'true' : 'false', instead: 'true or false' };
}

function numberReadings(value: Json): Readings {
  const instead = 'the number in plain decimal digits';
  if (typeof value === 'number') return { read: `the number ${value}`, other: 'another number or as text', instead };
  return { read: 'text', other: 'a number', instead };
}

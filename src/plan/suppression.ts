import { commentsOf } from '../config/comments.ts';
import { type Diagnostic, type DiagnosticKind, raise } from '../diagnostics/diagnostic.ts';
import { lineOf, locate, type Place, type SourceText } from '../diagnostics/source.ts';
import { nearest } from '../lib/nearest.ts';
import {
  suppressionCodeUnknown,
  suppressionDateInvalid,
  suppressionExpired,
  suppressionForbidden,
  suppressionUnused,
  suppressionWithoutCode,
  suppressionWithoutDate,
  suppressionWithoutReason,
} from './suppression-kinds.ts';

/** A comment that takes findings out of the report: `# aigw-ignore CODE, CODE until 2027-01-31: the reason`. */
interface Suppression {
  readonly place: Place;
  /** The line whose findings it is for: its own, or the one below a comment that stands alone. */
  readonly line: number;
  readonly codes: readonly Word[];
  readonly date: Word | undefined;
  readonly reason: string;
}

interface Word {
  readonly text: string;
  readonly place: Place;
}

/** A code in force at a line of a file. */
interface Permit {
  readonly kind: DiagnosticKind<never>;
  readonly place: Place;
  readonly line: number;
}

/** What suppressions are read with. */
export interface SuppressionRules {
  /** Every kind that exists, so that a misspelt code is told. */
  readonly kinds: readonly DiagnosticKind<never>[];
  /** The day of the run, as 2026-11-21. A suppression holds on its last day. */
  readonly today: string;
  /** Whether this run would have found a kind; only then is a suppression that suppresses nothing told. */
  readonly covers: (kind: DiagnosticKind<never>) => boolean;
}

/** What comments took out, what is left, and what is wrong with the comments. */
export interface Suppressed {
  readonly kept: readonly Diagnostic[];
  readonly suppressed: readonly Diagnostic[];
  readonly faults: readonly Diagnostic[];
}

/** Takes out what the comments of the sources suppress. */
export function suppress(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceText[],
  rules: SuppressionRules,
): Suppressed {
  const read = sources.flatMap((source) => suppressionsOf(source).map((suppression) => judge(suppression, rules)));
  const permits = read.flatMap((one) => one.permits);
  const at = Map.groupBy(permits, ({ kind, place, line }) => keyOf(kind, place.source, line));
  const used = new Set<Permit>();
  const isSuppressed = (diagnostic: Diagnostic) => {
    const { kind, place } = diagnostic;
    if (place === undefined) return false;
    const found = at.get(keyOf(kind, place.source, locate(place.source, place.span.start).line)) ?? [];
    for (const permit of found) used.add(permit);
    return found.length > 0;
  };
  const groups = Object.groupBy(diagnostics, (one) => (isSuppressed(one) ? 'suppressed' : 'kept'));
  const unused = permits
    .filter((permit) => !used.has(permit) && rules.covers(permit.kind))
    .map(({ kind, place }) => raise(suppressionUnused, { code: kind.code }, place));
  return {
    kept: groups.kept ?? [],
    suppressed: groups.suppressed ?? [],
    faults: [...read.flatMap((one) => one.faults), ...unused],
  };
}

/**
 * Whether people may take findings of a kind out of the report, by comment or baseline: not AIGW1xxx. What was not
 * understood is missing from all that follows, so that hiding it would drop a route or a limit in silence; and what is
 * wrong with suppressions and baselines themselves hides other findings.
 */
export function isSuppressible({ code }: DiagnosticKind<never>): boolean {
  return !code.startsWith('AIGW1');
}

function keyOf(kind: DiagnosticKind<never>, source: SourceText, line: number): string {
  return `${kind.code} ${line} ${source.path}`;
}

function suppressionsOf(source: SourceText): readonly Suppression[] {
  return commentsOf(source, 'aigw-ignore').map((place) => suppressionAt(place));
}

function suppressionAt(place: Place): Suppression {
  const { source, span } = place;
  const text = source.text.slice(span.start, span.end);
  const begin = text.indexOf('aigw-ignore') + 'aigw-ignore'.length;
  const colon = text.indexOf(':', begin);
  const words = wordsOf(source, span.start + begin, colon === -1 ? span.end : span.start + colon);
  const until = words.findIndex((word) => word.text === 'until');
  return {
    place,
    line: targetLine(place),
    codes: until === -1 ? words : words.slice(0, until),
    date: until === -1 ? undefined : words[until + 1],
    reason: colon === -1 ? '' : text.slice(colon + 1).trim(),
  };
}

function wordsOf(source: SourceText, start: number, end: number): readonly Word[] {
  return [...source.text.slice(start, end).matchAll(/[^\s,]+/g)].map((match) => {
    const at = start + match.index;
    return { text: match[0], place: { source, span: { start: at, end: at + match[0].length } } };
  });
}

/** Comments that stand alone, also several in a row, are for the line below them. */
function targetLine({ source, span }: Place): number {
  const { line, column } = locate(source, span.start);
  if ((lineOf(source, line) ?? '').slice(0, column - 1).trim() !== '') return line;
  let below = line + 1;
  while (/^\s*#/.test(lineOf(source, below) ?? '')) below++;
  return below;
}

interface Judged {
  readonly permits: readonly Permit[];
  readonly faults: readonly Diagnostic[];
}

/** A suppression with a fault in its form or date permits nothing; a wrong code only loses its own effect. */
function judge(suppression: Suppression, rules: SuppressionRules): Judged {
  const { place, codes, line } = suppression;
  const formFaults = [
    ...(codes.length === 0 ? [raise(suppressionWithoutCode, {}, place)] : []),
    ...dateFaults(suppression, rules.today),
    ...(suppression.reason === '' ? [raise(suppressionWithoutReason, {}, place)] : []),
  ];
  const read = codes.map((word) => permitOf(word, line, rules.kinds));
  return {
    permits: formFaults.length > 0 ? [] : read.flatMap((one) => one.permits),
    faults: [...formFaults, ...read.flatMap((one) => one.faults)],
  };
}

function permitOf({ text, place }: Word, line: number, kinds: readonly DiagnosticKind<never>[]): Judged {
  const kind = kinds.find(({ code, name }) => code === text || name === text);
  if (kind === undefined) {
    const meant = nearest(
      text,
      kinds.flatMap(({ code, name }) => (text.startsWith('AIGW') ? [code] : [name])),
    );
    return { permits: [], faults: [raise(suppressionCodeUnknown, { word: text, meant }, place)] };
  }
  if (isSuppressible(kind)) return { permits: [{ kind, place, line }], faults: [] };
  return { permits: [], faults: [raise(suppressionForbidden, { code: kind.code }, place)] };
}

function dateFaults({ date, place }: Suppression, today: string): readonly Diagnostic[] {
  if (date === undefined) return [raise(suppressionWithoutDate, {}, place)];
  if (!isDay(date.text)) return [raise(suppressionDateInvalid, { date: date.text }, date.place)];
  return date.text < today ? [raise(suppressionExpired, { date: date.text }, date.place)] : [];
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

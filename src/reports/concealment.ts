import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Place } from '../diagnostics/source.ts';
import { isObject, type Json } from '../lib/json.ts';
import { redactedMark, redactor, type SecretFinder, secretFinder } from '../lib/redact.ts';
import type { ReportCase } from './report.ts';

/** The parts of a report that may quote what users wrote. */
export interface Quoting {
  readonly diagnostics: readonly Diagnostic[];
  readonly result: Json;
  readonly records: readonly Json[] | undefined;
  readonly cases: readonly ReportCase[];
  readonly text: readonly string[];
}

/** The same parts with every secret found at the sensitive places redacted, in all encodings. */
export function conceal(parts: Quoting, sensitive: readonly Place[]): Quoting {
  if (sensitive.length === 0) return parts;
  const redact = redactor(secretsAt(sensitive));
  return {
    diagnostics: parts.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      message: redact(diagnostic.message),
      help: redact(diagnostic.help),
      related: diagnostic.related.map(({ message, place }) => ({ message: redact(message), place })),
    })),
    result: concealJson(parts.result, redact),
    records: parts.records?.map((record) => concealJson(record, redact)),
    cases: parts.cases.map((one) => ({
      ...one,
      suite: redact(one.suite),
      name: redact(one.name),
      ...(one.message === undefined ? {} : { message: redact(one.message) }),
      ...(one.details === undefined ? {} : { details: redact(one.details) }),
    })),
    text: parts.text.map(redact),
  };
}

function concealJson(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => concealJson(item, redact));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), concealJson(item, redact)]));
}

const finders = new WeakMap<readonly Place[], SecretFinder>();

/** Finds the secrets of the sensitive places wherever else they are quoted. */
export function finderOf(sensitive: readonly Place[]): SecretFinder {
  const known = finders.get(sensitive);
  if (known !== undefined) return known;
  const finder = secretFinder(secretsAt(sensitive));
  finders.set(sensitive, finder);
  return finder;
}

/** The texts at the places: as written, and without the quotes around them. */
function secretsAt(places: readonly Place[]): readonly string[] {
  return places.flatMap(({ source, span }) => {
    const written = source.text.slice(span.start, span.end);
    const unquoted = /^(["'])(.*)\1$/s.exec(written)?.[2];
    return [written, ...(unquoted === undefined ? [] : [unquoted])].filter((text) => !text.includes(redactedMark));
  });
}

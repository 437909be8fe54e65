// What one environment's overlay says, taken over into another environment's, as people wrote it.
import { canonicalJson } from '../lib/canonical-json.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { ConfigDocument } from './document.ts';
import { readDocuments } from './read-documents.ts';

/** Where an overlay goes. */
export interface TransferPlace {
  readonly environment: string;
  /** The overlay that stands there already. */
  readonly over: ConfigDocument | undefined;
  /** Whether what only `over` sets stays; otherwise it goes, and both overlays say the same. */
  readonly keepsOthers: boolean;
}

/**
 * The text of the file that holds the overlay, with the fields that `source` sets taken over, comments and all. Without `over`, that is a file of
 * its own. Undefined where the two are written in a way that no exchange of whole fields can do it: through an alias, for example.
 */
export function transferred(
  source: ConfigDocument,
  { environment, over, keepsOthers }: TransferPlace,
): string | undefined {
  const spec = mergedSpec(specOf(source), keepsOthers ? specOf(over) : {});
  const fields = new Map([...(keepsOthers && over !== undefined ? fieldTexts(over) : []), ...fieldTexts(source)]);
  const lines = `spec:\n${[...fields.values()].map((text) => `  ${text}\n`).join('')}`;
  if (over === undefined) {
    const text = headOf(source, environment) + lines;
    return isRead(text, 0, { ...(source.value as JsonObject), metadata: metadataFor(source, environment), spec })
      ? text
      : undefined;
  }
  const text = withSpec(over, lines);
  const others = readDocuments(over.source).documents.map(({ value }) => value);
  const expected = others.map((value, index) => (index === over.index ? { ...(value as JsonObject), spec } : value));
  return expected.every((value, index) => isRead(text, index, value)) ? text : undefined;
}

function specOf(document: ConfigDocument | undefined): JsonObject {
  const spec = isObject(document?.value) ? document.value['spec'] : undefined;
  return isObject(spec) ? spec : {};
}

function mergedSpec(source: JsonObject, others: JsonObject): JsonObject {
  return { ...others, ...source };
}

/** Each field of a spec as it is written, from its key on, moved to a column of two. */
function fieldTexts(document: ConfigDocument): readonly (readonly [name: string, text: string])[] {
  const { text } = document.source;
  return Object.keys(specOf(document)).map((name) => {
    const { start } = document.placeOf(['spec', name], 'key').span;
    const { end } = document.placeOf(['spec', name], 'value').span;
    const column = start - (text.lastIndexOf('\n', start - 1) + 1);
    const lines = text.slice(start, lineEnd(text, end)).replace(/\s+$/, '').split(/\r?\n/);
    const moved = lines.map((line, index) => (index === 0 || line.trim() === '' ? line : shifted(line, 2 - column)));
    return [name, moved.join('\n')];
  });
}

/** A line with so many more spaces before it. */
function shifted(line: string, by: number): string {
  if (by >= 0) return ' '.repeat(by) + line;
  const blank = /^ */.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(blank, -by));
}

function metadataFor({ value }: ConfigDocument, environment: string): JsonObject {
  const metadata = isObject(value) && isObject(value['metadata']) ? value['metadata'] : {};
  return { ...metadata, environment };
}

/** What stands before the spec, for another environment. */
function headOf(source: ConfigDocument, environment: string): string {
  const { text } = source.source;
  const place = source.placeOf(['metadata', 'environment'], 'value').span;
  const end = lineEnd(text, source.placeOf(['metadata'], 'value').span.end);
  const { start } = source.placeOf(['apiVersion'], 'key').span;
  return `${text.slice(start, place.start)}${environment}${text.slice(place.end, end).trimEnd()}\n`;
}

/** The file of an overlay with another spec. */
function withSpec(over: ConfigDocument, lines: string): string {
  const { text } = over.source;
  const isWritten = isObject(over.value) && 'spec' in over.value;
  const start = isWritten
    ? over.placeOf(['spec'], 'key').span.start
    : lineEnd(text, over.placeOf(['metadata'], 'value').span.end);
  const end = isWritten ? over.placeOf(['spec'], 'value').span.end : start;
  const rest = text.slice(end).replace(/^[ \t]*(?:#[^\r\n]*)?\r?\n?/, '');
  return `${text.slice(0, start)}${isWritten ? '' : '\n'}${lines}${rest}`;
}

/** Behind the remark that may follow on the same line. */
function lineEnd(text: string, offset: number): number {
  return offset + (/^[ \t]+#[^\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
}

function isRead(text: string, index: number, expected: Json): boolean {
  const { documents } = readDocuments({ path: 'overlay.yaml', text });
  const value = documents[index]?.value;
  return value !== undefined && canonicalJson(value) === canonicalJson(expected);
}

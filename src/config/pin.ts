import { canonicalJson } from '../lib/canonical-json.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { ConfigDocument } from './document.ts';
import { readDocuments } from './read-documents.ts';
import type { Kind } from './schema-types.ts';

/** Fields of a spec, and the texts that they are set to, in order. */
export type Pins = Readonly<Record<string, string>>;

/**
 * The text of a document's file with these fields of its spec set. Everything else stays as it stands: comments, order, quotes, line ends.
 * Undefined where the document is written in a way that no change of these places alone can set: through an alias, for example.
 */
export function withPins(document: ConfigDocument, pins: Pins): string | undefined {
  const edits = Object.entries(pins).flatMap(([field, value]) => editOf(document, field, value) ?? []);
  const missing = Object.keys(pins).filter((field) => !isWritten(document, field));
  const insertion = missing.length === 0 ? [] : [insertionOf(document, missing, pins)];
  const changed = [...edits, ...insertion]
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), document.source.text);
  const expected = { ...(document.value as JsonObject), spec: { ...specOf(document), ...pins } };
  return isRead(changed, document, expected) ? changed : undefined;
}

/** The text of a new overlay that sets nothing but these fields. */
export function pinningOverlay(kind: Kind, name: string, environment: string, pins: Pins): string {
  const fields = Object.entries(pins).map(([field, value]) => `  ${field}: ${scalar(value)}\n`);
  return [
    '# Written by `aigw promote`.\n',
    'apiVersion: aigw.dev/v1alpha1\n',
    `kind: ${kind}\n`,
    `metadata: {name: ${scalar(name)}, environment: ${scalar(environment)}}\n`,
    `spec:\n${fields.join('')}`,
  ].join('');
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function specOf({ value }: ConfigDocument): JsonObject {
  const spec = isObject(value) ? value['spec'] : undefined;
  return isObject(spec) ? spec : {};
}

function isWritten(document: ConfigDocument, field: string): boolean {
  return Object.hasOwn(specOf(document), field);
}

function editOf(document: ConfigDocument, field: string, value: string): Edit | undefined {
  if (!isWritten(document, field)) return undefined;
  const { span } = document.placeOf(['spec', field], 'value');
  return { ...span, text: scalar(value) };
}

/** Before the spec's first field, whether the spec stands in braces or line by line; a spec that is not there yet goes to the document's end. */
function insertionOf(document: ConfigDocument, fields: readonly string[], pins: Pins): Edit {
  const { text } = document.source;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const entries = fields.map((field) => `${field}: ${scalar(pins[field] ?? '')}`);
  const [first] = Object.keys(specOf(document));
  if (first === undefined) {
    const { end } = document.placeOf(['metadata'], 'value').span;
    const lines = ['spec:', ...entries.map((entry) => `  ${entry}`)];
    const isEmpty = isObject(document.value) && 'spec' in document.value;
    if (isEmpty) return { ...document.placeOf(['spec'], 'value').span, text: `{${entries.join(', ')}}` };
    return { start: end, end, text: lines.map((line) => lineEnd + line).join('') };
  }
  const { start } = document.placeOf(['spec', first], 'key').span;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const isBlock = /^ *$/.test(indent) && !text.slice(document.placeOf(['spec'], 'value').span.start).startsWith('{');
  const put = entries.map((entry) => entry + (isBlock ? lineEnd + indent : ', ')).join('');
  return { start, end: start, text: put };
}

/** What reads back as this text under all versions of YAML. */
function scalar(text: string): string {
  return /^(?:sha256:[0-9a-f]{64}|[a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/.test(text) && !WORDS.has(text)
    ? text
    : JSON.stringify(text);
}

/** What YAML takes for another type. */
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

/** Whether a text reads as the document's file does, but for this document, which has this value. */
function isRead(text: string, { source, index }: ConfigDocument, expected: Json): boolean {
  const [before, after] = [source, { ...source, text }].map(readDocuments);
  if (before === undefined || after === undefined || after.documents.length !== before.documents.length) return false;
  return after.documents.every(
    (document, at) =>
      canonicalJson(document.value) === canonicalJson(at === index ? expected : (before.documents[at]?.value ?? null)),
  );
}

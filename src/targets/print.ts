// Prints plain values as YAML that every reader reads back the same: YAML 1.2, YAML 1.1 (Python, Ruby) and Kubernetes' own.
import { isObject, type Json } from '../lib/json.ts';

/** Several values as one stream of block-style documents. Map keys keep the order that they have. */
export function printYamlDocuments(values: readonly Json[]): string {
  return values.map((value) => printYaml(value)).join('---\n');
}

/** One value as a block-style YAML document that ends in a line end. */
export function printYaml(value: Json): string {
  const lines: string[] = [];
  if (isFilled(value)) printFilled(value, '', '', lines);
  else lines.push(printScalar(value, ''));
  return `${lines.join('\n')}\n`;
}

type Filled = Exclude<Json, null | boolean | number | string>;

function isFilled(value: Json): value is Filled {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** `lead` stands before the first line in place of `indent`: the dash of a list item. */
function printFilled(value: Filled, indent: string, lead: string, lines: string[]): void {
  let first = lead;
  if (!isObject(value)) {
    for (const item of value as readonly Json[]) {
      printEntry(`${first}-`, item, indent, lines);
      first = indent;
    }
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    printEntry(`${first}${printString(key, undefined)}:`, item, indent, lines);
    first = indent;
  }
}

function printEntry(head: string, value: Json, indent: string, lines: string[]): void {
  const inner = `${indent}  `;
  if (!isFilled(value)) lines.push(`${head} ${printScalar(value, inner)}`);
  else if (head.endsWith('-')) printFilled(value, inner, `${head} `, lines);
  else {
    lines.push(head);
    printFilled(value, inner, inner, lines);
  }
}

function printScalar(value: Json, indent: string): string {
  if (typeof value === 'string') return printString(value, indent);
  if (typeof value === 'number') return printNumber(value);
  return JSON.stringify(value);
}

/** PyYAML 6 reads a number with an exponent as text unless it has a point: 1e-7 is text, 1.0e-7 is not. */
function printNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`not a JSON number: ${value}`);
  return JSON.stringify(value).replace(/^(-?\d+)e/, '$1.0e');
}

const PLAIN = /^[A-Za-z_/][A-Za-z0-9_/.@+=(),;-]*(?:[ :][A-Za-z0-9_/.@+=(),;-]+)*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

/** `indent` is that of a block's lines; without one, the text stays on its line. */
function printString(text: string, indent: string | undefined): string {
  if (text.length < 200 && PLAIN.test(text) && !WORDS.test(text)) return text;
  if (indent !== undefined && isBlockText(text)) {
    const body = text.replace(/\n$/, '');
    return `${text === body ? '|-' : '|'}\n${body
      .split('\n')
      .map((line) => (line === '' ? '' : indent + line))
      .join('\n')}`;
  }
  return quoted(text);
}

/** Text of several lines that a literal block holds without loss in every reader. */
function isBlockText(text: string): boolean {
  return BLOCK.test(text) && !text.endsWith('\n\n');
}

/** What is seen: ASCII, letters of Europe's languages, and the dashes, quotes, dots and euro signs that people write between them. */
const SEEN =
  '!-~\\u00a1-\\u00ac\\u00ae-\\u024f\\u0370-\\u0373\\u0386-\\u03ce\\u0400-\\u045f\\u2010-\\u2015\\u2018-\\u201f\\u2026\\u20ac';
const LINE = `(?:[ ${SEEN}]*[${SEEN}]|)`;
/** Two lines and more; the first begins with something, and none ends with a space. */
const BLOCK = new RegExp(`^(?=[${SEEN}])${LINE}\\n${LINE}(?:\\n${LINE})*$`);

/** A JSON string is a YAML double-quoted one, but for the characters that YAML wants escaped and JSON does not. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

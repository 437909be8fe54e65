import type { Json } from '../lib/json.ts';

/**
 * Why a plain (unquoted) scalar is not safe to leave unquoted. `word`, `number` and `date`: other YAML readers (1.1, Go's)
 * read something else than the 1.2 core schema does. `inexact`: the number has more digits than a double holds.
 * `not-finite`: infinity or not-a-number, which JSON cannot hold.
 */
export type ScalarDoubt = 'word' | 'number' | 'date' | 'inexact' | 'not-finite';

/** The words that the YAML 1.2 core schema does not read as text. */
const coreWords: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['~', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

/** Booleans, and the default-value mark, of YAML 1.1. */
const legacyWords: ReadonlySet<string> = new Set('y Y yes Yes YES n N no No NO on On ON off Off OFF ='.split(' '));

const coreNumber = /^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const coreNotFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Numbers which the 1.2 core schema, YAML 1.1 and Go's reader all read alike. */
const agreedNumber = /^(?:[-+]?(?:0|[1-9][0-9]*)|[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+][0-9]+)?|0x[0-9a-fA-F]+)$/;
/** Whatever any of the three reads as a number, once underscores are taken out. */
const anyNumber =
  /^[-+]?(?:0[bB][-+]?[01]+|0(?:[oO][-+]?)?[0-7]+|0[xX][0-9a-fA-F]+|(?:\.[0-9]*|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?)?)?$/;

/** True where the text can only be text, seen from its first character; decides nearly all scalars of a config at once. */
export function isCertainlyText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first < firstKind.length && firstKind[first] === TEXT;
}

const TEXT = 0;
const WORD = 1;
const NUMBER = 2;
const firstKind = new Uint8Array(128);
for (const letter of 'nNtTfFyYoO~=') firstKind[letter.charCodeAt(0)] = WORD;
for (const letter of '0123456789+-.') firstKind[letter.charCodeAt(0)] = NUMBER;

/** The value of a plain scalar by the core schema of YAML 1.2.2, chapter 10.3. What JSON cannot hold becomes null. */
export function resolvePlain(text: string): Json {
  if (text === '') return null;
  if (firstKind[text.charCodeAt(0)] === NUMBER) {
    if (coreNotFinite.test(text)) return null;
    return coreNumber.test(text) ? asNumber(text) : text;
  }
  const word = coreWords.get(text);
  return word === undefined ? text : word;
}

/** Why `text` should not be left unquoted, or undefined where every reader agrees. */
export function doubtOf(text: string): ScalarDoubt | undefined {
  const kind = firstKind[text.charCodeAt(0)];
  if (kind === WORD) return legacyWords.has(text) ? 'word' : undefined;
  if (kind !== NUMBER) return undefined;
  if (agreedNumber.test(text)) return holdsExactly(text) ? undefined : 'inexact';
  if (coreNotFinite.test(text)) return 'not-finite';
  if (coreNumber.test(text) && !holdsExactly(text)) return 'inexact';
  if (timestamp.test(text)) return 'date';
  return anyNumber.test(text.replaceAll('_', '')) || sexagesimal.test(text) ? 'number' : undefined;
}

function asNumber(text: string): number | null {
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  // JSON has no negative zero.
  return value === 0 ? 0 : value;
}

function holdsExactly(text: string): boolean {
  // Any decimal of 15 significant digits survives the way through a double.
  if (text.length <= 15 && !/[eE]/.test(text)) return true;
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  if (/^0[xo]/.test(text)) return BigInt(text) === BigInt(value);
  return significant(text) === significant(String(value));
}

/** A decimal's digits and exponent without sign, leading and trailing zeros: `0.10` and `1e-1` come out alike. */
function significant(decimal: string): string {
  const [mantissa = '', exponent = '0'] = decimal.toLowerCase().replace(/^[-+]/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}

import { canonicalJson } from '../lib/canonical-json.ts';
import type { Json } from '../lib/json.ts';

/**
 * A value as JSON, indented by two spaces, with a line end. DEL, C1 and bidi controls, which JSON would leave as they are, and
 * what CI logs take for a command are escaped too, since reports are often shown on a terminal or in a log.
 */
export function printJson(value: unknown): string {
  return `${escaped(JSON.stringify(value, null, 2))}\n`;
}

/** The same on one line, with the keys of every object in order. */
export function printJsonLine(value: Json): string {
  return `${escaped(canonicalJson(value))}\n`;
}

function escaped(json: string): string {
  return json
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeUnit)
    .replace(/##(\w*)\[/g, '##$1\\u005b');
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

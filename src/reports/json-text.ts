/**
 * A value as JSON, indented by two spaces, with a line end. DEL, C1 and bidi controls, which JSON would leave as they are, and
 * what CI logs take for a command are escaped too, since reports are often shown on a terminal or in a log.
 */
export function printJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeUnit)
    .replace(/##(\w*)\[/g, '##$1\\u005b');
  return `${text}\n`;
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

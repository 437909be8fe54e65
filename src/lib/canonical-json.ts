import type { Json } from './json.ts';

/** JSON with the keys of every object in the order of their UTF-16 units and nothing between: equal values have equal texts (as in RFC 8785). */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  const object = value as Readonly<Record<string, Json | undefined>>;
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const each = object[key];
    // As JSON has it, a key without a value is not there.
    if (each !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(each)}`;
  }
  return `{${text}}`;
}

/** Texts that JSON.stringify puts between quotation marks as they stand. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Most texts are plain, and a look at one takes half the time of the call. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

import { isObject, type Json } from './json.ts';

/** JSON with the keys of every object in the order of their UTF-16 units and nothing between: equal values have equal texts (as in RFC 8785). */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const each = value[key];
    // As JSON has it, a key without a value is not there.
    if (each !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(each)}`;
  }
  return `{${text}}`;
}

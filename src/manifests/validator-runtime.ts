/** What the generated validators call. */
import type { Json } from '../lib/json.ts';
import { isObject } from '../lib/json.ts';
import { compileLinearPattern, type LinearPattern } from '../lib/linear-pattern.ts';
import { stringFormats } from './formats.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;

/**
 * Upstream patterns that the platform's own engine runs in linear time, each looked at by hand: every repeated part is
 * one class, or repeated parts are told apart by a character that they cannot hold, and all are anchored at both ends.
 * They make up nearly all uses; whatever is not listed here runs on the slower engine that is always linear.
 */
const linearOnNativeEngine = new Set([
  '^([0-9]{1,5}(h|m|s|ms)){1,4}$',
  '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
  '^[-._a-zA-Z0-9]+$',
  "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
  '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
  '^[a-z0-9-]+$',
  '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$',
  `^${label}$`,
  `^${subdomain}$`,
  `^$|^${subdomain}$`,
  `^(\\*\\.)?${subdomain}$`,
]);

/** A pattern ready to be tested; compiled when it is first asked. */
export function compilePattern(pattern: string): LinearPattern {
  let compiled: LinearPattern | undefined;
  return {
    test: (text) => {
      compiled ??= linearOnNativeEngine.has(pattern) ? new RegExp(pattern) : compileLinearPattern(pattern);
      return compiled.test(text);
    },
  };
}

export const formats = stringFormats;

/** Length as the API server counts it: code points, not UTF-16 units. */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if (text.charCodeAt(index) >> 10 === 0x36 && text.charCodeAt(index + 1) >> 10 === 0x37) length--;
  }
  return length;
}

/** Equality of JSON values; the order of keys does not count. */
export function deepEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item as Json, b[index] as Json))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key] ?? null, b[key] ?? null));
}

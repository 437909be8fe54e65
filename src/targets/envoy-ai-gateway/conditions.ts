// Conditions on request headers, the only thing that an AIGatewayRoute matches. A host and a path are headers here too.
//
// Facts of Envoy AI Gateway 1.0.0 and 1.1.0: once the body is read, the model's name stands in x-ai-eg-model and the path
// that the client asked for (with its query) in x-ai-eg-original-path, and the route is chosen anew. Envoy lets `host` stand for :authority.
import type { Matcher } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { compileLinearPattern, type LinearPattern } from '../../lib/linear-pattern.ts';

export const MODEL_HEADER = 'x-ai-eg-model';
export const PATH_HEADER = 'x-ai-eg-original-path';

/** words: one of these, whole. `tail` is a pattern of what may follow, such as a path's query. */
export type HeaderTest =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly tail?: string }
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly tail?: string }
  | { readonly kind: 'present' };

export interface HeaderCondition {
  readonly name: string;
  readonly test: HeaderTest;
}

const QUERY = '(\\?.*)?';
const PORT = '(:[0-9]+)?';

/** The test for a matcher; undefined where headers cannot say it: that something must be absent. */
export function testOf(matcher: Matcher, tail?: string): HeaderTest | undefined {
  const rest = tail === undefined ? {} : { tail };
  if (typeof matcher === 'string') return { kind: 'words', words: [matcher], ...rest };
  if ('prefix' in matcher) return { kind: 'prefix', prefix: matcher.prefix };
  if ('regex' in matcher) return { kind: 'pattern', pattern: matcher.regex, ...rest };
  return matcher.present ? { kind: 'present' } : undefined;
}

export function pathTest(matcher: Matcher): HeaderTest | undefined {
  return testOf(matcher, QUERY);
}

export function hostTest(matcher: Matcher): HeaderTest | undefined {
  return testOf(matcher, PORT);
}

/** A condition as Gateway API's HTTPHeaderMatch. Envoy matches patterns against the whole value. */
export function headerMatchOf({ name, test }: HeaderCondition): JsonObject {
  if (isExact(test)) return { type: 'Exact', name, value: test.words[0] ?? '' };
  return { type: 'RegularExpression', name, value: patternOf(test) };
}

/** Whether Gateway API counts a condition among the exact ones, which win over as many inexact ones. */
export function isExact(test: HeaderTest): test is Extract<HeaderTest, { kind: 'words' }> {
  return test.kind === 'words' && test.words.length === 1 && test.tail === undefined;
}

/** A pattern in RE2 syntax for the whole value. */
export function patternOf(test: HeaderTest): string {
  switch (test.kind) {
    case 'words':
      return `${alternatives(test.words)}${test.tail ?? ''}`;
    case 'prefix':
      return `${quoted(test.prefix)}.*`;
    case 'pattern':
      return test.tail === undefined ? test.pattern : `(?:${test.pattern})${test.tail}`;
    case 'present':
      return '.*';
  }
}

function alternatives(words: readonly string[]): string {
  const [first = '', ...others] = words.map(quoted);
  return others.length === 0 ? first : `(?:${[first, ...others].join('|')})`;
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Whether no request can fulfil both sets of conditions; false where that is not certain. */
export function areDisjoint(a: readonly HeaderCondition[], b: readonly HeaderCondition[]): boolean {
  return a.some((one) => b.some((other) => one.name === other.name && excludes(one.test, other.test)));
}

function excludes(a: HeaderTest, b: HeaderTest): boolean {
  if (a.kind === 'words') return a.words.every((word) => !accepts(b, word));
  if (b.kind === 'words') return excludes(b, a);
  return a.kind === 'prefix' && b.kind === 'prefix' && !a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix);
}

const compiled = new WeakMap<HeaderTest, LinearPattern>();

function accepts(test: HeaderTest, word: string): boolean {
  if (test.kind === 'present') return true;
  if (test.kind === 'prefix') return word.startsWith(test.prefix);
  if (test.kind === 'words' && test.tail === undefined) return test.words.includes(word);
  if (test.kind === 'pattern' && !word.startsWith(plainBeginning(test.pattern))) return false;
  const known = compiled.get(test) ?? compileLinearPattern(`^(?:${patternOf(test)})$`);
  compiled.set(test, known);
  return known.test(word);
}

/** The letters with which every match of a pattern begins, as far as that is plain to see. */
function plainBeginning(pattern: string): string {
  if (pattern.includes('|')) return '';
  const [letters = ''] = /^[-_/A-Za-z0-9 ]*/.exec(pattern) ?? [];
  return /[*?{]/.test(pattern.charAt(letters.length)) ? letters.slice(0, -1) : letters;
}

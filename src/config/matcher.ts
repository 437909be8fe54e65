// What matchers say of texts, and of each other.
import type { Matcher } from './schema-types.ts';

/** Whether a regular expression in RE2 syntax matches the whole of a text; undefined for one that is not right. */
export type WholeMatch = (regex: string, text: string) => boolean | undefined;

/** Whether a text begins with a prefix, as the field at hand counts it. */
export type Begins = (text: string, prefix: string) => boolean;

/** Loads the engine of regular expressions. Each expression is compiled at most once for each call of this function. */
export async function loadWholeMatch(): Promise<WholeMatch> {
  const { compileLinearPattern } = await import('../lib/linear-pattern.ts');
  const starts = cached(literalStart);
  const tests = cached((regex) => {
    try {
      return compileLinearPattern(`^(?:${regex})$`);
    } catch {
      return undefined;
    }
  });
  return (regex, text) => text.startsWith(starts(regex)) && tests(regex)?.test(text);
}

function cached<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const found = known.get(text) ?? { value: make(text) };
    known.set(text, found);
    return found.value;
  };
}

/** What every text that matches must begin with; spares the engine most of its work. */
function literalStart(regex: string): string {
  const [plain = ''] = /^[A-Za-z0-9 /_:=@,-]*/.exec(regex) ?? [];
  if (regex.includes('|')) return '';
  return '?*{'.includes(regex.charAt(plain.length) || ' ') ? plain.slice(0, -1) : plain;
}

export function beginsWith(text: string, prefix: string): boolean {
  return text.startsWith(prefix);
}

/** Prefixes of paths, counted so that letter by letter and element by element agree: /v1 begins /v1/chat, but not /v12. */
export function beginsPath(text: string, prefix: string): boolean {
  if (!text.startsWith(prefix)) return false;
  return text.length === prefix.length || prefix.endsWith('/') || text.charAt(prefix.length) === '/';
}

/** Whether a matcher is certain to take a text. */
export function admits(matcher: Matcher, text: string, whole: WholeMatch, begins: Begins = beginsWith): boolean {
  if (typeof matcher === 'string') return matcher === text;
  if ('prefix' in matcher) return begins(text, matcher.prefix);
  if ('regex' in matcher) return whole(matcher.regex, text) === true;
  return matcher.present;
}

/** Whether it is certain that `wide` takes everything that `narrow` takes; without a matcher, anything and nothing is taken. */
export function implies(
  narrow: Matcher | undefined,
  wide: Matcher | undefined,
  whole: WholeMatch,
  begins: Begins = beginsWith,
): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  if (typeof narrow === 'string') return admits(wide, narrow, whole, begins);
  if (typeof wide === 'string') return false;
  if ('present' in narrow) return isPresence(wide, narrow.present);
  if (isPresence(wide, true)) return true;
  if ('prefix' in narrow) return 'prefix' in wide && begins(narrow.prefix, wide.prefix);
  return 'regex' in wide && narrow.regex === wide.regex;
}

function isPresence(matcher: Exclude<Matcher, string>, present: boolean): boolean {
  if ('present' in matcher) return matcher.present === present;
  return present && 'regex' in matcher && matcher.regex === '.*';
}

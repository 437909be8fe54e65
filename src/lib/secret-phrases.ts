// Secrets that tell by the words around them what they are: passwords in URLs, tokens in headers, name=value.
import type { FoundSecret } from './secret-shapes.ts';
import { isSecretUnder, looksRandom, meaningOf, standsForSecret } from './secret-values.ts';

/** True for a text that is worth a closer look. */
const worthwhile = /:\/\/[^/\s]*:|bearer |basic |key|token|secret|passw|passphrase|pwd|cred|auth|sig=/i;

const userInfo = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#:@]{0,100}:([^\s/?#@]{1,300})@/gi;
const authorization = /\b(Bearer|Basic)[ \t]+([\w+/=.~-]{12,})/gi;
/** `name=value`, `name: value` and `--name value`; the value is only looked at, since it may hold another assignment. */
const assignment =
  /(?<![\w-])(?:--?)?([A-Za-z][\w.-]{0,60})["']?(?:[ \t]*(?:=|:(?!\/\/))[ \t]*|(?<=--[\w-]{1,60})[ \t]+)["']?(?=([^\s"'&;,)}\]]{6,300}))/g;

/** The secrets of a text that tell by the words around them what they are, in no order. */
export function phrasedSecretsIn(text: string): readonly FoundSecret[] {
  if (!worthwhile.test(text)) return [];
  return [...inUrls(text), ...inHeaders(text), ...inAssignments(text)];
}

function inUrls(text: string): readonly FoundSecret[] {
  return [...text.matchAll(userInfo)].flatMap(({ 0: whole, 1: password = '', index }) => {
    if (standsForSecret(decoded(password)) || /^[{[(<*]/.test(password)) return [];
    const end = index + whole.length - 1;
    return [{ start: end - password.length, end, what: 'a password in a URL' }];
  });
}

function inHeaders(text: string): readonly FoundSecret[] {
  return [...text.matchAll(authorization)].flatMap(({ 0: whole, 1: scheme = '', 2: value = '', index }) => {
    const isSecret = scheme.toLowerCase() === 'basic' ? isCredentials(value) : looksRandom(value);
    if (!isSecret || standsForSecret(value)) return [];
    const end = index + whole.length;
    return [{ start: end - value.length, end, what: `a ${scheme} credential` }];
  });
}

/** Base64 of a user and a password (RFC 7617). */
function isCredentials(value: string): boolean {
  const text = Buffer.from(value, 'base64').toString('latin1');
  const [, password] = /^[ -~]*?:([ -~]+)$/.exec(text) ?? [];
  return password !== undefined && !standsForSecret(password);
}

function inAssignments(text: string): readonly FoundSecret[] {
  return [...text.matchAll(assignment)].flatMap(({ 0: whole, 1: name = '', 2: value = '', index }) => {
    if (!isSecretUnder(meaningOf(name), decoded(value))) return [];
    const start = index + whole.length;
    return [{ start, end: start + value.length, what: `the value of ${name}` }];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

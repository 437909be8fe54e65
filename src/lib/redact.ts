/** Secrets shorter than this are not looked for: they would match ordinary words. Also the shortest encoded form used. */
export const minimumSecretLength = 6;

/** What stands in place of a secret. */
export const redactedMark = '[redacted]';

/** Where secrets stand in a text: UTF-16 offsets, end exclusive, in order, not overlapping. */
export type SecretFinder = (text: string) => readonly { readonly start: number; readonly end: number }[];

/**
 * Finds secrets in every form in which they leak: as they are, JSON-escaped (once and twice), URL-encoded, HTML-escaped, in
 * hexadecimal, and in base64 at each of the three alignments that they can have inside a longer text, in both alphabets.
 * Each line of a secret of several lines is a secret too, since logs and masks work by the line.
 */
export function secretFinder(secrets: Iterable<string>): SecretFinder {
  const forms = new Set([...secrets].flatMap(secretParts).flatMap(encodedForms));
  const byHead = new Map<string, string[]>();
  const starts = new Uint8Array(0x10000);
  for (const form of [...forms].sort((a, b) => b.length - a.length)) {
    const head = form.slice(0, minimumSecretLength);
    byHead.set(head, [...(byHead.get(head) ?? []), form]);
    starts[pairAt(form, 0)] = 1;
  }
  return (text) => (byHead.size === 0 ? [] : merged(matches(text, byHead, starts)));
}

/** A function that writes `[redacted]` over every form of the secrets in a text. */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const find = secretFinder(secrets);
  return (text) => replaced(text, find(text));
}

/** Redacts a text that comes in pieces. */
export interface StreamRedactor {
  /** The part of what came so far that can be passed on: what may be the beginning of a secret is held back. */
  readonly write: (chunk: string) => string;
  /** What was held back. */
  readonly end: () => string;
}

/** A redactor that finds secrets across the edges of chunks. */
export function streamRedactor(secrets: Iterable<string>): StreamRedactor {
  const known = [...secrets];
  const longest = Math.max(
    0,
    ...known
      .flatMap(secretParts)
      .flatMap(encodedForms)
      .map((form) => form.length),
  );
  const find = secretFinder(known);
  let held = '';
  return {
    write: (chunk) => {
      held += chunk;
      const found = find(held);
      const safe = held.length - Math.max(0, longest - 1);
      const cut = found.find(({ start, end }) => start < safe && end > safe)?.start ?? Math.max(0, safe);
      const passed = replaced(
        held.slice(0, cut),
        found.filter(({ end }) => end <= cut),
      );
      held = held.slice(cut);
      return passed;
    },
    end: () => {
      const rest = replaced(held, find(held));
      held = '';
      return rest;
    },
  };
}

function replaced(text: string, found: ReturnType<SecretFinder>): string {
  let result = '';
  let at = 0;
  for (const { start, end } of found) {
    result += text.slice(at, start) + redactedMark;
    at = end;
  }
  return result + text.slice(at);
}

function* matches(text: string, byHead: ReadonlyMap<string, readonly string[]>, starts: Uint8Array) {
  for (let at = 0; at + minimumSecretLength <= text.length; at++) {
    if (starts[pairAt(text, at)] !== 1) continue;
    const forms = byHead.get(text.slice(at, at + minimumSecretLength)) ?? [];
    const form = forms.find((candidate) => text.startsWith(candidate, at));
    if (form !== undefined) yield { start: at, end: at + form.length };
  }
}

/** A cheap test of two characters before the costlier look into the map. */
function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & 0xffff;
}

/** Overlapping finds become one, so that no tail of the second one stays readable. */
function merged(found: Iterable<{ start: number; end: number }>): ReturnType<SecretFinder> {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of found) {
    const last = result.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

function secretParts(secret: string): readonly string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return [secret, ...lines].filter((part) => part.length >= minimumSecretLength);
}

function encodedForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const json = JSON.stringify(secret.toWellFormed()).slice(1, -1);
  const forms = [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    JSON.stringify(json).slice(1, -1),
    ...urlForms(secret.toWellFormed()),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Forms(bytes),
  ];
  return forms.filter((form) => form.length >= minimumSecretLength);
}

/** Percent-encoded as a component, as a whole URI, strictly (RFC 3986) and as a form; digits of either case. */
function urlForms(secret: string): readonly string[] {
  const component = encodeURIComponent(secret);
  const strict = component.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [component, encodeURI(secret), strict, strict.replaceAll('%20', '+')];
  return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()))];
}

/**
 * Base64 (RFC 4648) of the bytes alone, and of the bytes behind 0, 1 and 2 others: of these the characters that depend on
 * nothing but the secret.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  const inside = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const forms = [bytes.toString('base64'), ...inside];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

// Whether a text is likely a secret, from how it looks and from the name under which it stands.

/** Ways to say where a secret lies, in the words of many tools. */
const reference =
  /^(?:\$[\w({]|\$\$|%\w+%$|\{\{|<[^>]*>$|@Microsoft\.KeyVault|ENC\[|!vault|(?:ref\+)?[a-z][a-z0-9+.-]*:\/\/(?![^/?#@]*:[^/?#@]*@)|(?:vault|env|file|secret|secrets|ssm|sops|arn|op|bao|kms|gcp|aws|azure|awssm|keyvault|os\.environ|secretref|configmap)[:/]|os\.environ|process\.env|projects\/|\.{0,2}\/[\w./-]+$|~\/)/i;

/** Words of which no real secret consists. */
const placeholder = new RegExp(
  [
    'example|place[-_ ]?holder|dummy|fake|sample|redacted|masked|lorem|t[o]do|f[i]xme',
    'change[-_ ]?(?:me|it|this)|your[-_ ]|insert[-_ ]|replace[-_ ]?(?:me|with|this)',
    String.raw`\b(?:my|our|some|the|a)[-_ ](?:[A-Za-z0-9]{1,20}[-_ ]){0,4}(?:key|token|secret|password)\b`,
    '(?:key|token|secret|password)[-_ ]?(?:here|goes)|not[-_ ]?(?:set|needed|used|required|a[-_ ])',
    String.raw`\btest(?:ing)?[-_]?(?:key|token|secret|password|only)|\bfoo(?:bar)?\b|\bxxx\b`,
    String.raw`xxxx|\*\*\*|\.\.\.|…|123456789|abcdef(?:gh|$)|deadbeef|00000000|(.)\1{5,}`,
  ].join('|'),
  'i',
);

/** Plain words that stand where a secret would, and are none. */
const word =
  /^(?:none|null|nil|undefined|empty|unset|true|false|yes|no|on|off|enabled?|disabled?|required|optional|default|auto|generated?|random|inherit|anonymous|public|password|passwd|pass|pwd|secret|token|key|api[-_]?key|credentials?|bearer|basic|user|username|admin|string|hidden)$/i;

/** True for a text that says where a secret is, or that one belongs here, and is none itself. */
export function standsForSecret(text: string): boolean {
  return text.trim() === '' || reference.test(text) || placeholder.test(text) || word.test(text);
}

/** Shannon's entropy of a text's characters, in bits for each. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

/**
 * True for a text that a generator made: letters and digits mixed without the runs that words and numbers have. Names,
 * versions, hosts and paths are none. Texts shorter than 16 characters must mix capitals too; below 10 nothing can be told.
 */
export function looksRandom(text: string): boolean {
  if (text.length < 10 || !/^[\w+/=.~:-]+$/.test(text) || !/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?$/.test(text) || /^\d{4}-\d\d-\d\dT/.test(text)) return false;
  if (text.length < 16) return /[a-z]/.test(text) && /[A-Z]/.test(text) && changesOf(text) >= 0.45;
  return entropyOf(text) >= 2.75 && changesOf(text) >= 0.25;
}

/** The same of texts without digits, which only a head as of a key makes likely. */
export function looksRandomWithoutDigits(text: string): boolean {
  return /^[A-Za-z_-]{20,}$/.test(text) && entropyOf(text) >= 3.5 && changesOf(text) >= 0.35;
}

/** How often lower-case letters, capitals and digits follow one another: 0.6 in random texts, 0.1 in names made of words. */
function changesOf(text: string): number {
  const classes = text
    .replace(/[^A-Za-z0-9]/g, '')
    .replace(/[a-z]/g, 'a')
    .replace(/[A-Z]/g, 'A')
    .replace(/\d/g, '0');
  let changes = 0;
  for (let at = 1; at < classes.length; at++) if (classes[at] !== classes[at - 1]) changes++;
  return changes / Math.max(1, classes.length - 1);
}

/** True for what people choose as passwords: letters with digits or signs in them, as no name or version has. */
function looksLikePassword(text: string): boolean {
  if (text.length < 6 || text.length > 200 || /\s/.test(text)) return false;
  if (/^[a-z][a-z0-9]*(?:[-_./:][a-z0-9]+)*$/.test(text))
    return /^[a-z]{3,}\d+[a-z]{3,}\d*$|^[a-z]{4,}\d{3,}$/.test(text);
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s.:/-]/].filter((one) => one.test(text)).length;
  return classes >= 3 || (classes === 2 && /\d|[!@#$%^&*?]/.test(text) && /[A-Za-z]/.test(text));
}

/** What a name says of its value: it is a password, a generated secret, or perhaps one. */
type NameMeaning = 'password' | 'secret' | 'maybe' | 'nothing';

/** Names that speak about a secret but do not hold it. */
const aboutSecret =
  /(?:^|_)(?:names?|ids?|refs?|reference|files?|paths?|dir|urls?|uris?|endpoint|hosts?|types?|headers?|polic(?:y|ies)|length|size|limits?|ttl|env|var|variable|store|count|fields?|prefix|suffix|format|issuer|audience|algorithm|scopes?|expiry|expires?|expiration|lifetime|per|rotation|version|enabled|required|location|provider|manager|class|kind|param|parameter|column|label|usage|cost|price|budget|window|max|min|total|encoding|hash|digest|fingerprint|sha256|alias|namespace|mount|role|arn|query|claim|regex|pattern|schema)$/;

const meanings: readonly (readonly [RegExp, NameMeaning])[] = [
  [
    /(?:^|_)public(?:_|$)|^max_|^min_|^num_|(?:^|_)tokens$|(?:^|_)(?:first|last|next|stop|eos|bos|pad|unk)_token$|^partition_key$|(?:^|_)(?:sort|foreign|primary|cache|dedup|routing)_key$/,
    'nothing',
  ],
  [/(?:^|_)(?:password|passwd|passwort|passphrase|pwd|pass)(?:_|$)/, 'password'],
  [
    /(?:^|_)(?:secret|token|apikey|apitoken|credentials?|bearer|authorization|pat|(?:api|access|secret|private|master|signing|encryption|account|shared|license|salt|subscription|auth|service|virtual|admin|openai|anthropic|azure|storage|jwt|hmac|webhook|session|app|bot|user|client|server|data|ssh|deploy|write|read|integration)_?keys?)(?:_|$)/,
    'secret',
  ],
  [/(?:^|_)(?:key|auth|creds?|sig|signature|dsn|connection_string)$/, 'maybe'],
];

/** Some of it is in every name that means anything; spares most names the closer look. */
const telling = /key|token|secret|pass|pwd|cred|auth|bearer|pat|sig|dsn|connection/i;

/** The meaning of a key such as `apiKey`, `AWS_SECRET_ACCESS_KEY` or `x-api-key`. */
export function meaningOf(name: string): NameMeaning {
  if (!telling.test(name)) return 'nothing';
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
  if (aboutSecret.test(words)) return 'nothing';
  return meanings.find(([pattern]) => pattern.test(words))?.[1] ?? 'nothing';
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const digest = /^(?:sha(?:1|256|384|512)[:-])|^(?:[\da-f]{40}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})$/i;

/** Whether a value is likely a secret, by what its name says. */
const likely: Readonly<Record<Exclude<NameMeaning, 'nothing'>, (value: string) => boolean>> = {
  password: (value) => looksLikePassword(value) || looksRandom(value),
  secret: (value) =>
    /^[sp]k-\w{4,}/.test(value) || looksRandom(value) || uuid.test(value) || (value.length >= 12 && hasSigns(value)),
  maybe: (value) => value.length >= 20 && looksRandom(value) && !uuid.test(value) && !digest.test(value),
};

/** True where a value under a name of this meaning is likely a secret written out. */
export function isSecretUnder(meaning: NameMeaning, value: string): boolean {
  if (meaning === 'nothing' || value.length < 6 || standsForSecret(value) || /^sha\d+[:-]/i.test(value)) return false;
  const bare = value.replace(/^(?:Bearer|Basic|Token|ApiKey)\s+/i, '');
  return !standsForSecret(bare) && likely[meaning](bare);
}

/** Letters, digits and signs mixed as passwords have them. */
function hasSigns(text: string): boolean {
  return /[!@#$%^&*?]/.test(text) && /\d/.test(text) && looksLikePassword(text);
}

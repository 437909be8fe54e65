/** Where a text stops being JSON: the UTF-16 offset, and what could stand there. */
export interface JsonFault {
  readonly at: number;
  readonly expected: string;
}

const space = /[ \t\n\r]*/y;
const token = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** A piece of a text in quotes: taken one by one, since the engine keeps each turn of a repeated group in mind. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts
const piece = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** What may come next, and the tokens that it begins with: `"` stands for every text, `0` for numbers and literals. */
const states = {
  value: '{["0',
  'value or ]': '{["0]',
  key: '"',
  'key or }': '"}',
  ':': ':',
  ', or ]': ',]',
  ', or }': ',}',
  'the end of the text': '',
} as const;
type State = keyof typeof states;

/** The first place at which a text breaks the rules of JSON (RFC 8259); undefined where it keeps them all. */
export function jsonFaultOf(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  for (let at = skip(text, 0, space); ; at = skip(text, at, space)) {
    const end = text[at] === '"' ? endOfText(text, at) : skip(text, at, token);
    const word = text.slice(at, end);
    if (word === '' && state === 'the end of the text' && at === text.length) return undefined;
    const next = after(state, word, open);
    if (next === undefined) return { at, expected: state };
    state = next;
    at = end;
  }
}

function skip(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Behind the closing quote; the start itself where the text is not right. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  for (let next = skip(text, at, piece); next > at; next = skip(text, at, piece)) at = next;
  return text[at] === '"' ? at + 1 : start;
}

/** The state behind a token; undefined where the token may not stand. Keeps account of what is open. */
function after(state: State, word: string, open: ('{' | '[')[]): State | undefined {
  const [first = ''] = word;
  const begins = /[{}[\],:"]/.test(first) ? first : '0';
  if (word === '' || !states[state].includes(begins)) return undefined;
  if (first === ':') return 'value';
  if (first === ',') return open.at(-1) === '{' ? 'key' : 'value';
  if (state.startsWith('key') && first === '"') return ':';
  if (first === '}' || first === ']') open.pop();
  if (first !== '{' && first !== '[') return behindValue(open);
  open.push(first);
  return first === '{' ? 'key or }' : 'value or ]';
}

function behindValue(open: readonly ('{' | '[')[]): State {
  const innermost = open.at(-1);
  if (innermost === undefined) return 'the end of the text';
  return innermost === '{' ? ', or }' : ', or ]';
}

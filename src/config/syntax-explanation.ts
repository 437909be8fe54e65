// What a person should know of a fault that the parser met: it says what it missed, which is seldom what went wrong.
import { type BrokenPart, parsePart } from './yaml-stream.ts';

/** A fault in words. */
export interface SyntaxFault {
  readonly problem: string;
  readonly help: string;
}

/** A fault in words, and where to look first: an offset in its part. */
export interface PlacedFault extends SyntaxFault {
  readonly start: number;
}

/** Explains why a part is no YAML. */
export function explain(part: BrokenPart): PlacedFault {
  const { reason, text, at } = part;
  if (/deficient|unexpected end|missed comma|end of the document within/.test(reason)) return explainUnclosed(part);
  if (/multiline key|expected ':'/.test(reason) || (reason.startsWith('end of the stream') && text[at] === ':')) {
    return explainMissingColon(text, at);
  }
  if (/directive|YAML version/i.test(reason)) return { start: text.lastIndexOf('%', at - 1), ...unknownDirective };
  const known = simpleFaults.find(([pattern]) => pattern.test(reason));
  if (known) return { start: at, problem: known[1], help: known[2] };
  return isFirstInLine(text, at) ? { start: at, ...misplacedLine } : { start: at, ...explainRest(text, at) };
}

const simpleFaults: readonly (readonly [RegExp, string, string])[] = [
  [
    /escape|hexadecimal/,
    'This escape is none that YAML knows.',
    'Write a backslash as "\\\\" inside double quotes, or use single quotes.',
  ],
  [
    /line break is expected/,
    'Text stands on the line of "|" or ">".',
    'Begin the text of a block on the next line, indented.',
  ],
  [
    /alias node|of an alias/,
    'A value that begins with "*" is an alias, and this one has no proper name.',
    'Quote the value where it is text.',
  ],
  [
    /anchor/,
    'A value that begins with "&" is an anchor, and this one is not well formed.',
    'Quote the value where it is text.',
  ],
  [
    /\btag\b/i,
    'A value that begins with "!" is a tag, and this one is not well formed.',
    'Quote the value where it is text.',
  ],
  [/found ','/, 'A comma stands where a value must.', 'Remove the comma, or write the value before it.'],
  [
    /whitespace character is expected/,
    'There is no space after the colon.',
    'Write a space between the colon and the value.',
  ],
  [
    /chomping|indentation width/,
    'The signs after "|" or ">" are not well formed.',
    'Write "|" alone, or "|-" to drop the last line end.',
  ],
];

const unknownDirective: SyntaxFault = {
  problem: 'A line that begins with "%" is a directive, and this one says nothing that aigw understands.',
  help: 'Remove the line, or quote the "%" where it begins a text.',
};

const misplacedLine: SyntaxFault = {
  problem: 'This line fits nothing above it: it is indented differently, or mixes list items with map keys.',
  help: 'Align it with the entries that it belongs to.',
};

/** Something stands after, or instead of, a value on the same line. */
function explainRest(text: string, at: number): SyntaxFault {
  const before = text.slice(0, at).trimEnd().at(-1) ?? '';
  const sign = text[at] ?? '';
  if (sign === ':')
    return {
      problem: 'A second ": " stands in one line.',
      help: 'Quote the value, or begin the inner map on a line of its own.',
    };
  if ('@`%'.includes(sign)) return { problem: `A value cannot begin with "${sign}".`, help: 'Quote the value.' };
  if (']},'.includes(sign))
    return {
      problem: `A "${sign}" stands here without its beginning.`,
      help: 'Remove it, or quote the value that begins with it.',
    };
  if (`'"`.includes(before)) {
    return {
      problem: 'Text goes on after the closing quote.',
      help: `Quote the whole value; inside single quotes write '' for ', inside double quotes \\" for ".`,
    };
  }
  return { problem: 'This does not belong to the value before it.', help: 'Quote the whole value.' };
}

function explainMissingColon(text: string, at: number): PlacedFault {
  const lines = text.slice(0, text.lastIndexOf('\n', at - 1) + 1).trimEnd();
  const start = lines.lastIndexOf('\n') + 1;
  const line = lines.slice(start);
  const first = start + line.search(/\S|$/);
  const colon = /^\s*[\w.-]+(:)\S/.exec(line);
  if (colon)
    return {
      start: start + colon[0].length - 2,
      problem: 'There is no space after the colon.',
      help: 'Write a space between the colon and the value.',
    };
  return {
    start: first,
    problem: 'This line is no "key: value".',
    help: 'Write a colon and a space after the key, or indent the line as part of the text above.',
  };
}

/** A quote or bracket that has no end, or whose lines are not indented: shown where it was opened, if that can be told. */
function explainUnclosed({ text, at, reason }: BrokenPart): PlacedFault {
  const opener = outermostOpener(text, at);
  const isFlow = opener === undefined ? reason.includes('flow') : '[{'.includes(text[opener] ?? '');
  if (reason.startsWith('missed comma') && text.startsWith('{{', at - 2)) {
    return {
      start: at - 2,
      problem: 'A template stands here; aigw reads plain YAML.',
      help: 'Write the value itself, or quote a text that begins with "{{".',
    };
  }
  if (reason.startsWith('missed comma')) {
    return {
      start: at,
      problem: 'A comma or the closing bracket is missing before this.',
      help: 'Separate the items by commas; quote a value that holds brackets or quotes.',
    };
  }
  if (reason.startsWith('deficient') && (text[at] === ']' || text[at] === '}')) return { start: at, ...shallowBracket };
  const quote = isFlow && opener !== undefined ? openQuote(text.slice(opener, at)) : undefined;
  const what = isFlow && quote === undefined ? 'bracket' : 'quote';
  return {
    start: (opener ?? at) + (quote ?? 0),
    problem: `The ${what} opened here is not closed, or goes on in a line that is not indented deeper than the key.`,
    help: `Close the ${what}, or indent its further lines.`,
  };
}

const shallowBracket: SyntaxFault = {
  problem: 'This closing bracket is not indented deeper than the key that it belongs to.',
  help: 'Indent it, or write it at the end of the line before.',
};

/** At most so much text is parsed again to find where a quote or bracket was opened. */
const searchBudget = 4 * 1024 * 1024;

/** The last quote or bracket before `at` that stands where a value may: a plain value put in its place reads well. */
function outermostOpener(text: string, at: number): number | undefined {
  let budget = searchBudget;
  for (let index = at - 1; index >= 0 && budget > 0; index--) {
    if (!`"'[{`.includes(text.charAt(index))) continue;
    budget -= index + 64;
    if (parsePart(`${text.slice(0, index)}0`, 0).kind === 'parsed') return index;
  }
  return undefined;
}

/** Where a quote begins that nothing closes, in a text that begins with a bracket. */
function openQuote(text: string): number | undefined {
  let before = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if ((sign === '"' || sign === "'") && '[{,:'.includes(before)) {
      const end = quoteEnd(text, at);
      if (end === undefined) return at;
      at = end;
    }
    if (sign.trim() !== '') before = sign;
  }
  return undefined;
}

/** The offset of the quote that closes the one at `start`. */
function quoteEnd(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const isEscape = quote === '"' ? text[at] === '\\' : text[at] === quote && text[at + 1] === quote;
    if (isEscape) at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

function isFirstInLine(text: string, at: number): boolean {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === '';
}

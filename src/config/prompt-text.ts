// The texts of prompts: where they stand, and which variables they use.
import type { Place } from '../diagnostics/source.ts';
import type { ResolvedConfig, Resource } from './model.ts';
import type { PromptMessage } from './schema-types.ts';

/** The text of one message of a prompt. */
export interface MessageText {
  readonly role: PromptMessage['role'];
  readonly text: string;
  /** Where a part of the text stands, by UTF-16 offsets into it; the whole text where that part is written with escapes. */
  readonly placeOf: (start: number, end: number) => Place;
}

/** The texts of a prompt's messages in order, those in files included. What cannot be read is left out. */
export function messageTextsOf(config: ResolvedConfig, prompt: Resource<'Prompt'>): readonly MessageText[] {
  return prompt.spec.messages.flatMap(({ role, text: written, file }, index): readonly MessageText[] => {
    if (written !== undefined) {
      return [
        { role, text: written, placeOf: placesWithin(prompt.placeOf(['spec', 'messages', index, 'text']), written) },
      ];
    }
    const text = file === undefined ? undefined : config.file(file);
    if (file === undefined || text === undefined) return [];
    const source = { path: file, text };
    return [{ role, text, placeOf: (start, end) => ({ source, span: { start, end } }) }];
  });
}

/** A use of a variable: `{{name}}`, with white space inside if people like. */
export interface Placeholder {
  readonly name: string;
  /** UTF-16 offsets of the whole, braces included. */
  readonly start: number;
  readonly end: number;
}

/** The variables that a text uses, in order. Three braces, and anything but a name inside, are no use of a variable. */
export function placeholdersOf(text: string): readonly Placeholder[] {
  if (!text.includes('{{')) return [];
  return [...text.matchAll(/(?<!\{)\{\{[ \t]*([\p{L}_][\p{L}\p{N}_.-]*)[ \t]*\}\}(?!\})/gu)].map((match) => ({
    name: match[1] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Where words stand in a value's text and in the file. */
interface Occurrence {
  readonly inText: number;
  /** -1 where the file has the words in another form, from here on. */
  readonly inFile: number;
}

/**
 * Places of parts of a value's text in the file: found by their words, so that indentation and folding do not matter. The
 * same words are asked for from first to last, so the search goes on where it ended.
 */
function placesWithin(whole: Place, text: string): MessageText['placeOf'] {
  const last = new Map<string, Occurrence>();
  return (start, end) => {
    const part = text.slice(start, end);
    const { source, span } = whole;
    const raw = source.text.slice(span.start, span.end);
    const next = ({ inText, inFile }: Occurrence, from: number): Occurrence => ({
      inText: text.indexOf(part, inText + from),
      inFile: inFile === -1 ? -1 : raw.indexOf(part, inFile + from),
    });
    const known = last.get(part);
    let found = known !== undefined && known.inText <= start ? known : next({ inText: 0, inFile: 0 }, 0);
    while (found.inText !== -1 && found.inText < start) found = next(found, 1);
    last.set(part, found);
    if (part === '' || found.inFile === -1) return whole;
    const at = span.start + found.inFile;
    return { source, span: { start: at, end: at + part.length } };
  };
}

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
      const place = () => prompt.placeOf(['spec', 'messages', index, 'text']);
      return [{ role, text: written, placeOf: (start, end) => placeWithin(place(), written, start, end) }];
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

/** A part of a value's text in the file: found by its words, so that indentation and folding do not matter. */
function placeWithin(whole: Place, text: string, start: number, end: number): Place {
  const part = text.slice(start, end);
  const { source, span } = whole;
  const raw = source.text.slice(span.start, span.end);
  let at = raw.indexOf(part);
  for (let earlier = text.indexOf(part); earlier !== -1 && earlier < start; earlier = text.indexOf(part, earlier + 1)) {
    at = at === -1 ? -1 : raw.indexOf(part, at + 1);
  }
  if (part === '' || at === -1) return whole;
  return { source, span: { start: span.start + at, end: span.start + at + part.length } };
}

/** Text that a model or a template engine may take for something other than text. */
export interface RoleMarker {
  /** As it stands in the text; of an invisible character its code, as in U+200B. */
  readonly text: string;
  readonly what: 'control token' | 'role label' | 'template syntax' | 'invisible character';
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** It has no honest use in a prompt, whereas a label or a tag may be meant as text. */
  readonly certain: boolean;
}

/** Tokens by which chat templates part messages: ChatML, Llama 2 to 4, Mistral, Gemma, Phi, Command R, DeepSeek. */
const controlTokens =
  /<\|[A-Za-z_][\w-]{0,40}\|>|<｜[^｜<>\n]{1,40}｜>|<<\/?SYS>>|<(?:start|end)_of_turn>|\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\]/g;

/** Tokens that are ordinary tags elsewhere. */
const ambiguousTokens = /<\/?s>|<bos>|<eos>/g;

/** Labels that completion models took for a change of speaker. */
const roleLabels = /(?<=^|\n[ \t]*)(?:system|### ?(?:System|Instruction|Response)):|(?<=^|\n[ \t]*)Human:(?=\s)/gi;

/** Handlebars and dotprompt blocks, helpers, comments and unescaped values; Jinja blocks and comments. */
const templateSyntax =
  /\{\{\{[^{}]*\}\}\}|\{\{[ \t]*(?:[#/^!>&~][^{}]*|[A-Za-z_]\w*[ \t]+[^{}]+)\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}/g;

/** Zero-width, direction-changing, tag and supplementary variation characters. */
const invisible =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|[\u{e0000}-\u{e01ef}]/gu;

/** Every role marker of a text, in the order of their kinds. Template variables are none. */
export function roleMarkersOf(text: string): readonly RoleMarker[] {
  return [
    ...found(text, controlTokens, 'control token', true),
    ...found(text, ambiguousTokens, 'control token', false),
    ...found(text, roleLabels, 'role label', false),
    ...(text.includes('{') ? found(text, templateSyntax, 'template syntax', false) : []),
    ...found(text, invisible, 'invisible character', true)
      .filter(({ start, end }) => !isHonest(text, start, end))
      .map((marker) => ({ ...marker, text: codeOf(marker.text) })),
  ];
}

function found(text: string, pattern: RegExp, what: RoleMarker['what'], certain: boolean): readonly RoleMarker[] {
  return [...text.matchAll(pattern)].map((match) => ({
    text: match[0],
    what,
    start: match.index,
    end: match.index + match[0].length,
    certain,
  }));
}

/** Joiners within emoji and within scripts that need them, direction marks in such scripts, soft hyphens, flags. */
function isHonest(text: string, start: number, end: number): boolean {
  const character = text.slice(start, end);
  const before = text.slice(Math.max(0, start - 16), start);
  if (character === '\u00ad' || (character === '\ufeff' && start === 0)) return true;
  if (/[\u200c\u200d]/.test(character)) return joined.test(before);
  if (/[\u200e\u200f\u061c]/.test(character)) return rightToLeft.test(text);
  if (/[\u{e0020}-\u{e007f}]/u.test(character)) return /\u{1f3f4}[\u{e0020}-\u{e007e}]{0,6}$/u.test(before);
  return /[\u{e0100}-\u{e01ef}]/u.test(character) && /\p{Script=Han}$/u.test(before);
}

/** What stands before an honest joiner: part of an emoji, or a letter beyond ASCII. */
const joined = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|[^\P{L}a-zA-Z]|\p{M})$/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

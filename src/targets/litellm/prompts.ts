// Prompts as LiteLLM's dotprompt texts: Jinja templates whose rendered lines are split into messages wherever one begins with System:,
// User: or Assistant: (1.106, integrations/dotprompt). Values of variables pass that splitter too, so each is defused on its way in.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { messageTextsOf, placeholdersOf } from '../../config/prompt-text.ts';
import type { PromptVariable } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Group } from './groups.ts';

type Prompt = Resource<'Prompt'>;

const ROLES = { system: 'System', user: 'User', assistant: 'Assistant' } as const;
const MARKERS: readonly string[] = Object.values(ROLES).map((role) => `${role}:`);

/** Characters that a token is taken to have where LiteLLM cuts a value. */
const CHARACTERS_PER_TOKEN = 4;

/** LiteLLM's prompts, each once, in the order in which deployments name them. */
export function promptList(config: ResolvedConfig, groups: readonly Group[]): readonly JsonObject[] {
  const names = groups.flatMap(({ deployments }) => deployments.flatMap(({ prompt }) => prompt ?? []));
  return [...new Set(names)].flatMap((name) => {
    const prompt = config.find('Prompt', name);
    return prompt === undefined || !isExpressible(prompt) ? [] : [promptOf(config, prompt)];
  });
}

/** The id of a prompt in LiteLLM's registry; undefined where LiteLLM cannot put it in. */
export function promptId(config: ResolvedConfig, name: string): string | undefined {
  const prompt = config.find('Prompt', name);
  return prompt === undefined || !isExpressible(prompt) ? undefined : idOf(prompt);
}

/** LiteLLM puts prompts before what the client sends, never after it. */
export function isExpressible({ spec }: Prompt): boolean {
  return spec.mode !== 'append';
}

/** Jinja takes a variable's name for Python's: no hyphens, no points, and no word of its own. */
export function isVariableName(name: string): boolean {
  const reserved = /^(and|else|false|False|if|in|is|none|None|not|or|true|True)$/;
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !reserved.test(name);
}

/** Lines lose their indentation on the way, and a line that begins like a role's marker gets a space before its colon. */
export function keepsText(text: string): boolean {
  return !text.split('\n').some((line) => /^\s+\S/.test(line) || MARKERS.some((marker) => line.startsWith(marker)));
}

function idOf(prompt: Prompt): string {
  return `${prompt.name}@${prompt.spec.version}`;
}

function promptOf(config: ResolvedConfig, prompt: Prompt): JsonObject {
  const variables = prompt.spec.variables ?? {};
  const messages = messageTextsOf(config, prompt).map(
    ({ role, text }) => `${ROLES[role]}: ${templateOf(text.trim(), variables)}`,
  );
  return {
    prompt_id: idOf(prompt),
    litellm_params: {
      prompt_integration: 'dotprompt',
      prompt_id: idOf(prompt),
      dotprompt_content: `${messages.join('\n')}\n`,
      ignore_prompt_manager_model: true,
      ignore_prompt_manager_optional_params: true,
    },
  };
}

type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'value'; readonly expression: string };

/** A text as a Jinja template: what stands there is kept from being taken for Jinja or for a role, and values are defused. */
function templateOf(text: string, variables: Readonly<Record<string, PromptVariable>>): string {
  let written = '';
  let line = '';
  let afterValue = false;
  for (const piece of piecesOf(text, variables)) {
    const gap = gapBefore(piece, line, afterValue) ? ' ' : '';
    written += gap + (piece.kind === 'text' ? escapeJinja(defuseLines(piece.text)) : `{{ ${piece.expression} }}`);
    line = piece.kind === 'text' ? lastLine(line, piece.text) : `${line}x`;
    afterValue = piece.kind === 'value';
  }
  return written;
}

/** A text cut at its variables; constants are text, and a variable that cannot be filled is nothing. */
function piecesOf(text: string, variables: Readonly<Record<string, PromptVariable>>): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const placeholder of placeholdersOf(text)) {
    pieces.push({ kind: 'text', text: text.slice(end, placeholder.start) }, ...pieceOf(placeholder.name, variables));
    end = placeholder.end;
  }
  pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces.filter((piece) => piece.kind === 'value' || piece.text !== '');
}

function pieceOf(name: string, variables: Readonly<Record<string, PromptVariable>>): readonly Piece[] {
  const variable = variables[name];
  if (variable?.from === 'constant') return [{ kind: 'text', text: String(variable.value ?? '') }];
  if (variable === undefined || !isVariableName(name)) return [];
  return [{ kind: 'value', expression: expressionOf(name, variable) }];
}

/** Where a value might make a marker together with its neighbour, a space keeps them apart. */
function gapBefore(piece: Piece, line: string, afterValue: boolean): boolean {
  if (afterValue) return piece.kind === 'value' || piece.text.startsWith(':');
  const before = line.trimStart();
  return piece.kind === 'value' && before !== '' && MARKERS.some((marker) => marker.startsWith(before));
}

function lastLine(line: string, text: string): string {
  const at = text.lastIndexOf('\n');
  return at === -1 ? line + text : text.slice(at + 1);
}

/** A value as text: lists line by line, only what an enum allows, cut to its length, and without role markers. */
function expressionOf(name: string, { type, enum: allowed, maxTokens }: PromptVariable): string {
  const text = type === 'list' ? `(${name} if ${name} is string else ${name} | join("\\n"))` : name;
  const chosen = allowed === undefined ? text : `(${text} if ${text} in ${JSON.stringify(allowed)} else "")`;
  const cut =
    maxTokens === undefined ? `(${chosen} | string)` : `(${chosen} | string)[:${maxTokens * CHARACTERS_PER_TOKEN}]`;
  const lower = type === 'boolean' ? ' | lower' : '';
  const defused = MARKERS.map((marker) => ` | replace("${marker}", "${spaced(marker)}")`).join('');
  // Jinja would turn & into &amp;: LiteLLM switches its escaping for HTML on.
  return `${cut}${lower}${defused} | safe`;
}

function defuseLines(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const marker = MARKERS.find((candidate) => line.trimStart().startsWith(candidate));
      return marker === undefined ? line : line.replace(marker, spaced(marker));
    })
    .join('\n');
}

function spaced(marker: string): string {
  return marker.replace(':', ' :');
}

function escapeJinja(text: string): string {
  return text.replace(/\{\{|\{%|\{#/g, (opening) => `{{ ${JSON.stringify(opening)} | safe }}`);
}

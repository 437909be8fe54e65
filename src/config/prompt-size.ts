// How long a prompt can become.
import { oncePer } from '../lib/once-per.ts';
import type { ResolvedConfig, Resource } from './model.ts';
import { messageTextsOf, placeholdersOf } from './prompt-text.ts';
import type { PromptVariable } from './schema-types.ts';

/** The room that a variable's value can take, in all of its uses together. */
export interface VariableSize {
  readonly name: string;
  /** Undefined where nothing bounds the value. */
  readonly tokens: number | undefined;
  readonly fromContext: boolean;
}

/** What a prompt consists of. */
export interface PromptSize {
  /** What every request has: the messages, with constants filled in and the other variables left out. */
  readonly text: string;
  readonly variables: readonly VariableSize[];
}

/** Numbers, true and false: a few tokens each. */
const scalarTokens = 10;

/**
 * How long a prompt can become, with the context that its route has. Undefined where a message's file cannot be read. A use
 * of a variable counts each time; the values of an enum count with one token a byte, which is the most that they can have.
 */
export function promptSizeOf(
  config: ResolvedConfig,
  prompt: Resource<'Prompt'>,
  context: Resource<'ContextPolicy'> | undefined,
): PromptSize | undefined {
  const known = sizesOf(config, prompt);
  if (!known.has(context)) known.set(context, measure(config, prompt, context));
  return known.get(context);
}

const sizesOf = oncePer(
  (_: ResolvedConfig, __: Resource<'Prompt'>) =>
    new Map<Resource<'ContextPolicy'> | undefined, PromptSize | undefined>(),
);

function measure(
  config: ResolvedConfig,
  prompt: Resource<'Prompt'>,
  context: Resource<'ContextPolicy'> | undefined,
): PromptSize | undefined {
  const messages = messageTextsOf(config, prompt);
  if (messages.length < prompt.spec.messages.length) return undefined;
  const variables = new Map(Object.entries(prompt.spec.variables ?? {}));
  const uses = new Map<string, number>();
  const texts = messages.map(({ text }) => {
    const parts: string[] = [];
    let rest = 0;
    for (const { name, start, end } of placeholdersOf(text)) {
      const constant = variables.get(name)?.value;
      parts.push(text.slice(rest, start), constant === undefined ? '' : String(constant));
      rest = end;
      uses.set(name, (uses.get(name) ?? 0) + 1);
    }
    return `${parts.join('')}${text.slice(rest)}`;
  });
  const sizes = [...variables].flatMap(([name, variable]): readonly VariableSize[] => {
    const times = uses.get(name) ?? 0;
    if (times === 0 || variable.from === 'constant') return [];
    const tokens = tokensOf(variable, context);
    const fromContext = variable.from === 'context';
    return [{ name, tokens: tokens === undefined ? undefined : tokens * times, fromContext }];
  });
  return { text: texts.join('\n'), variables: sizes };
}

function tokensOf(
  { type, enum: allowed, maxTokens, field }: PromptVariable,
  context: Resource<'ContextPolicy'> | undefined,
): number | undefined {
  if (maxTokens !== undefined) return maxTokens;
  if (allowed !== undefined) return Math.max(0, ...allowed.map((text) => Buffer.byteLength(text)));
  if (type === 'number' || type === 'boolean') return scalarTokens;
  return context?.spec.fields.find(({ name }) => name === field)?.maxTokens;
}

/**
 * The tokens that an answer of a model can have at most, as far as its own output and a fixed request parameter bound it;
 * undefined where neither does.
 */
export function answerTokens({ spec: { context, parameters } }: Resource<'Model'>): number | undefined {
  const bounds = [context?.output, parameters?.fixed?.['max_tokens'], parameters?.fixed?.['max_completion_tokens']];
  const known = bounds.filter((bound) => typeof bound === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}

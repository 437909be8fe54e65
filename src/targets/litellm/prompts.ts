// Prompts. LiteLLM puts one fixed text before a chat; all else is done by a callback, where the prompt asks for emulation.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { messageTextsOf, placeholdersOf } from '../../config/prompt-text.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { modeOf } from '../support.ts';
import type { Group } from './groups.ts';
import { withoutUndefined } from './limits.ts';
import { CALLBACK_TEXT } from './prompt-callback.ts';

type Prompt = Resource<'Prompt'>;

/** Fields that ask for more than a fixed text before the chat. */
export type Need = 'mode' | 'variables' | 'messages';

/** The first thing that a prompt asks for beyond a fixed text of the system; undefined where that is all it is. */
export function needOf({ spec: { mode, variables = {}, messages } }: Prompt): Need | undefined {
  const [first, ...others] = messages;
  if (Object.values(variables).some(({ from }) => from !== 'constant')) return 'variables';
  if (first?.role !== 'system' || others.length > 0) return 'messages';
  return mode === 'prepend' ? undefined : 'mode';
}

/** How a prompt gets into a chat; undefined where it is left out. */
export function wayOf(prompt: Prompt): 'fixed' | 'callback' | undefined {
  const need = needOf(prompt);
  if (need === undefined) return 'fixed';
  return modeOf(prompt, need) === 'emulate' ? 'callback' : undefined;
}

/** litellm_params of a deployment whose prompt is a fixed text. */
export function promptParams(config: ResolvedConfig, name: string | undefined): JsonObject {
  const prompt = name === undefined ? undefined : config.find('Prompt', name);
  if (prompt === undefined || wayOf(prompt) !== 'fixed') return {};
  const parts = messageTextsOf(config, prompt).flatMap(({ text }) => partsOf(text.trim(), prompt));
  return { litellm_system_prompt: parts.join('') };
}

/** model_info of a deployment whose prompt the callback puts in. */
export function promptInfo(config: ResolvedConfig, name: string | undefined): JsonObject {
  const prompt = name === undefined ? undefined : config.find('Prompt', name);
  return prompt === undefined || wayOf(prompt) !== 'callback' ? {} : { aigw_prompt: idOf(prompt) };
}

/** The callback's files by name, which lie beside LiteLLM's own: its text, and its prompts by the names that deployments have for them. */
export function callbackFiles(config: ResolvedConfig, groups: readonly Group[]): Readonly<Record<string, string>> {
  const prompts = callbackPrompts(config, groups).map((prompt) => [idOf(prompt), promptOf(config, prompt)]);
  if (prompts.length === 0) return {};
  return {
    'aigw_prompts.py': CALLBACK_TEXT,
    'aigw_prompts.json': `${JSON.stringify(Object.fromEntries(prompts), null, 2)}\n`,
  };
}

/** The prompts that the callback puts in, in the order in which deployments name them. */
export function callbackPrompts(config: ResolvedConfig, groups: readonly Group[]): readonly Prompt[] {
  const names = groups.flatMap(({ deployments }) => deployments.flatMap(({ prompt }) => prompt ?? []));
  const prompts = [...new Set(names)].flatMap((name) => config.find('Prompt', name) ?? []);
  return prompts.filter((prompt) => wayOf(prompt) === 'callback');
}

function promptOf(config: ResolvedConfig, prompt: Prompt): JsonObject {
  const { mode, variables = {}, maxTokens } = prompt.spec;
  const open = Object.entries(variables).filter(([, { from }]) => from !== 'constant');
  const rules = open.map(([name, rule]) => {
    const { required, enum: allowed, maxTokens: limit } = rule;
    return [name, withoutUndefined({ required, enum: allowed, maxTokens: limit })];
  });
  const messages = messageTextsOf(config, prompt).map(({ role, text }) => ({
    role,
    parts: partsOf(text.trim(), prompt),
  }));
  return withoutUndefined({ mode, maxTokens, variables: Object.fromEntries(rules), messages });
}

/** A text cut at the variables whose values come with a request; constants are text. */
function partsOf(text: string, { spec: { variables = {} } }: Prompt): readonly Json[] {
  const parts: Json[] = [];
  let fixed = '';
  let end = 0;
  for (const { name, start, end: next } of placeholdersOf(text)) {
    const variable = variables[name];
    if (variable === undefined) continue;
    fixed += text.slice(end, start);
    end = next;
    if (variable.from === 'constant') fixed += String(variable.value ?? '');
    else {
      parts.push(fixed, { variable: name });
      fixed = '';
    }
  }
  return [...parts, fixed + text.slice(end)].filter((part) => part !== '');
}

function idOf(prompt: Prompt): string {
  return `${prompt.name}@${prompt.spec.version}`;
}

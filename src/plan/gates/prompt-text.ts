// Prompt texts: what Git holds, and so what runs, must be what the registry holds under the pinned version.
import type { Verdict } from './verdict.ts';

/** What a registered prompt's version holds. */
export interface PromptContent {
  /** One text of no role, or a chat. */
  readonly template: string | readonly { readonly role: string; readonly content: string }[];
  /** What else it holds, in words: nothing of it gets into Git, and so nothing of it runs. */
  readonly others: readonly string[];
}

/** A message as Git has it. */
export interface Message {
  readonly role: string;
  readonly text: string;
}

/** @param content undefined where the registry does not tell. */
export function judgePromptText(content: PromptContent | undefined, messages: readonly Message[]): Verdict {
  const fault = content === undefined ? 'there is no text to compare with' : faultOf(content, messages);
  const others = content?.others ?? [];
  const unheard = `The messages are those of the registry; what it has of ${others.join(' and ')} stays there, and changes nothing.`;
  const passed = others.length === 0 ? 'The messages are those of the registry.' : unheard;
  return {
    gate: 'text',
    name: 'messages',
    status: fault !== undefined ? 'failed' : others.length === 0 ? 'passed' : 'warned',
    message: fault === undefined ? passed : `Of what Git holds and what the registry holds, ${fault}.`,
    inputs: { roles: messages.map(({ role }) => role), others },
  };
}

function faultOf({ template }: PromptContent, messages: readonly Message[]): string | undefined {
  if (typeof template === 'string') {
    if (messages.length !== 1) return `one is a single text, and the other are ${messages.length} messages`;
    return messages[0]?.text === template ? undefined : 'the text differs';
  }
  if (messages.length !== template.length)
    return `one has ${messages.length} messages, and the other ${template.length}`;
  const index = template.findIndex(
    ({ role, content }, at) => messages[at]?.role !== role || messages[at].text !== content,
  );
  return index < 0 ? undefined : `message ${index + 1} differs`;
}

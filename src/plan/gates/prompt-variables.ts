// Prompt variables: whoever fills the champion's must be able to fill the new prompt's.
import type { Verdict } from './verdict.ts';

/** A prompt's variables by name, and whether each must be given. */
export type PromptVariables = Readonly<Record<string, { readonly required: boolean }>>;

export function judgePromptVariables(candidate: PromptVariables, champion: PromptVariables | undefined): Verdict {
  const before = champion ?? {};
  const faults =
    champion === undefined
      ? []
      : Object.entries(candidate).flatMap(([name, { required }]) => {
          if (!required) return [];
          if (!Object.hasOwn(before, name)) return [`variable ${name} is new and required`];
          return before[name]?.required === true ? [] : [`variable ${name} is required and was optional`];
        });
  return {
    gate: 'prompt-variables',
    name: 'variables',
    status: faults.length === 0 ? 'passed' : 'failed',
    message: faults.length === 0 ? 'Whoever uses the prompt can go on.' : `${faults.join('; ')}.`,
    inputs: { candidate, champion: champion ?? null },
  };
}

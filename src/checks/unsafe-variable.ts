import { examplePrompt } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { messageTextsOf, placeholdersOf } from '../config/prompt-text.ts';
import type { ContextField, PromptVariable } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { roleMarkersOf } from '../lib/role-markers.ts';
import { defineCheck } from './check.ts';

const promptOf = (system: string, user: string) => `version: "1"
variables: {question: {from: user, maxTokens: 1000}}
messages:
  - {role: system, text: "${system}"}
  - {role: user, text: "${user}"}`;

const unsafeVariable = defineDiagnostic<{ reason: string; help: string }>({
  code: 'AIGW2042',
  name: 'unsafe-variable',
  severity: 'error',
  summary: 'Text that others write would speak with the voice of the prompt: its value can give the model orders.',
  message: ({ reason }) => reason,
  help: ({ help }) => help,
  examples: {
    bad: examplePrompt(promptOf('Answer this: {{question}}', 'Please.')),
    good: examplePrompt(promptOf('Answer the question.', '{{question}}')),
  },
});

/** Fields of the context that hold words, of the user or from elsewhere. */
const wordy: ReadonlySet<ContextField> = new Set(['current_turn_text', 'history_summary', 'retrieved_documents']);

export const check = defineCheck({
  kinds: [unsafeVariable],
  byResource: true,
  run: ({ config }) =>
    config.all('Prompt').flatMap((prompt) => [...misplaced(config, prompt), ...markedValues(prompt)]),
});

function misplaced(config: ResolvedConfig, prompt: Resource<'Prompt'>): readonly Diagnostic[] {
  const variables = new Map(Object.entries(prompt.spec.variables ?? {}));
  return messageTextsOf(config, prompt).flatMap(({ role, text, placeOf }) =>
    placeholdersOf(text).flatMap(({ name, start, end }): readonly Diagnostic[] => {
      const variable = variables.get(name);
      const danger = variable === undefined ? undefined : dangerOf(variable, role);
      if (danger === undefined) return [];
      const article = role === 'system' ? 'a system' : 'an assistant';
      const reason = `{{${name}}} puts ${danger.words} into ${article} message of prompt ${prompt.name}, where it can pass for instructions.`;
      const help =
        'Use it in a user message, and say there that it is data; or bound it with enum where only few values are right.';
      const related = [
        { message: 'Where the value comes from.', place: prompt.placeOf(['spec', 'variables', name, 'from']) },
      ];
      return [raise(unsafeVariable, { reason, help }, placeOf(start, end), { severity: danger.severity, related })];
    }),
  );
}

function dangerOf({ from, field, type, enum: allowed }: PromptVariable, role: 'system' | 'user' | 'assistant') {
  if (role === 'user' || allowed !== undefined || type === 'number' || type === 'boolean') return undefined;
  if (from === 'user' || (from === 'context' && field === 'current_turn_text')) {
    return { words: "the user's words", severity: 'error' } as const;
  }
  const retrieved = from === 'context' && (field === undefined || wordy.has(field));
  return retrieved && role === 'system'
    ? ({
        words: 'text from the context, which may hold words of users and of documents,',
        severity: 'warning',
      } as const)
    : undefined;
}

/** Values that the prompt itself gives, which look like a change of speaker. */
function markedValues(prompt: Resource<'Prompt'>): readonly Diagnostic[] {
  return Object.entries(prompt.spec.variables ?? {}).flatMap(([name, { value, enum: allowed = [] }]) => {
    const values = [
      { text: String(value ?? ''), path: ['spec', 'variables', name, 'value'] },
      ...allowed.map((text, index) => ({ text, path: ['spec', 'variables', name, 'enum', index] })),
    ];
    return values.flatMap(({ text, path }) => {
      const [marker] = roleMarkersOf(text);
      if (marker === undefined) return [];
      const reason = `A value of the variable ${name} of prompt ${prompt.name} holds ${marker.text} (${marker.what}), which a model may take for more than text.`;
      return [raise(unsafeVariable, { reason, help: 'Remove it from the value.' }, prompt.placeOf(path))];
    });
  });
}

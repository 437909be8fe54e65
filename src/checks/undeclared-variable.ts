import { examplePrompt } from '../config/example-repo.ts';
import { messageTextsOf, placeholdersOf } from '../config/prompt-text.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { suggester } from '../lib/nearest.ts';
import { defineCheck } from './check.ts';

const promptOf = (text: string) => `version: "1"
variables: {question: {from: user, maxTokens: 1000}}
messages: [{role: user, text: "${text}"}]`;

interface Arguments {
  readonly name: string;
  readonly prompt: string;
  readonly declared: readonly string[];
  readonly meant: string | undefined;
}

const undeclaredVariable = defineDiagnostic<Arguments>({
  code: 'AIGW2040',
  name: 'undeclared-variable',
  severity: 'error',
  summary: 'A prompt uses a variable that it does not declare.',
  message: ({ name, prompt, meant }) =>
    `Prompt ${prompt} uses {{${name}}}, which its variables do not declare.${meant === undefined ? '' : ` Did you mean {{${meant}}}?`}`,
  help: ({ name, declared }) =>
    `${declared.length === 0 ? 'It declares no variables' : `It declares ${someOf(declared)}`}; add ${name} to spec.variables with where it comes from, or correct the name.`,
  examples: {
    bad: examplePrompt(promptOf('Question: {{qestion}}')),
    good: examplePrompt(promptOf('Question: {{question}}')),
  },
});

export const check = defineCheck({
  kinds: [undeclaredVariable],
  byResource: true,
  run: ({ config }) =>
    config.all('Prompt').flatMap((prompt) => {
      const declared = Object.keys(prompt.spec.variables ?? {});
      const known = new Set(declared);
      const suggest = suggester(() => declared);
      return messageTextsOf(config, prompt).flatMap(({ text, placeOf }) =>
        placeholdersOf(text)
          .filter(({ name }) => !known.has(name))
          .map(({ name, start, end }) => {
            const args = { name, prompt: prompt.name, declared, meant: suggest(name) };
            return raise(undeclaredVariable, args, placeOf(start, end));
          }),
      );
    }),
});

const mostNamed = 12;

function someOf(names: readonly string[]): string {
  if (names.length <= mostNamed) return names.join(', ');
  return `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} others`;
}

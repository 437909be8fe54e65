import { examplePrompt } from '../config/example-repo.ts';
import { messageTextsOf, placeholdersOf } from '../config/prompt-text.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { nearest } from '../lib/nearest.ts';
import { defineCheck } from './check.ts';

const promptOf = (text: string) => `version: "1"
variables: {question: {from: user, maxTokens: 1000}}
messages: [{role: user, text: "${text}"}]`;

const undeclaredVariable = defineDiagnostic<{ name: string; prompt: string; declared: readonly string[] }>({
  code: 'AIGW2040',
  name: 'undeclared-variable',
  severity: 'error',
  summary: 'A prompt uses a variable that it does not declare.',
  message: ({ name, prompt, declared }) => {
    const meant = nearest(name, declared);
    return `Prompt ${prompt} uses {{${name}}}, which its variables do not declare.${meant === undefined ? '' : ` Did you mean {{${meant}}}?`}`;
  },
  help: ({ name, declared }) =>
    `${declared.length === 0 ? 'It declares no variables' : `It declares ${declared.join(', ')}`}; add ${name} to spec.variables with where it comes from, or correct the name.`,
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
      return messageTextsOf(config, prompt).flatMap(({ text, placeOf }) =>
        placeholdersOf(text)
          .filter(({ name }) => !declared.includes(name))
          .map(({ name, start, end }) =>
            raise(undeclaredVariable, { name, prompt: prompt.name, declared }, placeOf(start, end)),
          ),
      );
    }),
});

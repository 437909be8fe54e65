import { messageTextsOf, placeholdersOf } from '../config/prompt-text.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';
import { examplePrompt } from './example.ts';

const promptOf = (text: string) => `version: "1"
variables: {question: {from: user, maxTokens: 1000}}
messages: [{role: user, text: "${text}"}]`;

const unusedVariable = defineDiagnostic<{ name: string; prompt: string; required: boolean }>({
  code: 'AIGW2041',
  name: 'unused-variable',
  severity: 'warning',
  summary: 'A prompt declares a variable that its text does not use.',
  message: ({ name, prompt, required }) =>
    `Prompt ${prompt} declares ${name}, but no message uses {{${name}}}${required ? '; requests without it are refused all the same' : ''}.`,
  help: ({ name }) => `Write {{${name}}} where the value belongs, or remove the variable.`,
  examples: {
    bad: examplePrompt(promptOf('Tell a story.')),
    good: examplePrompt(promptOf('Question: {{question}}')),
  },
});

export const check = defineCheck({
  kinds: [unusedVariable],
  byResource: true,
  run: ({ config }) =>
    config.all('Prompt').flatMap((prompt) => {
      const texts = messageTextsOf(config, prompt);
      // What stands in a file that cannot be read is not known.
      if (texts.length < prompt.spec.messages.length) return [];
      const used = new Set(texts.flatMap(({ text }) => placeholdersOf(text).map(({ name }) => name)));
      return Object.entries(prompt.spec.variables ?? {})
        .filter(([name]) => !used.has(name))
        .map(([name, { from, required }]) => {
          const place = prompt.placeOf(['spec', 'variables', name], 'key');
          return raise(unusedVariable, { name, prompt: prompt.name, required: required && from !== 'constant' }, place);
        });
    }),
});

import { examplePrompt } from '../config/example-repo.ts';
import { messageTextsOf, placeholdersOf } from '../config/prompt-text.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { suggester } from '../lib/nearest.ts';
import { defineCheck } from './check.ts';

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
      const variables = prompt.spec.variables ?? {};
      // A slip in the text is told as a variable that is not declared; the one that was meant is used.
      const slips = [...used].filter((name) => variables[name] === undefined);
      const meant = new Set(slips.map(suggester(() => Object.keys(variables))));
      return Object.entries(variables)
        .filter(([name]) => !used.has(name) && !meant.has(name))
        .map(([name, { from, required }]) => {
          const place = prompt.placeOf(['spec', 'variables', name], 'key');
          return raise(unusedVariable, { name, prompt: prompt.name, required: required && from !== 'constant' }, place);
        });
    }),
});

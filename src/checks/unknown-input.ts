import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { nearest } from '../lib/nearest.ts';
import { defineCheck } from './check.ts';

const chainRepo = (input: string) => `${exampleRepo(
  ['model: large, weight', 'chain: translated, weight'],
  ['  fallback:', '  onUnsupported: warn\n  fallback:'],
)}---
apiVersion: aigw.dev/v1alpha1
kind: Chain
metadata: {name: translated}
spec:
  output: answer
  onUnsupported: warn
  steps:
    - {name: translate, model: small}
    - {name: answer, model: large, prompt: answer, after: [translate], inputs: {${input}}}
---
apiVersion: aigw.dev/v1alpha1
kind: Prompt
metadata: {name: answer}
spec:
  version: "1"
  variables: {question: {from: user}}
  messages: [{role: user, text: "{{question}}"}]
  onUnsupported: warn
`;

const unknownInput = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2061',
  name: 'unknown-input',
  severity: 'error',
  summary: 'A step of a chain fills a variable that its prompt does not declare, or fills one from nowhere.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: { bad: chainRepo('questoin: steps.translate'), good: chainRepo('question: steps.translate') },
});

export const check = defineCheck({
  kinds: [unknownInput],
  run: ({ config }) =>
    config.all('Chain').flatMap((chain) => chain.spec.steps.flatMap((_, index) => findingsIn(config, chain, index))),
});

function findingsIn(config: ResolvedConfig, chain: Resource<'Chain'>, index: number): readonly Diagnostic[] {
  const { name = '', prompt: promptName, inputs = {} } = chain.spec.steps[index] ?? {};
  const prompt = promptName === undefined ? undefined : config.find('Prompt', promptName);
  const variables = Object.keys(prompt?.spec.variables ?? {});
  const step = `Step ${name} of chain ${chain.name}`;
  return Object.entries(inputs).flatMap(([variable, source]) => {
    const path = ['spec', 'steps', index, 'inputs', variable];
    const found: Diagnostic[] = [];
    if (prompt !== undefined && !variables.includes(variable)) {
      const meant = nearest(variable, variables);
      const problem = `${step} fills ${variable}, which prompt ${prompt.name} does not declare.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
      const remedy =
        variables.length === 0 ? 'The prompt has no variables.' : `Its variables are ${variables.join(', ')}.`;
      const related = [{ message: 'The prompt that is filled.', place: prompt.placeOf(['spec', 'variables'], 'key') }];
      found.push(raise(unknownInput, { problem, remedy }, chain.placeOf(path, 'key'), { related }));
    }
    if (source !== 'request' && !source.startsWith('steps.')) {
      const problem = `${step} fills ${variable} from ${JSON.stringify(source)}, which is neither the request nor a step.`;
      const remedy = `Write request, or steps. and the name of a step, as in steps.${chain.spec.steps[0]?.name}.`;
      found.push(raise(unknownInput, { problem, remedy }, chain.placeOf(path)));
    }
    return found;
  });
}

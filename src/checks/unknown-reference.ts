import { exampleRepo } from '../config/example-repo.ts';
import { referencesOf } from '../config/references.ts';
import { KINDS } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { suggester } from '../lib/nearest.ts';
import { defineCheck } from './check.ts';

const unknownReference = defineDiagnostic<{ kind: string; name: string; meant: string | undefined }>({
  code: 'AIGW2001',
  name: 'unknown-reference',
  severity: 'error',
  summary: 'A resource is referred to that does not exist.',
  message: ({ kind, name, meant }) =>
    `There is no ${kind} named ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  help: ({ kind }) => `Correct the name, or add a document of kind ${kind} with that name.`,
  examples: { bad: exampleRepo(['model: large, weight', 'model: larg, weight']), good: exampleRepo() },
});

export const check = defineCheck({
  kinds: [unknownReference],
  byResource: true,
  run: ({ config }) => {
    const findings: Diagnostic[] = [];
    const suggest = new Map(KINDS.map((kind) => [kind, suggester(() => config.declared(kind))]));
    for (const resource of KINDS.flatMap((kind) => config.all(kind))) {
      for (const { kind, name, path } of referencesOf(resource)) {
        if (config.declared(kind).has(name)) continue;
        const meant = suggest.get(kind)?.(name);
        findings.push(raise(unknownReference, { kind, name, meant }, resource.placeOf(path)));
      }
    }
    return findings;
  },
});

import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import { defineCheck } from './check.ts';

const POLICY = `---
apiVersion: aigw.dev/v1alpha1
kind: ContextPolicy
metadata: {name: session}
spec:
  fields: [{name: history_summary, maxTokens: 800}]
  budget: {tokens: 2000, drop: [history_summary]}
  onUnsupported: warn
`;
const REPO = exampleRepo([
  '  match: [{model: large}]',
  '  match: [{model: large}]\n  context: session\n  onUnsupported: warn',
]);

const unknownLocalName = defineDiagnostic<{ owner: string; what: string; name: string; meant: string | undefined }>({
  code: 'AIGW2027',
  name: 'unknown-local-name',
  severity: 'error',
  summary: 'A name within a resource stands for nothing in it: a step, a field or a tool.',
  message: ({ owner, what, name, meant }) =>
    `${owner} has no ${what} named ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  help: ({ what }) => `Correct the name, or add the ${what}.`,
  examples: {
    bad: REPO + POLICY.replace('drop: [history_summary]', 'drop: [retrieved_documents]'),
    good: REPO + POLICY,
  },
});

const tooEarly = defineDiagnostic<{ step: string; chain: string; other: string }>({
  code: 'AIGW2028',
  name: 'step-read-too-early',
  severity: 'error',
  summary: 'A step of a chain reads the answer of a step that need not have ended.',
  message: ({ step, chain, other }) =>
    `Step ${step} of chain ${chain} reads the answer of step ${other}, and does not come after it.`,
  help: ({ other }) => `Add ${other} to the step's after; steps run in parallel otherwise.`,
  examples: {
    bad: chainExample('after: []'),
    good: chainExample('after: [translate]'),
  },
});

function chainExample(after: string): string {
  return `${exampleRepo(
    ['name: main, model: large', 'name: main, chain: two-steps'],
    ['  fallback:', '  onUnsupported: warn\n  fallback:'],
  )}---
apiVersion: aigw.dev/v1alpha1
kind: Chain
metadata: {name: two-steps}
spec:
  steps:
    - {name: translate, model: small}
    - {name: answer, model: large, inputs: {question: steps.translate}, ${after}}
  output: answer
  onUnsupported: warn
`;
}

export const check = defineCheck({
  kinds: [unknownLocalName, tooEarly],
  byResource: true,
  run: ({ config }) => [
    ...config.all('Chain').flatMap(ofChain),
    ...config.all('ContextPolicy').flatMap(ofContext),
    ...config.all('ToolServer').flatMap(ofTools),
  ],
});

type Use = readonly [name: string, path: Path];

function unknown(
  resource: Resource,
  what: string,
  known: readonly string[],
  uses: readonly Use[],
): readonly Diagnostic[] {
  const names = new Set(known);
  return uses.flatMap(([name, path]) => {
    if (names.has(name)) return [];
    const args = { owner: `${resource.kind} ${resource.name}`, what, name, meant: nearest(name, names) };
    return [raise(unknownLocalName, args, resource.placeOf(path))];
  });
}

function ofChain(chain: Resource<'Chain'>): readonly Diagnostic[] {
  const { steps, output } = chain.spec;
  const names = steps.map(({ name }) => name);
  const reads = steps.flatMap(({ name, inputs = {} }, index) =>
    Object.entries(inputs).flatMap(([variable, source]) => {
      const [, other] = /^steps\.(.+)$/.exec(source) ?? [];
      const path = ['spec', 'steps', index, 'inputs', variable];
      return other === undefined ? [] : [{ step: name, other, path }];
    }),
  );
  const uses: readonly Use[] = [
    ...steps.flatMap(({ after }, step) =>
      after.map((name, index): Use => [name, ['spec', 'steps', step, 'after', index]]),
    ),
    ...reads.map(({ other, path }): Use => [other, path]),
    [output, ['spec', 'output']],
  ];
  const before = predecessorsOf(chain);
  const early = reads.flatMap(({ step, other, path }) => {
    if (!names.includes(other) || before(step).has(other)) return [];
    return [raise(tooEarly, { step, chain: chain.name, other }, chain.placeOf(path))];
  });
  return [...unknown(chain, 'step', names, uses), ...early];
}

/** The steps that must have ended before a step starts. */
function predecessorsOf({ spec }: Resource<'Chain'>): (step: string) => ReadonlySet<string> {
  const direct = new Map(spec.steps.map(({ name, after }) => [name, after]));
  return (step) => {
    const found = new Set(direct.get(step));
    for (const name of found) for (const earlier of direct.get(name) ?? []) found.add(earlier);
    return found;
  };
}

function ofContext(policy: Resource<'ContextPolicy'>): readonly Diagnostic[] {
  const { fields, budget } = policy.spec;
  const known = fields.map(({ name }) => name);
  return unknown(
    policy,
    'field',
    known,
    budget.drop.map((name, index) => [name, ['spec', 'budget', 'drop', index]]),
  );
}

function ofTools(server: Resource<'ToolServer'>): readonly Diagnostic[] {
  const { tools, access = [] } = server.spec;
  const uses = access.map(({ name }, index): Use => [name, ['spec', 'access', index, 'name']]);
  return unknown(server, 'allowed tool', tools.allow, uses);
}

// Reports that the tests of every format share.
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Place, SourceText } from '../diagnostics/source.ts';
import { type ReportContext, type RunReport, runReport } from './report.ts';

interface Words {
  readonly name: string;
}

const examples = { bad: 'kind: Route\n', good: 'kind: Gateway\n' };

/** Kinds of each severity, for reports in tests. */
export const sampleKinds = {
  weights: defineDiagnostic<Words>({
    code: 'AIGW2014',
    name: 'weights-not-100',
    severity: 'error',
    summary: 'The weights of backends do not add up to 100.',
    message: ({ name }) => `The weights of route "${name}" add up to 90, not 100.`,
    help: () => 'Make them add up to 100.',
    examples,
  }),
  unused: defineDiagnostic<Words>({
    code: 'AIGW2003',
    name: 'resource-unused',
    severity: 'warning',
    summary: 'Nothing refers to a resource.',
    message: ({ name }) => `Nothing refers to "${name}".`,
    help: () => 'Remove it, or name it where it is wanted.',
    examples,
  }),
  unlimited: defineDiagnostic<Words>({
    code: 'AIGW2030',
    name: 'route-without-limit',
    severity: 'info',
    summary: 'A route has no limit.',
    message: ({ name }) => `Route "${name}" has no limit.`,
    help: () => 'Name a limit if one is wanted.',
    examples,
  }),
  secret: defineDiagnostic<Words>({
    code: 'AIGW2040',
    name: 'secret-literal',
    severity: 'error',
    summary: 'A secret is written in the config.',
    message: ({ name }) => `"${name}" holds a secret.`,
    help: () => 'Write a reference in its place.',
    examples,
  }),
} as const;

/** The context of a terminal of 100 cells without colour. */
export const plain: ReportContext = { color: false, width: 100, prefix: '', limit: 200 };

/** The n-th place of a text in a source. */
export function placeOf(source: SourceText, text: string, nth = 0): Place {
  let start = source.text.indexOf(text);
  for (let count = 0; count < nth; count++) start = source.text.indexOf(text, start + 1);
  if (start === -1) throw new Error(`the sample has no "${text}"`);
  return { source, span: { start, end: start + text.length } };
}

const route: SourceText = {
  path: 'routes/product.yaml',
  text: `kind: Route
metadata: {name: product-question}
spec:
  backends:
\t  - {name: 安定版, model: product-expert, weight: 60}
    - {name: stable, model: gpt-large, weight: 30}
  headers: {authorization: "sk-proj-0123456789abcdef", team: support} # sk-proj-0123456789abcdef
`,
};

const model: SourceText = {
  path: 'models/gpt large.yaml',
  text: 'kind: Model\r\nmetadata:\r\n  name: gpt-large\r\nspec:\r\n  upstreamModel: gpt-5.1\r\n',
};

const { weights, unused, unlimited, secret } = sampleKinds;

const findings: readonly Diagnostic[] = [
  raise(unlimited, { name: 'the repo' }, undefined),
  raise(unused, { name: 'gpt-large' }, placeOf(model, 'gpt-large')),
  raise(unlimited, { name: 'product-question' }, placeOf(route, 'product-question')),
  raise(weights, { name: 'product-question' }, placeOf(route, '60'), {
    related: [{ message: 'The other weight stands here.', place: placeOf(route, '30') }],
  }),
  raise(
    weights,
    { name: 'product-question' },
    placeOf(route, route.text.slice(route.text.indexOf('backends:'), route.text.indexOf('\n  headers'))),
  ),
  raise(secret, { name: 'sk-proj-0123456789abcdef' }, placeOf(route, '"sk-proj-0123456789abcdef"'), {
    sensitive: true,
  }),
  raise(unused, { name: 'support' }, placeOf(route, 'support')),
];

const hostileName =
  'x" \u001b[31m::error::a ##[add-mask]b\r\n::warning::c <!-- aigw:validate --></details> @team #1 | `` ![i](//h/p) &amp; %0A \u202e\u0000\ud800';

const hostile: SourceText = {
  path: '::error file=a,b%::.yaml',
  text: `::error::one\n##[add-mask]two\n\`\`\`\u001b]8;;x\u0007\u0000\u202e\u0085 three\n${'long '.repeat(500)}four${' tail'.repeat(500)}\n`,
};

const hostileFindings: readonly Diagnostic[] = [
  raise(weights, { name: hostileName }, placeOf(hostile, '::error')),
  raise(unused, { name: hostileName }, placeOf(hostile, 'add-mask'), {
    related: [{ message: hostileName, place: placeOf(hostile, 'three') }],
  }),
  raise(unlimited, { name: hostileName }, placeOf(hostile, 'four')),
];

const base = { version: '0.1.0' };

/** Reports of every sort, by name. */
export const sampleReports: Readonly<Record<'clean' | 'findings' | 'hostile' | 'cases', RunReport>> = {
  clean: runReport({ ...base, command: 'validate' }),
  findings: runReport({
    ...base,
    command: 'validate',
    diagnostics: findings,
    hidden: { suppressed: 2, baselined: 1 },
    result: { files: 12, note: 'the key is sk-proj-0123456789abcdef' },
  }),
  hostile: runReport({
    ...base,
    command: 'render',
    diagnostics: hostileFindings,
    text: [hostileName, '::error::own', '/merge'],
    result: { [hostileName]: hostileName },
  }),
  cases: runReport({
    ...base,
    command: 'test',
    text: ['1 of 4 cases passed.'],
    cases: [
      { suite: 'routing', name: 'a short question goes to our own model', outcome: 'passed', seconds: 0.0123 },
      {
        suite: 'routing',
        name: 'nobody outside gets in',
        outcome: 'failed',
        message: 'The request was answered.',
        details: 'expected: refused 401\nactual:   answered by gpt-large',
        place: placeOf(route, 'gpt-large'),
      },
      { suite: 'routing', name: 'nobody outside gets in', outcome: 'skipped', message: 'Not in this environment.' },
      { suite: hostileName, name: hostileName, outcome: 'error', message: hostileName, details: hostileName },
    ],
  }),
};

/** A report of many findings of each severity, each at a place of its own and equal to the others in all but that. */
export function manyFindings(count: number): RunReport {
  const source: SourceText = { path: 'many.yaml', text: 'weight: 1\n'.repeat(count) };
  const kinds = [weights, unused, unlimited] as const;
  const diagnostics = Array.from({ length: count }, (_, index) => {
    const place = { source, span: { start: index * 10 + 8, end: index * 10 + 9 } };
    return raise(kinds[index % kinds.length] ?? weights, { name: 'many' }, place);
  });
  return runReport({ ...base, command: 'validate', diagnostics });
}

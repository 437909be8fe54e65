import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { fieldsOf } from '../config/schema-fields.ts';
import { valuesAt } from '../config/schema-sites.ts';
import type { Kind } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { formatPath, isObject, type Json, type JsonObject, type Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const MATCH = '  match: [{model: large}]';

const missingCompanion = defineDiagnostic<{ subject: string; needs: string; why: string; sample: string }>({
  code: 'AIGW2024',
  name: 'missing-companion',
  severity: 'error',
  summary: 'A field needs another one beside it, which is missing.',
  message: ({ subject, needs, why }) => `${subject} needs ${needs}, since ${why}.`,
  help: ({ needs, sample }) => `Add ${needs}${sample === '' ? '' : `, as in ${sample}`}.`,
  examples: {
    bad: exampleRepo([MATCH, `${MATCH}\n  sticky: {by: header}`]),
    good: exampleRepo([MATCH, `${MATCH}\n  sticky: {by: header, name: x-session-id}`]),
  },
});

/** What must stand in a map that holds certain values. */
export interface Companion {
  readonly kind: Kind;
  /** From spec; `*` stands for any index or key. */
  readonly at: readonly string[];
  /** The field whose value decides, and its values; always, where it is left out. */
  readonly when?: readonly [field: string, ...values: readonly string[]];
  /** Fields, one of which must be there. */
  readonly needs: readonly [string, ...string[]];
  readonly why: string;
  /** How it may look, where the schema has no example of it. */
  readonly sample?: string;
}

const SCALINGS = [
  ['Gateway', ['workload', 'scaling']],
  ['Model', ['serving', 'scaling']],
] as const;
const STORES = ['Cache', 'ContextPolicy'] as const;

export const companions: readonly Companion[] = [
  {
    kind: 'Repository',
    at: ['registry'],
    when: ['type', 'mlflow'],
    needs: ['url'],
    why: 'the server is reached by it',
  },
  {
    kind: 'Repository',
    at: ['metrics'],
    when: ['type', 'prometheus'],
    needs: ['url'],
    why: 'the server is reached by it',
  },
  { kind: 'Repository', at: ['metrics'], when: ['type', 'file'], needs: ['path'], why: 'it is read from there' },
  {
    kind: 'Provider',
    at: [],
    when: ['api', 'bedrock', 'sagemaker', 'vertex-ai'],
    needs: ['region', 'url', 'gateway'],
    why: 'the address follows from it',
  },
  {
    kind: 'Route',
    at: [],
    needs: ['backends'],
    why: 'nobody answers otherwise',
    sample: 'backends: [{name: main, model: MODEL, weight: 100}]',
  },
  { kind: 'Route', at: ['sticky'], when: ['by', 'header', 'cookie'], needs: ['name'], why: 'there are many of them' },
  {
    kind: 'Budget',
    at: ['exceeded'],
    when: ['action', 'switch'],
    needs: ['model'],
    why: 'requests are sent to it',
  },
  {
    kind: 'Cache',
    at: [],
    when: ['type', 'semantic'],
    needs: ['semantic'],
    why: 'it says what counts as the same',
    sample: 'semantic: {threshold: 0.95, model: MODEL}',
  },
  {
    kind: 'ContextPolicy',
    at: ['fields', '*'],
    when: ['overflow', 'summarise', 'retrieve'],
    needs: ['model'],
    why: 'somebody must do that',
  },
  { kind: 'Prompt', at: ['variables', '*'], when: ['from', 'context'], needs: ['field'], why: 'a context has several' },
  {
    kind: 'Prompt',
    at: ['variables', '*'],
    when: ['from', 'constant'],
    needs: ['value'],
    why: 'a constant has one',
  },
  {
    kind: 'Guardrail',
    at: [],
    when: ['type', 'pattern'],
    needs: ['patterns'],
    why: 'there is nothing to look for otherwise',
    sample: 'patterns: [{name: card-number, regex: "[0-9]{13,19}"}]',
  },
  {
    kind: 'Guardrail',
    at: ['engine'],
    when: ['type', 'presidio', 'http', 'azure-content-safety'],
    needs: ['url'],
    why: 'the engine is a server of your own',
  },
  {
    kind: 'Guardrail',
    at: ['engine'],
    when: ['type', 'lakera', 'azure-content-safety'],
    needs: ['credential'],
    why: 'the engine answers nobody without a key',
  },
  {
    kind: 'Guardrail',
    at: ['engine'],
    when: ['type', 'bedrock'],
    needs: ['id'],
    why: 'Bedrock tells its guardrails by it',
  },
  {
    kind: 'Observability',
    at: ['objectives', '*'],
    when: ['indicator', 'latency', 'first-token-latency'],
    needs: ['within'],
    why: 'a request is good within some time',
  },
  { kind: 'Observability', at: ['alerts', '*'], needs: ['above', 'below'], why: 'it never fires otherwise' },
  {
    kind: 'Observability',
    at: ['logs'],
    when: ['sink', 'loki', 'elasticsearch', 'splunk', 'otlp'],
    needs: ['url'],
    why: 'the sink is a server',
  },
  {
    kind: 'Rollout',
    at: ['analysis', 'metrics', '*'],
    needs: ['max', 'min', 'worseBy'],
    why: 'no value of it ever fails otherwise',
  },
  { kind: 'Policy', at: ['gates', '*'], needs: ['min', 'max'], why: 'every value passes otherwise' },
  ...SCALINGS.flatMap(([kind, at]): Companion[] => [
    { kind, at, when: ['by', 'prometheus'], needs: ['query'], why: 'its value is what is looked at' },
    { kind, at, when: ['by', 'prometheus'], needs: ['server'], why: 'it answers the query' },
  ]),
  ...STORES.map(
    (kind): Companion => ({ kind, at: ['store'], when: ['type', 'redis'], needs: ['host'], why: 'Redis is a server' }),
  ),
];

export const check = defineCheck({
  kinds: [missingCompanion],
  byResource: true,
  run: ({ config }) =>
    companions.flatMap((rule) => config.all(rule.kind).flatMap((resource) => findingsOn(resource, rule))),
});

function findingsOn(resource: Resource, { kind, at, when, needs, why, sample }: Companion): readonly Diagnostic[] {
  return valuesAt(resource.spec as unknown as Json, at).flatMap(({ path, value }) => {
    if (!isObject(value) || !decides(value, when) || needs.some((field) => value[field] !== undefined)) return [];
    const subject = subjectOf(resource, path, when === undefined ? undefined : [when[0], value[when[0]]]);
    const place = path.length === 0 ? ['metadata', 'name'] : ['spec', ...path, needs[0]];
    const args = { subject, needs: needs.join(' or '), why, sample: sample ?? sampleOf(kind, [...at, needs[0]]) };
    return [raise(missingCompanion, args, resource.placeOf(place))];
  });
}

function decides(value: JsonObject, when: Companion['when']): boolean {
  if (when === undefined) return true;
  const [field, ...values] = when;
  return values.includes(String(value[field]));
}

function subjectOf(resource: Resource, path: Path, decider: readonly [string, Json | undefined] | undefined): string {
  const owner = `${resource.kind.toLowerCase()} ${resource.name}`;
  if (decider !== undefined) return `${formatPath([...path, decider[0]])} of ${owner} is ${decider[1]} and`;
  return path.length === 0 ? `${resource.kind} ${resource.name}` : `${formatPath(path)} of ${owner}`;
}

/** A field with the first example of its schema, as people would write it. */
function sampleOf(kind: Kind, path: readonly string[]): string {
  const field = fieldsOf(kind).find((one) => one.path.slice(1).join('.') === path.join('.'));
  const example = field?.examples[0] ?? field?.node.enum?.[0];
  if (example === undefined) return '';
  return `${path.at(-1)}: ${typeof example === 'string' ? example : JSON.stringify(example)}`;
}

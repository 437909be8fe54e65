import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { valuesAt } from '../config/schema-sites.ts';
import type { Kind } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { formatPath, isObject, type Json, type JsonObject, type Path, valueAt } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const MATCH = '  match: [{model: large}]';

const settingWithoutEffect = defineDiagnostic<{ field: string; owner: string; why: string }>({
  code: 'AIGW2025',
  name: 'setting-without-effect',
  severity: 'warning',
  summary: 'A field is set and changes nothing, because of what stands beside it.',
  message: ({ field, owner, why }) => `${field} of ${owner} has no effect: ${why}.`,
  help: ({ field }) => `Take ${field} out, or change what stands beside it.`,
  examples: {
    bad: exampleRepo([MATCH, `${MATCH}\n  sticky: {by: consumer, name: x-session-id}`]),
    good: exampleRepo([MATCH, `${MATCH}\n  sticky: {by: consumer}`]),
  },
});

/** Fields that say nothing in a map that holds certain values. */
export interface Idleness {
  readonly kind: Kind;
  /** From spec; `*` stands for any index or key. */
  readonly at: readonly string[];
  readonly fields: readonly string[];
  /** The field whose value decides, and the values with which the others matter. */
  readonly unless?: readonly [field: string, ...values: readonly string[]];
  /** The others matter where one of these is set. */
  readonly without?: readonly string[];
  readonly why: string;
}

const SCALINGS = [
  ['Gateway', ['workload', 'scaling']],
  ['Model', ['serving', 'scaling']],
] as const;

export const idlenesses: readonly Idleness[] = [
  {
    kind: 'Route',
    at: ['sticky'],
    fields: ['name'],
    unless: ['by', 'header', 'cookie'],
    why: 'only headers and cookies have names',
  },
  {
    kind: 'Route',
    at: ['circuitBreaker'],
    fields: ['cooldown'],
    without: ['failures', 'errorPercent'],
    why: 'nothing opens the breaker; set failures or errorPercent',
  },
  {
    kind: 'Route',
    at: ['circuitBreaker'],
    fields: ['minimumRequests'],
    without: ['errorPercent'],
    why: 'it counts for errorPercent alone',
  },
  {
    kind: 'Route',
    at: ['circuitBreaker'],
    fields: ['window'],
    without: ['errorPercent', 'failures'],
    why: 'no failures are counted',
  },
  {
    kind: 'Budget',
    at: ['exceeded'],
    fields: ['model'],
    unless: ['action', 'switch'],
    why: 'only action switch sends requests to a model',
  },
  {
    kind: 'Budget',
    at: ['exceeded'],
    fields: ['status', 'message'],
    unless: ['action', 'refuse'],
    why: 'only action refuse answers by itself',
  },
  {
    kind: 'Cache',
    at: [],
    fields: ['semantic'],
    unless: ['type', 'semantic'],
    why: 'type exact compares letter by letter',
  },
  {
    kind: 'ContextPolicy',
    at: ['fields', '*'],
    fields: ['model'],
    unless: ['overflow', 'summarise', 'retrieve'],
    why: 'no model is needed for this overflow',
  },
  {
    kind: 'Prompt',
    at: ['variables', '*'],
    fields: ['field'],
    unless: ['from', 'context'],
    why: 'only from context reads a field',
  },
  {
    kind: 'Prompt',
    at: ['variables', '*'],
    fields: ['value'],
    unless: ['from', 'constant'],
    why: 'only from constant has a value',
  },
  {
    kind: 'Guardrail',
    at: [],
    fields: ['patterns'],
    unless: ['type', 'pattern', 'secrets'],
    why: 'only the types pattern and secrets look for patterns',
  },
  {
    kind: 'Guardrail',
    at: [],
    fields: ['entities'],
    unless: ['type', 'pii'],
    why: 'only type pii looks for personal data',
  },
  {
    kind: 'Observability',
    at: ['objectives', '*'],
    fields: ['within'],
    unless: ['indicator', 'latency', 'first-token-latency'],
    why: 'only latencies are measured against a time',
  },
  {
    kind: 'Rollout',
    at: ['analysis', 'metrics', '*'],
    fields: ['better'],
    without: ['worseBy'],
    why: 'it counts for worseBy alone',
  },
  {
    kind: 'Rollout',
    at: ['analysis', 'metrics', '*'],
    fields: ['better'],
    without: ['query'],
    why: 'what is better of a metric is known',
  },
  {
    kind: 'Gateway',
    at: ['listeners', '*'],
    fields: ['tls'],
    unless: ['protocol', 'https'],
    why: 'protocol http has no certificates',
  },
  {
    kind: 'Repository',
    at: ['registry'],
    fields: ['url'],
    unless: ['type', 'mlflow'],
    why: 'type files reads a folder of this repo',
  },
  {
    kind: 'Repository',
    at: ['metrics'],
    fields: ['url'],
    unless: ['type', 'prometheus'],
    why: 'type file reads a file',
  },
  {
    kind: 'Repository',
    at: ['metrics'],
    fields: ['path'],
    unless: ['type', 'file'],
    why: 'type prometheus asks a server',
  },
  {
    kind: 'Repository',
    at: ['platform'],
    fields: ['url'],
    unless: ['type', 'gitlab', 'github'],
    why: 'type local works on the repository at hand',
  },
  {
    kind: 'Environment',
    at: ['secrets'],
    fields: ['storeKind', 'refresh'],
    without: ['store', 'vaultStore'],
    why: 'no store is named',
  },
  {
    kind: 'Model',
    at: [],
    fields: ['version', 'digest'],
    without: ['registry'],
    why: 'they are those of a registered model, and registry names none',
  },
  {
    kind: 'Prompt',
    at: [],
    fields: ['digest'],
    without: ['registry'],
    why: 'it is that of a registered prompt, and registry names none',
  },
  {
    kind: 'Route',
    at: ['api'],
    fields: ['replacement'],
    without: ['deprecated', 'sunset'],
    why: 'nothing says that the route is on its way out',
  },
  {
    kind: 'Prompt',
    at: ['variables', '*'],
    fields: ['maxTokens', 'required', 'enum'],
    unless: ['from', 'user', 'context', 'consumer'],
    why: 'a constant is what it is',
  },
  {
    kind: 'Guardrail',
    at: [],
    fields: ['threshold'],
    unless: ['type', 'prompt-injection', 'moderation', 'pii', 'secrets'],
    why: 'a pattern matches or does not',
  },
  {
    kind: 'Guardrail',
    at: ['engine'],
    fields: ['url', 'credential', 'id'],
    unless: ['type', 'presidio', 'openai-moderation', 'bedrock', 'lakera', 'azure-content-safety', 'http'],
    why: 'engine builtin is the target itself',
  },
  {
    kind: 'Guardrail',
    at: ['engine'],
    fields: ['maskUrl'],
    unless: ['type', 'presidio'],
    why: 'only presidio masks in a service of its own',
  },
  {
    kind: 'Chain',
    at: ['steps', '*'],
    fields: ['inputs'],
    without: ['prompt'],
    why: 'they fill the variables of a prompt, and the step has none',
  },
  {
    kind: 'Observability',
    at: ['metrics'],
    fields: ['labels'],
    unless: ['enabled', 'true'],
    why: 'no metrics are offered',
  },
  {
    kind: 'Observability',
    at: ['logs'],
    fields: ['url', 'credential'],
    unless: ['sink', 'loki', 'elasticsearch', 'splunk', 'otlp'],
    why: 'stdout is no server',
  },
  ...SCALINGS.map(
    ([kind, at]): Idleness => ({
      kind,
      at,
      fields: ['query', 'server'],
      unless: ['by', 'prometheus'],
      why: 'only Prometheus is asked',
    }),
  ),
  ...(['Cache', 'ContextPolicy'] as const).map(
    (kind): Idleness => ({
      kind,
      at: ['store'],
      fields: ['host', 'port', 'tls', 'credential'],
      unless: ['type', 'redis'],
      why: 'type memory, which is the default, asks no server',
    }),
  ),
];

export const check = defineCheck({
  kinds: [settingWithoutEffect],
  byResource: true,
  run: ({ config }) => [
    ...idlenesses.flatMap((rule) => config.all(rule.kind).flatMap((resource) => idleIn(resource, rule))),
    ...config.all('Gateway').flatMap((gateway) => stillScaling(gateway, ['spec', 'workload'], gateway.spec.workload)),
    ...config.all('Model').flatMap((model) => stillScaling(model, ['spec', 'serving'], model.spec.serving)),
    ...config.all('Provider').flatMap(overruled),
  ],
});

function idleIn(resource: Resource, { at, fields, unless, without, why }: Idleness): readonly Diagnostic[] {
  return valuesAt(resource.spec as unknown as Json, at).flatMap(({ path, value }) => {
    if (!isObject(value) || matters(value, unless, without)) return [];
    return fields
      .filter((field) => valueAt(resource.written, ['spec', ...path, field]) !== undefined)
      .map((field) => findingOn(resource, [...path, field], why));
  });
}

function matters(value: JsonObject, unless: Idleness['unless'], without: Idleness['without'] = []): boolean {
  const [decider, ...values] = unless ?? [];
  if (decider !== undefined && values.includes(String(value[decider]))) return true;
  return without.some((field) => value[field] !== undefined);
}

interface Scaled {
  readonly scaling?: unknown;
  readonly replicas?: { readonly min: number; readonly max?: number };
}

/** Scaling between a least and a most number of pods that leave no room; a most number that nothing moves towards. */
function stillScaling(resource: Resource, at: Path, { scaling, replicas }: Scaled = {}): readonly Diagnostic[] {
  const { min, max = min } = replicas ?? { min: 1 };
  if (scaling === undefined && max > min) {
    const why = `without scaling there are always ${min}`;
    return [findingOn(resource, [...at.slice(1), 'replicas', 'max'], why)];
  }
  if (scaling === undefined || max > min) return [];
  const why = `replicas.min and replicas.max leave it ${min} and nothing else`;
  return [findingOn(resource, [...at.slice(1), 'scaling'], why)];
}

/** What stands in a place that something beside it decides already. */
function overruled(provider: Resource<'Provider'>): readonly Diagnostic[] {
  const { url, gateway, credential, identity, tls } = provider.spec;
  return [
    ...(url !== undefined && gateway !== undefined
      ? [findingOn(provider, ['gateway'], 'url says where the provider is')]
      : []),
    ...(credential !== undefined && identity !== undefined
      ? [findingOn(provider, ['identity'], 'the credential is shown')]
      : []),
    ...(tls !== undefined && url?.startsWith('http:') === true
      ? [findingOn(provider, ['tls'], 'the URL begins with http:')]
      : []),
  ];
}

function findingOn(resource: Resource, path: Path, why: string): Diagnostic {
  const args = { field: formatPath(path), owner: `${resource.kind.toLowerCase()} ${resource.name}`, why };
  return raise(settingWithoutEffect, args, resource.placeOf(['spec', ...path], 'key'));
}

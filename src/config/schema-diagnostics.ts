// What can be wrong with one document, seen against the schema of its kind.
import { type DiagnosticKind, defineDiagnostic } from '../diagnostics/diagnostic.ts';

const API = 'apiVersion: aigw.dev/v1alpha1';
const REPOSITORY = `${API}\nkind: Repository\nmetadata: {name: example}\nspec: {environments: [dev, prod]}\n`;

/** A repo with one document beside its Repository. */
function repoWith(document: string): string {
  return `${REPOSITORY}---\n${document}`;
}

function route(spec: string): string {
  return repoWith(`${API}\nkind: Route\nmetadata: {name: chat}\nspec:\n  ${spec.replaceAll('\n', '\n  ')}\n`);
}

function provider(credential: string): string {
  const spec = `spec:\n  api: openai\n  url: https://api.openai.com/v1\n  credential: ${credential}\n`;
  return repoWith(`${API}\nkind: Provider\nmetadata: {name: openai}\n${spec}`);
}

const BACKENDS = 'backends: [{name: only, model: small, weight: 100}]';

export const missingApiVersion = defineDiagnostic<object>({
  code: 'AIGW1101',
  name: 'missing-api-version',
  severity: 'error',
  summary: 'A document does not say that it is a resource of aigw.',
  message: () => 'This document has no apiVersion, so it is not known whether it is a resource of aigw.',
  help: () => 'Begin it with apiVersion: aigw.dev/v1alpha1, or leave the file out with spec.exclude in aigw.yaml.',
  examples: {
    bad: repoWith('kind: Team\nmetadata: {name: support}\n'),
    good: repoWith(`${API}\nkind: Team\nmetadata: {name: support}\n`),
  },
});

export const unknownApiVersion = defineDiagnostic<{ readonly written: string }>({
  code: 'AIGW1102',
  name: 'unknown-api-version',
  severity: 'error',
  summary: 'The apiVersion of a document is none that this version of aigw reads.',
  message: ({ written }) => `The apiVersion is ${written}, which this version of aigw does not read.`,
  help: () => 'Write apiVersion: aigw.dev/v1alpha1, or leave the file out with spec.exclude in aigw.yaml.',
  examples: {
    bad: repoWith('apiVersion: aigw.dev/v1\nkind: Team\nmetadata: {name: support}\n'),
    good: repoWith(`${API}\nkind: Team\nmetadata: {name: support}\n`),
  },
});

export const unknownKind = defineDiagnostic<{ readonly written: string | undefined; readonly help: string }>({
  code: 'AIGW1103',
  name: 'unknown-kind',
  severity: 'error',
  summary: 'The kind of a document is missing or not known.',
  message: ({ written }) =>
    written === undefined ? 'This document does not say what kind of resource it is.' : `There is no kind ${written}.`,
  help: ({ help }) => help,
  examples: {
    bad: repoWith(`${API}\nkind: Teem\nmetadata: {name: support}\n`),
    good: repoWith(`${API}\nkind: Team\nmetadata: {name: support}\n`),
  },
});

export const notAResource = defineDiagnostic<{ readonly given: string }>({
  code: 'AIGW1104',
  name: 'not-a-resource',
  severity: 'error',
  summary: 'A document is no map, and so no resource.',
  message: ({ given }) => `This document is ${given}; a resource is a map with apiVersion, kind, metadata and spec.`,
  help: () => 'Write it as a resource, or leave the file out with spec.exclude in aigw.yaml.',
  examples: {
    bad: repoWith('- support\n- sales\n'),
    good: repoWith(`${API}\nkind: Team\nmetadata: {name: support}\n`),
  },
});

export const unknownKey = defineDiagnostic<{
  readonly key: string;
  readonly of: string;
  readonly suggestion: string | undefined;
  /** Fields of that name elsewhere in the kind. */
  readonly elsewhere: readonly string[];
  readonly known: readonly string[];
}>({
  code: 'AIGW1110',
  name: 'unknown-key',
  severity: 'error',
  summary: 'A key is none that is known at its place.',
  message: ({ key, of }) => `${of} has no field ${key}.`,
  help: ({ suggestion, elsewhere, known }) => {
    if (suggestion !== undefined) return `Did you mean ${suggestion}?`;
    if (elsewhere.length > 0) return `A field of that name is ${elsewhere.join(' or ')}.`;
    return known.length > 0 ? `The fields here are ${known.join(', ')}.` : 'Remove it.';
  },
  examples: { bad: route(`${BACKENDS}\ntimeuot: {total: 30s}`), good: route(`${BACKENDS}\ntimeout: {total: 30s}`) },
});

export const malformedKey = defineDiagnostic<{
  readonly key: string;
  readonly of: string;
  readonly expected: string;
  readonly example: string;
}>({
  code: 'AIGW1111',
  name: 'malformed-key',
  severity: 'error',
  summary: 'A key that people choose is not of the form that is needed there.',
  message: ({ key, of, expected }) => `The key ${key} in ${of} is not right: it must be ${expected}.`,
  help: ({ example }) => `Write a key such as ${example}.`,
  examples: {
    bad: route(`${BACKENDS}\nrequest: {headers: {set: {X-Team: support}}}`),
    good: route(`${BACKENDS}\nrequest: {headers: {set: {x-team: support}}}`),
  },
});

export const missingKey = defineDiagnostic<{ readonly key: string; readonly of: string; readonly meaning: string }>({
  code: 'AIGW1112',
  name: 'missing-key',
  severity: 'error',
  summary: 'A field that is needed is missing.',
  message: ({ key, of }) => `${of} lacks ${key}.`,
  help: ({ key, meaning }) => `Add ${key}: ${meaning}.`,
  examples: { bad: route('backends: [{name: only, model: small}]'), good: route(BACKENDS) },
});

export const wrongType = defineDiagnostic<Expectation>({
  code: 'AIGW1113',
  name: 'wrong-type',
  severity: 'error',
  summary: 'A value is of another type than its field.',
  message: ({ field, given, expected }) => `${field} is ${given}, but must be ${expected}.`,
  help: ({ help }) => help,
  examples: { bad: route(`${BACKENDS}\ntimeout: {total: 30}`), good: route(`${BACKENDS}\ntimeout: {total: 30s}`) },
});

/** What a value is, and what it should be. */
interface Expectation {
  readonly field: string;
  readonly given: string;
  readonly expected: string;
  readonly help: string;
}

export const malformedText = defineDiagnostic<Expectation>({
  code: 'AIGW1114',
  name: 'malformed-text',
  severity: 'error',
  summary: 'A text is not of the form that its field needs.',
  message: ({ field, given, expected }) => `${field} is ${given}, but must be ${expected}.`,
  help: ({ help }) => help,
  examples: {
    bad: route(`${BACKENDS}\ntimeout: {total: 30 seconds}`),
    good: route(`${BACKENDS}\ntimeout: {total: 30s}`),
  },
});

export const outOfRange = defineDiagnostic<Expectation>({
  code: 'AIGW1115',
  name: 'out-of-range',
  severity: 'error',
  summary: 'A number is smaller or larger than its field allows.',
  message: ({ field, given, expected }) => `${field} is ${given}, but must be ${expected}.`,
  help: ({ help }) => help,
  examples: { bad: route('backends: [{name: only, model: small, weight: 120}]'), good: route(BACKENDS) },
});

export const unknownValue = defineDiagnostic<{
  readonly field: string;
  readonly given: string;
  readonly suggestion: string | undefined;
  readonly values: string;
}>({
  code: 'AIGW1116',
  name: 'unknown-value',
  severity: 'error',
  summary: 'A value is none of those that its field knows.',
  message: ({ field, given }) => `${field} is ${given}, which is not one of its values.`,
  help: ({ suggestion, values }) =>
    `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}The values are ${values}.`,
  examples: { bad: route(`${BACKENDS}\nbalance: cheapest`), good: route(`${BACKENDS}\nbalance: least-cost`) },
});

export const noAlternative = defineDiagnostic<Expectation>({
  code: 'AIGW1117',
  name: 'no-alternative',
  severity: 'error',
  summary: 'A value has none of the shapes that its field may have.',
  message: ({ field, given, expected }) => `${field} is ${given}, but must be ${expected}.`,
  help: ({ help }) => help,
  examples: {
    bad: route(`match: [{path: {prefix: /v1, regex: "/v2.*"}}]\n${BACKENDS}`),
    good: route(`match: [{path: {prefix: /v1}}]\n${BACKENDS}`),
  },
});

export const keysDisagree = defineDiagnostic<{ readonly of: string; readonly rule: string; readonly help: string }>({
  code: 'AIGW1118',
  name: 'keys-disagree',
  severity: 'error',
  summary: 'Keys of a map are missing beside each other, or exclude each other.',
  message: ({ of, rule }) => `The keys of ${of} do not go together: ${rule}.`,
  help: ({ help }) => help,
  examples: {
    bad: route('backends: [{name: only, model: small, chain: translate, weight: 100}]'),
    good: route(BACKENDS),
  },
});

export const secretWritten = defineDiagnostic<{ readonly field: string; readonly forms: string }>({
  code: 'AIGW1119',
  name: 'secret-not-a-reference',
  severity: 'error',
  summary: 'A secret stands in the config, where only a reference to it may stand.',
  message: ({ field }) => `${field} must be a reference to a secret; the secret itself never stands in the config.`,
  help: ({ forms }) => `Write ${forms}. If the secret was ever pushed, replace it: whoever can read the repo knows it.`,
  examples: { bad: provider('sk-this-is-not-a-real-key'), good: provider('{secret: openai, key: apiKey}') },
});

export const tooFew = defineDiagnostic<{ readonly field: string; readonly given: string; readonly help: string }>({
  code: 'AIGW1120',
  name: 'too-few',
  severity: 'error',
  summary: 'A list or map has too little in it.',
  message: ({ field, given }) => `${field} is ${given}.`,
  help: ({ help }) => help,
  examples: { bad: route('backends: []'), good: route(BACKENDS) },
});

export const repeatedItem = defineDiagnostic<{ readonly given: string; readonly field: string }>({
  code: 'AIGW1121',
  name: 'repeated-item',
  severity: 'error',
  summary: 'A list names the same thing twice.',
  message: ({ given, field }) => `${given} stands more than once in ${field}.`,
  help: () => 'Remove it here.',
  examples: {
    bad: route(`${BACKENDS}\nretry: {attempts: 2, when: [connect, timeout, connect]}`),
    good: route(`${BACKENDS}\nretry: {attempts: 2, when: [connect, timeout]}`),
  },
});

export const malformedExpression = defineDiagnostic<{ readonly field: string; readonly reason: string }>({
  code: 'AIGW1122',
  name: 'malformed-regular-expression',
  severity: 'error',
  summary: 'A regular expression is not right in RE2 syntax.',
  message: ({ field, reason }) => `${field} is not a regular expression in RE2 syntax: ${reason}.`,
  help: () =>
    'RE2 has neither look-around nor back-references; its syntax is at https://github.com/google/re2/wiki/Syntax.',
  examples: {
    bad: route(`match: [{model: {regex: "gpt-(?!4)"}}]\n${BACKENDS}`),
    good: route(`match: [{model: {regex: "gpt-[^4].*"}}]\n${BACKENDS}`),
  },
});

/** What the schemas find. */
export const schemaKinds: readonly DiagnosticKind<never>[] = [
  missingApiVersion,
  unknownApiVersion,
  unknownKind,
  notAResource,
  unknownKey,
  malformedKey,
  missingKey,
  wrongType,
  malformedText,
  outOfRange,
  unknownValue,
  noAlternative,
  keysDisagree,
  secretWritten,
  tooFew,
  repeatedItem,
  malformedExpression,
];

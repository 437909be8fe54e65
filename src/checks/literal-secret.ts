import type { ConfigDocument } from '../config/document.ts';
import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { filesNamedBy } from '../config/named-files.ts';
import { KINDS } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { isObject, type Json, type Path } from '../lib/json.ts';
import { phrasedSecretsIn } from '../lib/secret-phrases.ts';
import { type FoundSecret, shapedSecretsIn } from '../lib/secret-shapes.ts';
import { isSecretUnder, meaningOf } from '../lib/secret-values.ts';
import { defineCheck } from './check.ts';

const CREDENTIAL = 'credential: {env: OPENAI_API_KEY}';

const literalSecret = defineDiagnostic<{ what: string }>({
  code: 'AIGW2055',
  name: 'literal-secret',
  severity: 'error',
  summary: 'A secret is written out in the repo, where only a reference to it may stand.',
  message: ({ what }) => `This looks like ${what}, written out.`,
  help: () =>
    'Keep it in a secret store and write where it lies, as in {secret: NAME, key: KEY} or {env: NAME}. Replace it: whoever can read the repo, or its history, knows it.',
  examples: {
    bad: exampleRepo([CREDENTIAL, `${CREDENTIAL}, headers: {x-tenant-password: "Tr0ub4dor&3"}`]),
    good: exampleRepo([CREDENTIAL, `${CREDENTIAL}, headers: {x-tenant: shop}`]),
  },
});

export const check = defineCheck({
  kinds: [literalSecret],
  byResource: true,
  run: ({ config }) => {
    const resources = KINDS.flatMap((kind) => config.all(kind));
    const documents = new Set(resources.flatMap(({ layers }) => layers));
    const sources = new Set([...documents].map(({ source }) => source));
    return [
      ...[...sources].flatMap(findingsInSource),
      ...[...documents].flatMap(findingsInDocument),
      ...filesOf(resources).flatMap((path) => {
        const text = config.file(path);
        return text === undefined ? [] : findingsInFile({ path, text });
      }),
    ];
  },
});

function filesOf(resources: readonly Resource[]): readonly string[] {
  return [...new Set(resources.flatMap(filesNamedBy))];
}

/** Every environment sees most documents again. */
const bySource = new WeakMap<SourceText, readonly Diagnostic[]>();
const byDocument = new WeakMap<ConfigDocument, readonly Diagnostic[]>();

/** Secrets that tell by themselves what they are: in values, keys and comments. */
function findingsInSource(source: SourceText): readonly Diagnostic[] {
  const known = bySource.get(source) ?? shapedSecretsIn(source.text).map((found) => findingOf(source, found));
  bySource.set(source, known);
  return known;
}

/** Prompts and schemas: texts without keys. */
function findingsInFile(source: SourceText): readonly Diagnostic[] {
  const shaped = shapedSecretsIn(source.text);
  const phrased = phrasedSecretsIn(source.text).filter((found) => !shaped.some((other) => overlap(found, other)));
  return [...shaped, ...phrased].map((found) => findingOf(source, found));
}

/** Secrets that tell by the key or the words around them what they are. */
function findingsInDocument(document: ConfigDocument): readonly Diagnostic[] {
  const known = byDocument.get(document) ?? [...namedSecretsIn(document)];
  byDocument.set(document, known);
  return known;
}

function findingOf(source: SourceText, { start, end, what }: FoundSecret): Diagnostic {
  return raise(literalSecret, { what }, { source, span: { start, end } }, { sensitive: true });
}

function* namedSecretsIn(document: ConfigDocument): Generator<Diagnostic> {
  const shaped = findingsInSource(document.source);
  for (const { path, what } of suspectsIn(document.value)) {
    const place = document.placeOf(path);
    const isKnown = shaped.some(({ place: other }) => other !== undefined && overlap(other.span, place.span));
    if (!isKnown) yield raise(literalSecret, { what }, place, { sensitive: true });
  }
}

interface Suspect {
  readonly path: Path;
  readonly what: string;
}

function suspectsIn(root: Json): readonly Suspect[] {
  const suspects: Suspect[] = [];
  const path: (string | number)[] = [];
  const visit = (value: Json, name: string): void => {
    if (typeof value === 'string') {
      const what = suspicionOf(name, value);
      if (what !== undefined) suspects.push({ path: [...path], what });
    } else if (Array.isArray(value)) visitList(value, name);
    else if (isObject(value)) visitMap(value);
  };
  const visitList = (list: readonly Json[], name: string): void => {
    for (const [index, item] of list.entries()) {
      path.push(index);
      visit(item, flagBefore(list, index) ?? name);
      path.pop();
    }
  };
  const visitMap = (map: Readonly<Record<string, Json>>): void => {
    const keys = Object.keys(map);
    const isReference = keys.length <= 2 && referenceKeys.has(keys.toSorted().join(' '));
    for (const key in map) {
      path.push(key);
      // What stands in a reference is the name of a secret; {name, value} pairs are one entry of a map.
      const named = key === 'value' && typeof map['name'] === 'string' ? map['name'] : key;
      visit(map[key] ?? null, isReference ? '' : named);
      path.pop();
    }
  };
  visit(root, '');
  return suspects;
}

/** The keys of references to secrets, in order. */
const referenceKeys = new Set(['key secret', 'env', 'key vault', 'external key']);

/** The name of the option that an argument is the value of: `[--api-key, …]`. */
function flagBefore(list: readonly Json[], index: number): string | undefined {
  const before = list[index - 1];
  return typeof before === 'string' && /^--?[A-Za-z][\w-]*$/.test(before) ? before.replace(/^-+/, '') : undefined;
}

function suspicionOf(name: string, value: string): string | undefined {
  if (value.length < 6) return undefined;
  if (name !== '' && isSecretUnder(meaningOf(name), value)) return `the value of ${name}`;
  return phrasedSecretsIn(value)[0]?.what;
}

function overlap(
  a: { readonly start: number; readonly end: number },
  b: { readonly start: number; readonly end: number },
): boolean {
  return a.start < b.end && b.start < a.end;
}

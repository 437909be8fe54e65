// Problems with a document, told to people.
import { type Diagnostic, inFileOrder, raise } from '../diagnostics/diagnostic.ts';
import { isObject, type Path } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import type { ConfigDocument } from './document.ts';
import * as kinds from './schema-diagnostics.ts';
import { fieldsOf } from './schema-fields.ts';
import type { Problem } from './schema-problem.ts';
import type { Rule } from './schema-rule.ts';
import type { Kind } from './schema-types.ts';
import { tellValue } from './schema-value-findings.ts';
import { exampleOf, expected, fieldName, phrase, quoted } from './schema-words.ts';

interface Subject {
  readonly document: ConfigDocument;
  readonly kind: Kind;
}

/** A finding for each problem, in file order. What only follows from a misspelled key is left out. */
export function findingsOf(problems: readonly Problem[], subject: Subject): Diagnostic[] {
  const misspelled = new Set(problems.flatMap(meantPlaces));
  const causes = problems.filter((problem) => !followsFrom(misspelled, problem));
  return causes.map((problem) => tell(problem, subject)).sort(inFileOrder);
}

/** Where the key would stand that was meant by an unknown one. */
function meantPlaces(problem: Problem): string[] {
  const meant = problem.kind === 'unknown-key' ? suggestionFor(problem) : undefined;
  return meant === undefined ? [] : [JSON.stringify([...problem.path.slice(0, -1), meant])];
}

function followsFrom(misspelled: ReadonlySet<string>, { kind, path, rule }: Problem): boolean {
  if (kind === 'missing-key') return misspelled.has(JSON.stringify(path));
  if (kind !== 'together') return false;
  return keysTogether(rule).some((key) => misspelled.has(JSON.stringify([...path, key])));
}

function suggestionFor({ path, known = [] }: Problem): string | undefined {
  return nearest(String(path.at(-1)), known);
}

function tell(problem: Problem, subject: Subject): Diagnostic {
  const { kind } = problem;
  switch (kind) {
    case 'unknown-key':
      return tellUnknownKey(problem, subject);
    case 'malformed-key':
      return tellMalformedKey(problem, subject);
    case 'missing-key':
      return tellMissingKey(problem, subject);
    case 'together':
      return tellTogether(problem, subject);
    case 'secret':
      return tellSecret(problem, subject);
    default:
      return tellValue(kind, problem, subject.document.placeOf(problem.path, 'value'));
  }
}

/** What stands at a path, as the subject of a sentence. */
function ownerName(path: Path, kind: Kind): string {
  if (path.length === 0) return `${/^[AEIOU]/.test(kind) ? 'An' : 'A'} ${kind}`;
  return path.length === 1 && path[0] === 'spec' ? `The spec of ${kind}` : fieldName(path);
}

function tellUnknownKey(problem: Problem, { document, kind }: Subject): Diagnostic {
  const { path, secret, known = [] } = problem;
  const key = String(path.at(-1));
  const named = fieldsOf(kind).filter(({ name }) => name.split('.').at(-1) === key);
  const args = {
    key: secret ? 'of this name' : quoted(key),
    of: ownerName(path.slice(0, -1), kind),
    suggestion: suggestionFor(problem),
    elsewhere: named.slice(0, 3).map(({ name }) => name),
    known,
  };
  // In a reference to a secret, what stands at an unknown key may be the secret: its place is what has to be concealed.
  return raise(kinds.unknownKey, args, document.placeOf(path, secret ? 'value' : 'key'), { sensitive: secret });
}

function tellMalformedKey({ path, rule, value }: Problem, { document, kind }: Subject): Diagnostic {
  const args = {
    key: quoted(String(value)),
    of: ownerName(path.slice(0, -1), kind),
    expected: expected(rule),
    example: exampleOf(rule.node) ?? '',
  };
  return raise(kinds.malformedKey, args, document.placeOf(path, 'key'));
}

function tellMissingKey({ path, rule }: Problem, { document, kind }: Subject): Diagnostic {
  const key = String(path.at(-1));
  const example = exampleOf(rule.node);
  const meaning =
    phrase(rule.node.description ?? '') + (example === undefined ? '' : `, for example ${key}: ${example}`);
  const args = { key, of: ownerName(path.slice(0, -1), kind), meaning };
  return raise(kinds.missingKey, args, document.placeOf(path, 'key'));
}

function tellTogether({ path, rule, value }: Problem, { document, kind }: Subject): Diagnostic {
  const keys = keysTogether(rule);
  const present = isObject(value) ? keys.filter((key) => Object.hasOwn(value, key)) : [];
  const args = {
    of: ownerName(path, kind),
    rule: rule.node['x-message'] ?? '',
    help: togetherHelp(rule, keys, present),
  };
  return raise(kinds.keysDisagree, args, document.placeOf(path, 'key'));
}

function togetherHelp(rule: Rule, keys: readonly string[], present: readonly string[]): string {
  if (present.length === 0) return `Add ${keys.join(' or ')}.`;
  const started = (rule.together?.branches ?? []).filter(({ required }) =>
    present.every((key) => required.includes(key)),
  );
  const lacking = started.map(({ required }) => required.filter((key) => !present.includes(key)).join(' and '));
  return lacking.length > 0
    ? `Add ${lacking.join(' or ')}.`
    : `Here stand ${present.join(' and ')}; keep what is meant.`;
}

/** The keys of which a map says how they go together. */
function keysTogether({ together }: Rule): readonly string[] {
  return [...new Set(together?.branches.flatMap(({ required }) => required))];
}

function tellSecret({ path, rule }: Problem, { document }: Subject): Diagnostic {
  const args = { field: fieldName(path), forms: rule.node['x-message'] ?? '' };
  return raise(kinds.secretWritten, args, document.placeOf(path, 'value'), { sensitive: true });
}

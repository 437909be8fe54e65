// What the schemas say about documents: which kind they are of, whether they are right, what they say by default.
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Place } from '../diagnostics/source.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import type { ConfigDocument } from './document.ts';
import { defaults } from './generated/structure.js';
import { textOverLimit } from './read-findings.ts';
import * as kinds from './schema-diagnostics.ts';
import { findingsOf } from './schema-findings.ts';
import { language, overlayLanguage } from './schema-language.ts';
import { problemsOf } from './schema-problem.ts';
import { ruleOf } from './schema-rule.ts';
import { withDefaults } from './schema-structure.ts';
import { KINDS, type Kind } from './schema-types.ts';
import { given, written } from './schema-words.ts';

/** The version of the language that this program reads. */
export const apiVersion = 'aigw.dev/v1alpha1';

const mostFindings = 100;

/** What a document says that it is. Neither kind nor findings: it belongs to another program. */
export interface Identity {
  readonly kind: Kind | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads apiVersion and kind. A document with another program's apiVersion is left alone. */
export function identify(document: ConfigDocument): Identity {
  const { value } = document;
  if (!isObject(value)) return faulty(raise(kinds.notAResource, { given: given(value) }, document.placeOf([])));
  const version = value['apiVersion'] ?? null;
  if (isForeign(version)) return { kind: undefined, diagnostics: [] };
  if (version === null) return faulty(raise(kinds.missingApiVersion, {}, placeOfKey(document, 'apiVersion')));
  if (version !== apiVersion) {
    return faulty(raise(kinds.unknownApiVersion, { written: written(version) }, document.placeOf(['apiVersion'])));
  }
  const kind = KINDS.find((known) => known === value['kind']);
  return kind ? { kind, diagnostics: [] } : faulty(unknownKind(document, value['kind'] ?? null));
}

function faulty(diagnostic: Diagnostic): Identity {
  return { kind: undefined, diagnostics: [diagnostic] };
}

/** True for an apiVersion in the form that Kubernetes gave it, which is not ours even with a slip of the pen. */
function isForeign(version: Json): boolean {
  if (typeof version !== 'string' || /^aigw\b/i.test(version)) return false;
  return /^([\w.-]+\/)?v[0-9]\w*$/.test(version) && nearest(version, [apiVersion]) === undefined;
}

function unknownKind(document: ConfigDocument, kind: Json): Diagnostic {
  const suggestion = typeof kind === 'string' ? nearest(kind, KINDS) : undefined;
  const help = suggestion === undefined ? `The kinds are ${KINDS.join(', ')}.` : `Did you mean ${suggestion}?`;
  const args = { written: kind === null ? undefined : written(kind), help };
  return raise(kinds.unknownKind, args, placeOfKey(document, 'kind'));
}

/** Where a value at the top of a document stands; where it is missing, the key that may have been meant to be its own. */
function placeOfKey(document: ConfigDocument, key: string): Place {
  if (!isObject(document.value) || Object.hasOwn(document.value, key)) return document.placeOf([key]);
  const unknown = Object.keys(document.value).find(
    (other) => !['apiVersion', 'kind', 'metadata', 'spec'].includes(other),
  );
  return document.placeOf([unknown ?? key], 'key');
}

/**
 * All that is wrong with a document, seen against the schema of its kind, in file order and capped. `overlay`: nothing
 * but its name and environment is required, and null removes. Regular expressions are checked apart.
 */
export function checkDocument(
  document: ConfigDocument,
  kind: Kind,
  form: 'full' | 'overlay' = 'full',
): readonly Diagnostic[] {
  const overlay = form === 'overlay' ? overlayLanguage().kinds[kind] : undefined;
  const schemas = overlay ? overlayLanguage() : language();
  const node = overlay ?? schemas.kinds[kind];
  if (!node) throw new Error(`there is no schema for ${kind}`);
  const problems = problemsOf(ruleOf(node, schemas), document.value, mostFindings + 1);
  if (problems.length === 0) return [];
  const findings = findingsOf(problems.slice(0, mostFindings), { document, kind });
  return problems.length > mostFindings ? [...findings, tooMany(document)] : findings;
}

function tooMany(document: ConfigDocument): Diagnostic {
  const args = {
    limit: 'findings in one document',
    most: String(mostFindings),
    help: 'Remedy the findings listed so far and run again; what follows is not listed.',
  };
  return raise(textOverLimit, args, document.placeOf(['metadata', 'name']));
}

/** A document, or what is left of it, with the defaults of its kind. Maps that are absent stay absent unless they have a default themselves. */
export function applyDefaults(kind: Kind, value: JsonObject): JsonObject {
  return withDefaults(value, defaults[kind]) as JsonObject;
}

import type { JsonObject } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import type { KnownKind, Validator } from './kind.ts';
import { apiVersionOf, kindOf, knownKinds } from './known-kinds.ts';
import type { ManifestProblem } from './problem.ts';
import type { RuledValue } from './rules.ts';
import { blocksRules, schemaProblems } from './schema-fault.ts';
import { semanticProblems } from './semantics/semantics.ts';
import { duplicateItems, holdsNull, walkStructure, withDefaults } from './structure.ts';

/**
 * All reasons why an API server, or the controller behind it, would refuse to take `object` as a new one. Works in the
 * server's order: defaults, schema, unique items, CEL rules, then what code alone checks. Loads what it needs to know
 * of the kind on first use. Expects plain JSON, as a YAML reader gives it.
 */
export async function checkManifest(object: JsonObject): Promise<readonly ManifestProblem[]> {
  const kind = kindOf(object);
  if (!kind) return [unknownKind(object)];
  const { validate, structure } = await kind.load();
  const complete = withDefaults(object, structure) as JsonObject;
  const faults = validate(complete) ? [] : (validate.errors ?? []);
  const problems = [...schemaProblems(complete, faults)];
  const ruled: RuledValue[] = [];
  walkStructure(complete, structure, (value, below, path) => {
    if (below.rules) ruled.push({ value, structure: below, path });
    if (!below.uniqueBy || !Array.isArray(value)) return;
    for (const { index, first, identity } of duplicateItems(value, below.uniqueBy)) {
      const what = Object.entries(identity).map(([key, part]) =>
        part === null ? `no ${key}` : `${key} ${JSON.stringify(part)}`,
      );
      const by = what.length > 0 ? ` with ${what.join(' and ')}` : '';
      problems.push({
        path: [...path, index],
        rule: 'schema',
        message: `The item${by} stands twice in this list, first at index ${first}.`,
      });
    }
  });
  if (ruled.length > 0 && !faults.some(blocksRules)) {
    const { ruleProblems } = await import('./rules.ts');
    problems.push(...ruleProblems(ruled));
  }
  if (faults.length === 0) {
    problems.push(...nullProblems(object, kind, validate), ...(await semanticProblems(complete, object, kind)));
  }
  return problems;
}

/**
 * Nulls that do not mean absence to the API server (1.36.3): the null of a field that there is not; in a map, where it
 * counts as an empty value; and, in custom resources, any null that the schema does not take. A create drops the last;
 * server-side apply refuses them.
 */
function nullProblems(written: JsonObject, { custom }: KnownKind, validate: Validator): ManifestProblem[] {
  if (!holdsNull(written) || validate(written)) return [];
  const faults = (validate.errors ?? []).filter(
    ({ keyword, schemaPath }) =>
      keyword === 'additionalProperties' || (keyword === 'type' && (custom || isOfMap(schemaPath))),
  );
  return schemaProblems(written, faults);
}

function isOfMap(schemaPath: string): boolean {
  return schemaPath.endsWith('/additionalProperties/type');
}

function unknownKind(object: JsonObject): ManifestProblem {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return { path: [], rule: 'unknown-kind', message: 'An object needs an apiVersion and a kind, both as text.' };
  }
  const versions = knownKinds.filter((known) => known.kind === kind).map(apiVersionOf);
  const near = nearest(
    kind,
    new Set(knownKinds.filter((known) => apiVersionOf(known) === apiVersion).map((known) => known.kind)),
  );
  const hint =
    versions.length > 0 ? ` It is known in ${versions.join(' and ')}.` : near ? ` Did you mean ${near}?` : '';
  return {
    path: ['kind'],
    rule: 'unknown-kind',
    message: `The kind ${kind} of ${apiVersion} is not known.${hint}`,
    value: kind,
  };
}

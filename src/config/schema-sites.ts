import { isObject, type Json, type Path } from '../lib/json.ts';
import { expressionSites as expressions, nameSites, secretSites as secrets } from './generated/structure.js';
import type { NameSite } from './schema-structure.ts';
import type { Kind } from './schema-types.ts';

/** Where in the documents of a kind names of resources stand. */
export type ReferenceSite = NameSite & { readonly names: Kind };

/** Every place of a kind where the name of a resource stands, in the order of the schema. */
export function referenceSites(kind: Kind): readonly ReferenceSite[] {
  return nameSites[kind].filter((site): site is ReferenceSite => site.names !== 'environment');
}

/** Every place of a kind where the name of an environment stands. */
export function environmentSites(kind: Kind): readonly NameSite[] {
  return nameSites[kind].filter(({ names }) => names === 'environment');
}

/** Every place of a kind where a regular expression stands. */
export function expressionSites(kind: Kind): readonly (readonly string[])[] {
  return expressions[kind];
}

/** Every place of a kind where a reference to a secret stands; text may stand there too where the schema says so. */
export function secretSites(kind: Kind): readonly (readonly string[])[] {
  return secrets[kind];
}

/** A value and the way to it. */
export interface Found {
  readonly path: Path;
  readonly value: Json;
}

/** What stands in a document at a site's path, in document order; `*` stands for any index or key. */
export function valuesAt(root: Json, site: readonly string[]): readonly Found[] {
  let found: readonly Found[] = [{ path: [], value: root }];
  for (const step of site) found = found.flatMap((at) => below(at, step));
  return found;
}

function below({ path, value }: Found, step: string): readonly Found[] {
  if (step === '*') return entriesOf(value).map(([key, child]) => ({ path: [...path, key], value: child }));
  if (!isObject(value) || !Object.hasOwn(value, step)) return [];
  return [{ path: [...path, step], value: value[step] ?? null }];
}

function entriesOf(value: Json): readonly (readonly [string | number, Json])[] {
  if (Array.isArray(value)) return [...(value as readonly Json[]).entries()];
  return isObject(value) ? Object.entries(value) : [];
}

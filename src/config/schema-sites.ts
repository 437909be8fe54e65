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
  const walk: Walk = { site, path: [], found: [] };
  visit(walk, root);
  return walk.found;
}

/** The way down to the values at a site. */
interface Walk {
  readonly site: readonly string[];
  readonly path: (string | number)[];
  readonly found: Found[];
}

function visit(walk: Walk, value: Json): void {
  const { site, path, found } = walk;
  const step = site[path.length];
  if (step === undefined) found.push({ path: [...path], value });
  else if (step !== '*') {
    if (isObject(value) && Object.hasOwn(value, step)) enter(walk, step, value[step] ?? null);
  } else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries()) enter(walk, index, item);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) enter(walk, key, item);
  }
}

function enter(walk: Walk, step: string | number, value: Json): void {
  walk.path.push(step);
  visit(walk, value);
  walk.path.pop();
}

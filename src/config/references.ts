import type { Reference, Resource } from './model.ts';
import { referenceSites, valuesAt } from './schema-sites.ts';

const known = new WeakMap<Resource, readonly Reference[]>();

/** Every name in a resource that stands for another one, as written: a wildcard is none. In the order of the schema. */
export function referencesOf(resource: Resource): readonly Reference[] {
  const references = known.get(resource) ?? findReferences(resource);
  known.set(resource, references);
  return references;
}

function findReferences(from: Resource): readonly Reference[] {
  return referenceSites(from.kind).flatMap(({ path: site, names: kind, mention, wildcard }) =>
    valuesAt(from.written, site).flatMap(({ path, value }): Reference[] =>
      typeof value === 'string' && value !== wildcard ? [{ from, kind, name: value, path, mention }] : [],
    ),
  );
}

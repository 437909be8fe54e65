import { oncePer } from '../lib/once-per.ts';
import type { Reference, ResolvedConfig, Resource } from './model.ts';
import { referencesOf } from './references.ts';

/**
 * Everything that a resource puts to use, itself included, in the order of discovery (breadth first, references in document order).
 * Names that only mention another resource are not followed, so one gateway's reach ends where another gateway begins.
 */
export const reachOf = oncePer((config: ResolvedConfig, start: Resource): readonly Resource[] => {
  const reached = new Set<Resource>([start]);
  for (const resource of reached) {
    for (const reference of referencesOf(resource)) {
      const target = reference.mention ? undefined : config.find(reference.kind, reference.name);
      if (target !== undefined) reached.add(target);
    }
  }
  return [...reached];
});

/** The resources that stand behind references, with the ways that lead to them; unknown names are left out. */
export function usesOf(
  config: ResolvedConfig,
  resources: readonly Resource[],
): ReadonlyMap<Resource, readonly Reference[]> {
  const uses = new Map<Resource, Reference[]>();
  for (const resource of resources) {
    for (const reference of referencesOf(resource)) {
      const target = reference.mention ? undefined : config.find(reference.kind, reference.name);
      if (target === undefined) continue;
      const known = uses.get(target);
      if (known === undefined) uses.set(target, [reference]);
      else known.push(reference);
    }
  }
  return uses;
}

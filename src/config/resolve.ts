import type { ResolvedConfig, Resource } from './model.ts';
import type { Kind } from './schema-types.ts';
import { KINDS } from './schema-types.ts';

/** All resources of one environment by kind and name, and the names of those that could not be understood. */
export interface ResourceTable {
  readonly resources: ReadonlyMap<Kind, readonly Resource[]>;
  readonly declared: ReadonlyMap<Kind, ReadonlySet<string>>;
  /** Texts of other files by their path from the root. */
  readonly files: ReadonlyMap<string, string>;
}

/** Puts a typed front before a table. `repository` and `settings` are its resources of those kinds. */
export function resolvedConfig(
  environment: string,
  table: ResourceTable,
  repository: Resource<'Repository'>,
  settings: Resource<'Environment'>,
): ResolvedConfig {
  const sorted = new Map<Kind, readonly Resource[]>();
  const byName = new Map<Kind, ReadonlyMap<string, Resource>>();
  for (const kind of KINDS) {
    const ofKind = (table.resources.get(kind) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    sorted.set(kind, ofKind);
    byName.set(kind, new Map(ofKind.map((resource) => [resource.name, resource])));
  }
  return {
    environment,
    repository,
    settings,
    all: <K extends Kind>(kind: K) => (sorted.get(kind) ?? []) as readonly Resource<K>[],
    find: <K extends Kind>(kind: K, name: string) => byName.get(kind)?.get(name) as Resource<K> | undefined,
    declared: (kind) => table.declared.get(kind) ?? new Set(),
    file: (path) => table.files.get(path),
  };
}

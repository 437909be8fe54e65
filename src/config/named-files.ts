import type { Resource } from './model.ts';
import type { Kind } from './schema-types.ts';

/** Paths, relative to the root, of other files that a resource names: texts of prompts, schemas of bodies. */
export function filesNamedBy(resource: Resource): readonly string[] {
  if (isOf('Prompt', resource)) return resource.spec.messages.flatMap(({ file }) => file ?? []);
  if (isOf('Route', resource)) {
    return [resource.spec.request?.schema, resource.spec.response?.schema].filter((path) => path !== undefined);
  }
  return [];
}

/** Narrows a resource to its kind. */
export function isOf<K extends Kind>(kind: K, resource: Resource): resource is Resource<K> {
  return resource.kind === kind;
}

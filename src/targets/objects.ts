// What all rendered Kubernetes objects have in common.
import type { ResolvedConfig, Resource } from '../config/model.ts';
import type { JsonObject } from '../lib/json.ts';

/** An object's metadata: name, the environment's namespace (unless the kind has none), and the labels that all objects carry. */
export function metadataOf(
  config: ResolvedConfig,
  resource: Resource,
  name: string,
  scope: 'namespaced' | 'cluster' = 'namespaced',
): JsonObject {
  const namespace = scope === 'namespaced' ? { namespace: config.settings.spec.namespace } : {};
  return { name, ...namespace, labels: labelsOf(config, resource, name) };
}

/** Labels, in the order of their keys: who manages the object, what it belongs to, and what the config adds. */
export function labelsOf(config: ResolvedConfig, resource: Resource, name: string): JsonObject {
  const labels = {
    ...config.settings.spec.labels,
    ...resource.metadata.labels,
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/part-of': config.repository.name,
    'app.kubernetes.io/managed-by': 'aigw',
  };
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

import { at, type Cursor, items } from '../semantics/cursor.ts';
import type { SetObject } from './inventory.ts';
import { templateOf } from './pods.ts';
import { entryReference, localReference, type Reference } from './reference.ts';

/** What the pods of an object need to start: ConfigMaps, Secrets, claims, a service account. */
export function podReferences(object: SetObject): Reference[] {
  const template = templateOf(object);
  if (template === undefined) return [];
  const spec = at(template, 'spec');
  const containers = [...items(spec, 'initContainers'), ...items(spec, 'containers')];
  return [
    ...localReference(spec, 'serviceAccountName', 'ServiceAccount', object).filter(({ to }) => to.name !== 'default'),
    ...items(spec, 'imagePullSecrets').flatMap((secret) => localReference(secret, 'name', 'Secret', object)),
    ...items(spec, 'volumes').flatMap((volume) => volumeReferences(volume, object)),
    ...containers.flatMap((container) => environmentReferences(container, object)),
  ];
}

function volumeReferences(volume: Cursor, object: SetObject): Reference[] {
  const projected = items(volume, 'projected', 'sources');
  return [
    ...localReference(at(volume, 'configMap'), 'name', 'ConfigMap', object),
    ...localReference(at(volume, 'secret'), 'secretName', 'Secret', object),
    ...localReference(at(volume, 'persistentVolumeClaim'), 'claimName', 'PersistentVolumeClaim', object),
    ...projected.flatMap((source) => [
      ...localReference(at(source, 'configMap'), 'name', 'ConfigMap', object),
      ...localReference(at(source, 'secret'), 'name', 'Secret', object),
    ]),
  ];
}

function environmentReferences(container: Cursor, object: SetObject): Reference[] {
  const variables = items(container, 'env').map((variable) => at(variable, 'valueFrom'));
  const sources = items(container, 'envFrom');
  return [
    ...variables.flatMap((source) => entryReference(at(source, 'configMapKeyRef'), 'ConfigMap', object)),
    ...variables.flatMap((source) => entryReference(at(source, 'secretKeyRef'), 'Secret', object)),
    ...sources.flatMap((source) => localReference(at(source, 'configMapRef'), 'name', 'ConfigMap', object)),
    ...sources.flatMap((source) => localReference(at(source, 'secretRef'), 'name', 'Secret', object)),
  ];
}

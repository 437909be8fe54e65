import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { ConfigDocument } from './document.ts';
import type { Resource } from './model.ts';
import { mergeOverlay, originOf } from './overlay.ts';
import { applyDefaults } from './schema.ts';
import type { Kind } from './schema-types.ts';

/** Base and overlay as one document, whose places lie in the layers' files. Its own source is the topmost layer's. */
export function layered(layers: readonly [ConfigDocument, ...ConfigDocument[]]): ConfigDocument {
  const [base, ...overlays] = layers;
  if (overlays.length === 0) return base;
  const merged = overlays.reduce<Json>(
    (value, overlay) => mergeOverlay(value, withoutEnvironment(overlay.value)),
    base.value,
  );
  return {
    ...(overlays.at(-1) ?? base),
    value: merged,
    placeOf: (path, facet) => originOf(layers, merged, path, facet),
  };
}

function withoutEnvironment(value: Json): Json {
  if (!isObject(value) || !isObject(value['metadata'])) return value;
  const { environment: _, ...metadata } = value['metadata'];
  return { ...value, metadata };
}

/** A resource from a document that its kind's schema has accepted; the schema is what makes the types true. */
export function resourceOf<K extends Kind>(
  kind: K,
  layers: readonly [ConfigDocument, ...ConfigDocument[]],
): Resource<K> {
  const document = layered(layers);
  const written = document.value as JsonObject;
  const complete = applyDefaults(kind, written) as unknown as Pick<Resource<K>, 'metadata' | 'spec'>;
  return {
    kind,
    name: complete.metadata.name,
    metadata: complete.metadata,
    spec: complete.spec,
    written,
    layers,
    placeOf: document.placeOf,
  };
}

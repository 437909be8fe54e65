import type { Place } from '../diagnostics/source.ts';
import { isObject, type Json, type JsonObject, type Path, valueAt } from '../lib/json.ts';
import type { ConfigDocument, Facet } from './document.ts';

/**
 * Lays `over` upon `base`: maps merge by key, lists whose items all have a name merge by name (new ones come last), anything else
 * is replaced whole, and null removes. Neither argument is changed.
 */
export function mergeOverlay(base: Json, over: Json): Json {
  if (isObject(base) && isObject(over)) return mergeMaps(base, over);
  if (isNamedList(base) && isNamedList(over)) return mergeNamedLists(base, over);
  return isObject(over) ? mergeMaps({}, over) : over;
}

function mergeMaps(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergeOverlay(merged.get(key) ?? null, value));
  }
  return Object.fromEntries(merged);
}

type NamedItem = JsonObject & { readonly name: string };

function mergeNamedLists(base: readonly NamedItem[], over: readonly NamedItem[]): Json {
  const merged = new Map<string, Json>(base.map((item) => [item.name, item]));
  for (const item of over) merged.set(item.name, mergeOverlay(merged.get(item.name) ?? null, item));
  return [...merged.values()];
}

/** True for a list that merges by name: not empty, every item a map with a name of its own. */
export function isNamedList(value: Json | undefined): value is readonly NamedItem[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const names = new Set(
    value.map((item: Json) => (isObject(item) && typeof item['name'] === 'string' ? item['name'] : undefined)),
  );
  return !names.has(undefined) && names.size === value.length;
}

/**
 * Where the value at `path` of the merged document was written. The topmost layer that has it answers; where none has
 * it, the lowest layer that reaches furthest does.
 */
export function originOf(layers: readonly ConfigDocument[], merged: Json, path: Path, facet?: Facet): Place {
  let best: { readonly layer: ConfigDocument; readonly reached: Path } | undefined;
  for (const layer of layers.toReversed()) {
    const reached = reachedPath(layer.value, merged, path);
    if (reached.length === path.length) return layer.placeOf(reached, facet);
    if (best === undefined || reached.length >= best.reached.length) best = { layer, reached };
  }
  if (best === undefined) throw new Error('a resource is made of at least one document');
  return best.layer.placeOf([...best.reached, ...path.slice(best.reached.length)], facet);
}

/** The longest prefix of a merged path that exists in one layer, with list indexes as that layer counts them. */
function reachedPath(layer: Json, merged: Json, path: Path): Path {
  const reached: (string | number)[] = [];
  let here: Json | undefined = layer;
  for (const [depth, step] of path.entries()) {
    const own: string | number | undefined =
      typeof step === 'number' ? indexInLayer(here, valueAt(merged, path.slice(0, depth)), step) : step;
    here = own === undefined ? undefined : valueAt(here, [own]);
    if (own === undefined || here === undefined) break;
    reached.push(own);
  }
  return reached;
}

function indexInLayer(layerList: Json | undefined, mergedList: Json | undefined, index: number): number | undefined {
  if (!isNamedList(layerList) || !isNamedList(mergedList)) return index;
  const found = layerList.findIndex((item) => item.name === mergedList[index]?.name);
  return found === -1 ? undefined : found;
}

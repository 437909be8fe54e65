import type { Json, JsonObject, Path } from '../../lib/json.ts';
import { valueAt } from '../../lib/json.ts';

/** A copy of `root` with `value` at `path`, or without what stood there where it is undefined. For tests. */
export function changed(root: JsonObject, path: Path, value: Json | undefined): JsonObject {
  return edit(root, path, value) as JsonObject;
}

function edit(root: Json, path: Path, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const below = edit(valueAt(root, [step]) ?? {}, rest, value);
  if (Array.isArray(root)) {
    const items = (root as readonly Json[]).map((item, index) => (index === step ? below : item));
    if (step === items.length) items.push(below);
    return items.filter((item) => item !== undefined);
  }
  const entries = Object.entries(root as JsonObject).filter(([key]) => key !== step);
  return Object.fromEntries(below === undefined ? entries : [...entries, [String(step), below]]);
}

/** The first manifest of a kind, or of a kind and a name. */
export function pick(manifests: readonly JsonObject[], kind: string, name?: string): JsonObject {
  const found = manifests.find(
    (manifest) => manifest['kind'] === kind && (name === undefined || valueAt(manifest, ['metadata', 'name']) === name),
  );
  if (!found) throw new Error(`The test data have no ${kind} ${name ?? ''}.`);
  return found;
}

import { isObject, type JsonObject } from '../lib/json.ts';
import { checkManifest } from '../manifests/check-manifest.ts';
import type { ManifestProblem } from '../manifests/problem.ts';

/** All reasons why an API server would refuse an object of an environment with this namespace. */
export type ObjectCheck = (object: JsonObject, namespace: string) => Promise<readonly ManifestProblem[]>;

/**
 * A check that remembers what it has seen: most objects differ between environments in their namespace alone, which is
 * known to be a good one, and a check of the rest takes longer than everything else about them.
 */
export function rememberingCheck(): ObjectCheck {
  const known = new Map<string, readonly ManifestProblem[]>();
  return async (object, namespace) => {
    const key = JSON.stringify(withoutNamespace(object, namespace));
    const problems = known.get(key) ?? (await checkManifest(object));
    known.set(key, problems);
    return problems;
  };
}

function withoutNamespace(object: JsonObject, namespace: string): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata) || metadata['namespace'] !== namespace) return object;
  return { ...object, metadata: { ...metadata, namespace: '' } };
}

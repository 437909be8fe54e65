import { isObject, type JsonObject } from '../lib/json.ts';
import type { Resource } from './model.ts';
import { secretSites, valuesAt } from './schema-sites.ts';
import type { SecretReference } from './schema-types.ts';

/** The references to secrets that a resource holds. */
export function secretReferencesOf(resource: Resource): readonly SecretReference[] {
  return secretSites(resource.kind)
    .flatMap((site) => valuesAt(resource.written, site))
    .flatMap(({ value }) => (isObject(value) ? [decodeReference(value)] : []));
}

/** The schema admits no other shape here. */
function decodeReference(value: JsonObject): SecretReference {
  return value as unknown as SecretReference;
}

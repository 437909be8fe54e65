import type { JsonObject } from '../lib/json.ts';
import { kinds } from './generated/kinds.js';
import type { KnownKind } from './kind.ts';

const byName = new Map(kinds.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));

/** All kinds that can be checked. */
export const knownKinds: readonly KnownKind[] = kinds;

/** The kind of `object`, or undefined where there is no schema for it. */
export function kindOf(object: JsonObject): KnownKind | undefined {
  return byName.get(`${String(object['apiVersion'])} ${String(object['kind'])}`);
}

/** Group and version as objects write them: `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: KnownKind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

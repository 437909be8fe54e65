import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Kind } from './schema-types.ts';

/** The defaults within a map, a list or a map of people's own keys. */
export interface DefaultsNode {
  /** For keys that are absent. */
  readonly values?: JsonObject;
  /** For what stands at a known key. */
  readonly inner?: Readonly<Record<string, DefaultsNode>>;
  /** For each item, or for what stands at each of people's own keys. */
  readonly each?: DefaultsNode;
}

/** A place in the documents of a kind where the name of something else stands. */
export interface NameSite {
  /** From the document's root; `*` stands for any index or any of people's own keys. */
  readonly path: readonly string[];
  readonly names: Kind | 'environment';
  /** The name only speaks of the other thing and does not put it to use. */
  readonly mention: boolean;
  /** A value that is no name: it stands for all. */
  readonly wildcard?: string;
}

/** `value` with the defaults of `node`, and of what is inside it. The argument is left as it is. */
export function withDefaults(value: Json, node: DefaultsNode): Json {
  const { each } = node;
  if (Array.isArray(value)) return each ? (value as readonly Json[]).map((item) => withDefaults(item, each)) : value;
  if (!isObject(value)) return value;
  const whole: Record<string, Json> = { ...node.values, ...value };
  for (const [key, inner] of Object.entries(each ? {} : (node.inner ?? {}))) {
    const child = whole[key];
    if (child !== undefined) whole[key] = withDefaults(child, inner);
  }
  if (each) for (const [key, child] of Object.entries(whole)) whole[key] = withDefaults(child, each);
  return whole;
}

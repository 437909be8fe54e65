import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';
import type { Schema } from './compact.ts';

/** Schemas with their equal parts replaced by references into `definitions`. */
export interface SharedSchemas {
  readonly roots: readonly JsonObject[];
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

interface Node {
  readonly schema: Schema;
  readonly hint: string;
  readonly digest: string;
  /** Its children in place of the sub-schemas, by the way to them. */
  readonly children: ReadonlyMap<string, Node>;
  uses: number;
  size: number;
}

/** Parts smaller than this are repeated: a reference would be as long. */
const smallestShared = 100;

/** Finds equal sub-schemas by content, over all roots, and gives each that occurs more than once a definition. */
export function shareSchemas(roots: readonly { readonly name: string; readonly schema: Schema }[]): SharedSchemas {
  const nodes = new Map<string, Node>();
  const rootNodes = roots.map((root) => intern(root.schema, root.name, nodes));
  const names = new Map<Node, string>();
  for (const node of nodes.values()) {
    if (node.uses > 1 && node.size >= smallestShared) names.set(node, `${node.hint}-${node.digest.slice(0, 8)}`);
  }
  if (new Set(names.values()).size < names.size) throw new Error('Two definitions share a name; lengthen the digest.');
  const definitions: Record<string, JsonObject> = {};
  for (const [node, name] of [...names].sort((a, b) => (a[1] < b[1] ? -1 : 1))) definitions[name] = print(node, names);
  return { roots: rootNodes.map((node) => print(node, names)), definitions };
}

function intern(schema: Schema, hint: string, nodes: Map<string, Node>): Node {
  const children = new Map<string, Node>();
  const shape = mapChildren(schema, (child, way, childHint) => {
    const node = intern(child, childHint ?? hint, nodes);
    children.set(way, node);
    return { $child: node.digest };
  });
  const key = JSON.stringify(shape);
  const known = nodes.get(key);
  if (known) return known;
  for (const child of children.values()) child.uses++;
  const size = [...children.values()].reduce((sum, child) => sum + child.size, key.length - children.size * 78);
  const node: Node = { schema, hint, digest: digest(key), children, uses: 0, size };
  nodes.set(key, node);
  return node;
}

function print(node: Node, names: ReadonlyMap<Node, string>): JsonObject {
  return mapChildren(node.schema, (_, way) => {
    const child = node.children.get(way);
    if (!child) throw new Error(`No schema was interned at ${way}.`);
    const name = names.get(child);
    return name === undefined ? print(child, names) : { $ref: `#/definitions/${name}` };
  });
}

/** A copy of `schema`, keywords in a fixed order, with each direct sub-schema replaced by what `replace` gives. */
function mapChildren(schema: Schema, replace: (child: Schema, way: string, hint?: string) => JsonObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const keyword of Object.keys(schema).sort()) {
    const value = schema[keyword];
    if (value === undefined) continue;
    if (keyword === 'properties' && isObject(value)) {
      const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      result[keyword] = Object.fromEntries(
        entries.map(([name, child]) => [
          name,
          isObject(child) ? replace({ ...child }, `properties/${name}`, name) : child,
        ]),
      );
    } else if ((keyword === 'items' || keyword === 'additionalProperties' || keyword === 'not') && isObject(value)) {
      result[keyword] = replace({ ...value }, keyword);
    } else result[keyword] = value;
  }
  return result;
}

/** Names of definitions hold part of it, so that they survive an upstream release unless the content changes. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

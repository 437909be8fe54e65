import { isObject, type Json, type Path } from '../lib/json.ts';
import type { Resource } from './model.ts';
import { fieldsOf } from './schema-fields.ts';
import type { Kind } from './schema-types.ts';

/** A field that a resource sets: its name as in `timeout.firstToken`, its path from the document's root, and its value. */
export interface SetField {
  readonly name: string;
  readonly path: Path;
  readonly value: Json;
}

/** The fields within the spec of a kind as a tree; some of them carry a mark. */
export interface FieldTree<T> {
  /** As in `timeout.firstToken`; items and what stands at people's own keys have no name of their own. */
  readonly name: string | undefined;
  readonly mark: T | undefined;
  readonly keys: ReadonlyMap<string, FieldTree<T>>;
  readonly each: FieldTree<T> | undefined;
  /** Whether a field below is marked. */
  readonly deeper: boolean;
}

/** The fields of a kind, each with what `markOf` says of it. Those that `isMeant` refuses are left out with all below them. */
export function markFields<T>(
  kind: Kind,
  markOf: (name: string) => T | undefined,
  isMeant: (name: string) => boolean = () => true,
): FieldTree<T> {
  const root: FieldNode = { name: undefined, keys: new Map(), each: undefined };
  for (const { name, path } of fieldsOf(kind)) {
    const [top, ...steps] = path;
    if (top === 'spec' && isMeant(name)) plant(root, steps).name = name;
  }
  return grown(root, markOf);
}

interface FieldNode {
  name: string | undefined;
  readonly keys: Map<string, FieldNode>;
  each: FieldNode | undefined;
}

function plant(root: FieldNode, path: readonly string[]): FieldNode {
  let node = root;
  for (const step of path) {
    const known = step === '*' ? node.each : node.keys.get(step);
    const next: FieldNode = known ?? { name: undefined, keys: new Map(), each: undefined };
    if (step === '*') node.each = next;
    else node.keys.set(step, next);
    node = next;
  }
  return node;
}

function grown<T>({ name, keys, each }: FieldNode, markOf: (name: string) => T | undefined): FieldTree<T> {
  const below = new Map([...keys].map(([key, node]) => [key, grown(node, markOf)]));
  const item = each && grown(each, markOf);
  const deeper = [...below.values(), ...(item ? [item] : [])].some((node) => node.mark !== undefined || node.deeper);
  return { name, mark: name === undefined ? undefined : markOf(name), keys: below, each: item, deeper };
}

/** A field with its mark. */
export type MarkedField<T> = SetField & { readonly mark: T };

/** The way through a spec. */
interface Walk<T> {
  readonly found: Set<MarkedField<T> | undefined>;
  readonly path: (string | number)[];
}

/**
 * Of each lowest field within spec that a resource sets, the nearest one above, itself included, that is marked; undefined
 * where none is. As people wrote them, in the order of the document, each once.
 */
export function nearestMarked<T>(resource: Resource, tree: FieldTree<T>): ReadonlySet<MarkedField<T> | undefined> {
  const walk: Walk<T> = { found: new Set(), path: ['spec'] };
  const spec = resource.written['spec'];
  if (isObject(spec)) visitBelow(walk, spec, tree, undefined);
  return walk.found;
}

function visit<T>(walk: Walk<T>, value: Json, node: FieldTree<T>, above: MarkedField<T> | undefined): void {
  const { name, mark } = node;
  const nearest = name === undefined || mark === undefined ? above : { name, path: [...walk.path], value, mark };
  // Where no mark is further down, all that stands there has the same answer.
  if (!node.deeper || !visitBelow(walk, value, node, nearest)) walk.found.add(nearest);
}

/** Visits what stands below a value; false where no field does. */
function visitBelow<T>(walk: Walk<T>, value: Json, node: FieldTree<T>, above: MarkedField<T> | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { keys, each } = node;
  const count = walk.path.length;
  let any = false;
  for (const [step, child] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const childNode = (typeof step === 'string' ? keys.get(step) : undefined) ?? each;
    if (childNode === undefined) continue;
    any = true;
    walk.path[count] = step;
    visit(walk, child as Json, childNode, above);
    walk.path.length = count;
  }
  return any;
}

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

/** A lowest field that a resource sets, preceded by the fields it stands in, highest first. */
export type FieldChain = readonly [SetField, ...SetField[]];

/** What may stand below a field: known keys, and items or people's own keys, which have no name of their own. */
interface FieldNode {
  readonly keys: Map<string, FieldNode>;
  each: FieldNode | undefined;
}

const known = new Map<Kind, FieldNode>();

/** The lowest fields within spec that a resource sets, as people wrote them, in the order of the document. */
export function setFieldsOf(resource: Resource): readonly FieldChain[] {
  const chains: FieldChain[] = [];
  const visit = (value: Json, node: FieldNode, above: readonly SetField[], path: Path): void => {
    const below = entriesOf(value, node);
    const [first, ...rest] = above;
    if (below.length === 0 && first !== undefined) chains.push([first, ...rest]);
    for (const { step, value: child, node: childNode, named } of below) {
      const childPath = [...path, step];
      const name = [above.at(-1)?.name, step].filter((part) => part !== undefined).join('.');
      visit(child, childNode, named ? [...above, { name, path: childPath, value: child }] : above, childPath);
    }
  };
  visit(resource.written['spec'] ?? {}, nodeOf(resource.kind), [], ['spec']);
  return chains;
}

interface Entry {
  readonly step: string | number;
  readonly value: Json;
  readonly node: FieldNode;
  readonly named: boolean;
}

function entriesOf(value: Json, { keys, each }: FieldNode): readonly Entry[] {
  if (Array.isArray(value)) {
    return each === undefined || !hasFields(each)
      ? []
      : (value as readonly Json[]).map((item, step) => ({ step, value: item, node: each, named: false }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([step, child]): readonly Entry[] => {
    const node = keys.get(step);
    if (node !== undefined) return [{ step, value: child, node, named: true }];
    return each !== undefined && hasFields(each) ? [{ step, value: child, node: each, named: false }] : [];
  });
}

function hasFields({ keys, each }: FieldNode): boolean {
  return keys.size > 0 || (each !== undefined && hasFields(each));
}

function nodeOf(kind: Kind): FieldNode {
  const found = known.get(kind) ?? { keys: new Map(), each: undefined };
  if (known.has(kind)) return found;
  known.set(kind, found);
  for (const { path } of fieldsOf(kind)) if (path[0] === 'spec') plant(found, path.slice(1));
  return found;
}

function plant(root: FieldNode, path: readonly string[]): void {
  let node = root;
  for (const step of path) {
    const next: FieldNode = (step === '*' ? node.each : node.keys.get(step)) ?? { keys: new Map(), each: undefined };
    if (step === '*') node.each = next;
    else node.keys.set(step, next);
    node = next;
  }
}

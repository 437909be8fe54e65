import type { Json, Path } from './json.ts';

type Collection = Extract<Json, object>;

/**
 * Visits a list or map and every one below it, outer ones first, in the order of the document. What `isForeign` says of a
 * step is left out with all below it. The path is the walk's own: whoever keeps one copies it.
 */
export function walkCollections(
  root: Json | undefined,
  start: Path,
  visit: (value: Collection, path: Path) => void,
  isForeign: (path: Path, step: string | number) => boolean,
): void {
  const path = [...start];
  const enter = (value: Collection): void => {
    visit(value, path);
    for (const [step, child] of entriesOf(value)) {
      if (typeof child !== 'object' || child === null || isForeign(path, step)) continue;
      path.push(step);
      enter(child);
      path.pop();
    }
  };
  if (typeof root === 'object' && root !== null) enter(root);
}

function entriesOf(value: Collection): Iterable<readonly [string | number, Json]> {
  return Array.isArray(value) ? (value as readonly Json[]).entries() : Object.entries(value);
}

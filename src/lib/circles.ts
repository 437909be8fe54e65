/** A way through a graph, and what is known of the nodes met so far. */
interface Search {
  readonly nextOf: (node: string) => Iterable<string>;
  readonly way: { readonly node: string; readonly rest: Iterator<string> }[];
  /** Where a node stands on the way; CLOSED when all that it leads to has been seen. */
  readonly places: Map<string, number>;
  readonly circles: (readonly string[])[];
  readonly told: Set<string>;
}

const CLOSED = -1;

/**
 * Circles of a directed graph: at least one in each group of nodes that can all reach each other, and none that shares a
 * node with another one told. A circle lists each of its nodes once and starts with its smallest name. Goes as deep as
 * the graph does, in time linear in its links as long as circles are few.
 */
export function circlesOf(
  nodes: Iterable<string>,
  nextOf: (node: string) => Iterable<string>,
): readonly (readonly string[])[] {
  const search: Search = { nextOf, way: [], places: new Map(), circles: [], told: new Set() };
  for (const start of nodes) {
    if (!search.places.has(start)) enter(search, start);
    while (search.way.length > 0) advance(search);
  }
  return search.circles;
}

function enter({ nextOf, way, places }: Search, node: string): void {
  places.set(node, way.length);
  way.push({ node, rest: nextOf(node)[Symbol.iterator]() });
}

function advance(search: Search): void {
  const { way, places } = search;
  const top = way.at(-1);
  const step = top?.rest.next();
  if (top === undefined || step === undefined) return;
  if (step.done === true) {
    places.set(top.node, CLOSED);
    way.pop();
    return;
  }
  const place = places.get(step.value);
  if (place === undefined) enter(search, step.value);
  else if (place !== CLOSED && !search.told.has(step.value)) tell(search, place);
}

function tell({ way, circles, told }: Search, place: number): void {
  const circle = way.slice(place).map(({ node }) => node);
  if (circle.some((node) => told.has(node))) return;
  for (const node of circle) told.add(node);
  const smallest = circle.reduce((best, name, index) => (name < (circle[best] ?? '') ? index : best), 0);
  circles.push([...circle.slice(smallest), ...circle.slice(0, smallest)]);
}

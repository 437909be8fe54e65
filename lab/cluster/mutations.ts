// Objects with one fault each, made from sound ones: what people get wrong, at every field in turn. The same every time.
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject, type Path } from '../../src/lib/json.ts';

export interface Mutation {
  /** The kind, what was done, and where. */
  readonly name: string;
  readonly object: JsonObject;
}

export interface CorpusOptions {
  /** Another seed chooses others. */
  readonly seed: string;
  /** Mutations of each kind at most. */
  readonly perKind: number;
}

/** Mutations of all these objects, chosen evenly among kinds. What is the same place in two objects, or in two items of a list, counts once. */
export function corpusOf(objects: readonly JsonObject[], { seed, perKind }: CorpusOptions): readonly Mutation[] {
  const byKind = Map.groupBy(objects, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  return [...byKind.values()].flatMap((ofKind) => {
    const drafts = new Map<string, Draft>();
    for (const draft of ofKind.flatMap(draftsOf)) if (!drafts.has(draft.name)) drafts.set(draft.name, draft);
    return [...drafts.values()]
      .map((draft) => ({ draft, order: createHash('sha1').update(`${seed} ${draft.name}`).digest('hex') }))
      .toSorted((a, b) => (a.order < b.order ? -1 : 1))
      .slice(0, perKind)
      .map(({ draft: { name, make } }) => ({ name, object: make() }));
  });
}

/** A mutation before it is made: there are many more than are chosen. */
interface Draft {
  readonly name: string;
  readonly make: () => JsonObject;
}

function draftsOf(object: JsonObject): readonly Draft[] {
  return placesIn(object, []).flatMap((path) => {
    const place = path.map((step) => (typeof step === 'number' ? '#' : step)).join('.');
    return editsAt(object, path).map(([what, make]) => ({ name: `${object['kind']}: ${what} at ${place}`, make }));
  });
}

function placesIn(value: Json, path: Path): readonly Path[] {
  const below = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return below.flatMap(([step, child]) => [[...path, step], ...placesIn(child as Json, [...path, step])]);
}

type Edit = readonly [what: string, make: () => JsonObject];

function editsAt(object: JsonObject, path: Path): readonly Edit[] {
  const value = valueAt(object, path);
  const replacements = [null, ...othersThan(value)].filter((other) => other !== value);
  return [
    ['removed', () => put(object, path, undefined)],
    ...replacements.map((other): Edit => [JSON.stringify(other).slice(0, 40), () => put(object, path, other)]),
    ...(typeof path.at(-1) === 'string' ? renamesAt(object, path) : []),
    ...(path.length > 1 ? [['moved up', () => movedUp(object, path)] as const] : []),
  ];
}

/** Names by which people miss a field, and such as no key of a map can have. */
const RENAMES: readonly (readonly [what: string, rename: (name: string) => string])[] = [
  ['misspelt', (name) => `${name.slice(0, -1)}z`],
  ['in capitals', (name) => name.toUpperCase()],
  ['spaced', (name) => `${name} x`],
  ['drawn out', (name) => name + 'k'.repeat(260)],
  ['without a name', () => ''],
  ['slashed', (name) => `a/b/${name}`],
  ['behind dots', (name) => `..${name}`],
];

function renamesAt(object: JsonObject, path: Path): readonly Edit[] {
  const [holder, name] = [path.slice(0, -1), String(path.at(-1))];
  return RENAMES.map(([what, rename]) => [
    what,
    () =>
      changed(object, holder, (parent) =>
        Object.fromEntries(
          Object.entries(parent as JsonObject).map(([key, each]) => [key === name ? rename(key) : key, each]),
        ),
      ),
  ]);
}

/** Out of its parent, to beside it. */
function movedUp(object: JsonObject, path: Path): JsonObject {
  const value = valueAt(object, path) ?? null;
  return changed(put(object, path, undefined), path.slice(0, -2), (grandparent) =>
    Array.isArray(grandparent)
      ? [...grandparent, value]
      : { ...(grandparent as JsonObject), [String(path.at(-1))]: value },
  );
}

/** Names, labels, ports, quantities, durations, addresses, percentages, expressions: each is wrong in most places where texts stand. */
const TEXTS = [
  ...[
    '',
    ' ',
    'Not A Name!',
    ' padded ',
    'UPPER',
    'a.b',
    'a..b',
    'a_b',
    'a/b',
    '-a',
    'a-',
    '.',
    '..',
    'ümlaut',
    'a\nb',
  ],
  ...['a'.repeat(64), 'a'.repeat(254), 'a'.repeat(3000)],
  ...['-1', '0', '123', '10x', '1.5', '1e3', '100Mi', '5m', '1h30', '-5s', '%', '50%', '200%', '-5%'],
  ...['*', '*.example.com', '10.0.0.0/8', '10.0.0.0/99', 'https://x y', '//', '/../', '('],
];
const NUMBERS = [-1, 0, 1, 1.5, 100, 101, 70_000, 2 ** 31, 10_000_000_000, 1e300];
const OTHER_TYPES: readonly Json[] = [42, true, 'text', [], ['a'], [[]], {}, { a: 'b' }];

function othersThan(value: Json | undefined): readonly Json[] {
  if (typeof value === 'string')
    return [...TEXTS, value.toUpperCase(), value.toLowerCase(), value + value, ...OTHER_TYPES];
  if (typeof value === 'number') return [...NUMBERS, '8', '50%', '500%', '100m', ...OTHER_TYPES];
  if (typeof value === 'boolean') return [!value, 'yes', 'true', 1, 0, ...OTHER_TYPES];
  if (Array.isArray(value)) return [...otherLists(value), ...OTHER_TYPES];
  return [...otherMaps(value as JsonObject), ...OTHER_TYPES];
}

function otherLists(list: readonly Json[]): readonly Json[] {
  const [first] = list;
  if (first === undefined) return [];
  const named = (index: number): Json => (isObject(first) ? { ...first, name: `n${index}` } : `x${index}`);
  return [
    [...list, first],
    [...list, null],
    [...list, isObject(first) ? {} : ''],
    Array.from({ length: 300 }, (_, index) => named(index)),
  ];
}

function otherMaps(map: JsonObject): readonly Json[] {
  return [
    { unknown: null, ...map },
    { unknown: 'x', ...map },
    { 'Not A Key!': 'x', ...map },
  ];
}

function valueAt(value: Json | undefined, path: Path): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) return valueAt(value[Number(step)], rest);
  return isObject(value) ? valueAt(value[step], rest) : undefined;
}

/** A copy with another value at a place, or without it. */
function put(object: JsonObject, path: Path, other: Json | undefined): JsonObject {
  const step = path.at(-1) ?? '';
  return changed(object, path.slice(0, -1), (parent) => {
    if (Array.isArray(parent)) return parent.toSpliced(Number(step), 1, ...(other === undefined ? [] : [other]));
    const { [step]: _, ...rest } = parent as JsonObject;
    return other === undefined ? rest : { ...(parent as JsonObject), [step]: other };
  });
}

function changed(object: JsonObject, path: Path, edit: (value: Json) => Json): JsonObject {
  const within = (value: Json, [step, ...rest]: Path): Json => {
    if (step === undefined) return edit(value);
    if (Array.isArray(value)) return value.with(Number(step), within(value[Number(step)] ?? null, rest));
    return { ...(value as JsonObject), [step]: within((value as JsonObject)[step] ?? null, rest) };
  };
  return within(object, path) as JsonObject;
}

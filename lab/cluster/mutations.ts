// Objects with one fault each, made from sound ones: what people get wrong, at every field in turn. The same every time.
import { isObject, type Json, type JsonObject, type Path } from '../../src/lib/json.ts';

export interface Mutation {
  /** What was done, and where. */
  readonly name: string;
  readonly object: JsonObject;
}

/** Up to so many mutations of an object, spread over all of its fields. */
export function mutationsOf(object: JsonObject, most: number): readonly Mutation[] {
  const all = placesIn(object, []).flatMap((path) => mutationsAt(object, path));
  // A step that shares no factor with the length visits all before it comes back.
  const step = all.length > most ? coprimeNear(Math.floor(all.length * GOLDEN), all.length) : 1;
  return Array.from({ length: Math.min(most, all.length) }, (_, index) => all[(index * step) % all.length]).filter(
    (mutation) => mutation !== undefined,
  );
}

const GOLDEN = 0.618;

function coprimeNear(start: number, length: number): number {
  let step = Math.max(1, start);
  while (divisor(step, length) !== 1) step++;
  return step;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Every place below the root but those that say what the object is: a fault there makes it another object, not a wrong one. */
function placesIn(value: Json, path: Path): readonly Path[] {
  const below = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return below.flatMap(([step, child]) => {
    const place = [...path, step];
    return ['apiVersion', 'kind', 'metadata'].includes(place.join('.')) && path.length === 0 && step !== 'metadata'
      ? []
      : [place, ...placesIn(child as Json, place)];
  });
}

function mutationsAt(object: JsonObject, path: Path): readonly Mutation[] {
  const value = at(object, path);
  const named = (what: string, changed: JsonObject): Mutation => ({
    name: `${what} ${path.join('.')}`,
    object: changed,
  });
  const replaced = (what: string, other: Json) => named(what, put(object, path, other));
  return [
    named('removed', put(object, path, undefined)),
    ...(typeof path.at(-1) === 'string' ? [named('misspelt', misspell(object, path))] : []),
    replaced('null at', null),
    ...replacementsOf(value).map((other) => replaced(`${JSON.stringify(other).slice(0, 30)} at`, other)),
    ...(Array.isArray(value) && value[0] !== undefined ? [replaced('first item twice in', [...value, value[0]])] : []),
  ];
}

function replacementsOf(value: Json | undefined): readonly Json[] {
  if (typeof value === 'string')
    return ['', 'Not A Name!', 'a'.repeat(300), ' padded ', '-1', '10x', 42, true, ['a'], { a: 'b' }];
  if (typeof value === 'number') return [-1, 0, 1.5, 70_000, 10_000_000_000, 'text', '8', true];
  if (typeof value === 'boolean') return ['yes', 1, !value];
  if (Array.isArray(value)) return [[], 'text', { a: 'b' }, ['text'], [1]];
  return [{}, 'text', ['a'], 1];
}

function at(value: Json | undefined, path: Path): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) return at(value[Number(step)], rest);
  return isObject(value) ? at(value[step], rest) : undefined;
}

/** A copy with another value at a place, or without it. */
function put(value: JsonObject, path: Path, other: Json | undefined): JsonObject {
  return change(value, path, (parent, step) => {
    if (Array.isArray(parent)) return parent.toSpliced(Number(step), 1, ...(other === undefined ? [] : [other]));
    const { [step]: _, ...rest } = parent as JsonObject;
    return other === undefined ? rest : { ...(parent as JsonObject), [step]: other };
  });
}

function misspell(value: JsonObject, path: Path): JsonObject {
  return change(value, path, (parent, step) =>
    Object.fromEntries(
      Object.entries(parent as JsonObject).map(([name, each]) => [
        name === step ? `${name.slice(0, -1)}z` : name,
        each,
      ]),
    ),
  );
}

function change(value: Json, path: Path, edit: (parent: Json, step: string | number) => Json): JsonObject {
  const [step = '', ...rest] = path;
  if (rest.length === 0) return edit(value, step) as JsonObject;
  if (Array.isArray(value))
    return value.with(Number(step), change(value[Number(step)] ?? null, rest, edit)) as unknown as JsonObject;
  const object = value as JsonObject;
  return { ...object, [step]: change(object[step] ?? null, rest, edit) };
}

// Whether one alternative of a route's match takes everything that another one takes.
import { isObject } from '../lib/json.ts';
import { admits, beginsPath, implies, type WholeMatch } from './matcher.ts';
import type { Condition, Matcher, Range, RouteMatch, Scalar } from './schema-types.ts';

/** What is known of every request of a gateway. */
export interface MatchScene {
  /** The consumers that are admitted. */
  readonly consumers: readonly string[];
  /** The hosts that its listeners serve; undefined where they are not a list of exact ones. */
  readonly hosts: readonly string[] | undefined;
  /** The names by which a model is asked for, its own among them. */
  readonly namesOf: (model: string) => readonly string[];
  readonly whole: WholeMatch;
}

/** Whether it is certain that `wide` takes every request that `narrow` takes. False where that cannot be proved. */
export function matchImplies(narrow: RouteMatch, wide: RouteMatch, scene: MatchScene): boolean {
  return (
    modelImplies(narrow.model, wide.model, scene) &&
    (wide.method === undefined || narrow.method === wide.method) &&
    implies(narrow.path, wide.path, scene.whole, beginsPath) &&
    hostImplies(narrow.host, wide.host, scene) &&
    inputImplies(narrow.input, wide.input) &&
    headersImply(narrow.headers, wide.headers, scene) &&
    parametersImply(narrow.parameters, wide.parameters) &&
    consumersImply(narrow.consumers, wide.consumers, scene)
  );
}

function modelImplies(narrow: Matcher | undefined, wide: Matcher | undefined, { namesOf, whole }: MatchScene): boolean {
  if (typeof narrow !== 'string' || wide === undefined) return implies(narrow, wide, whole);
  return namesOf(narrow).every((name) =>
    typeof wide === 'string' ? namesOf(wide).includes(name) : admits(wide, name, whole),
  );
}

function hostImplies(narrow: Matcher | undefined, wide: Matcher | undefined, { hosts, whole }: MatchScene): boolean {
  if (wide === undefined || implies(narrow, wide, whole)) return true;
  return hosts?.every((host) => admits(wide, host, whole)) ?? false;
}

function inputImplies(narrow: RouteMatch['input'], wide: RouteMatch['input']): boolean {
  if (wide === undefined) return true;
  if (wide.type !== undefined && narrow?.type !== wide.type) return false;
  return rangeImplies(narrow?.tokens, wide.tokens) && rangeImplies(narrow?.characters, wide.characters);
}

/** Ranges of counts, which are never below 0. */
function rangeImplies(narrow: Range | undefined, wide: Range | undefined): boolean {
  return within({ min: 0, ...narrow }, { ...wide, min: wide?.min || Number.NEGATIVE_INFINITY });
}

function within(narrow: Range, wide: Range): boolean {
  const lowest = narrow.min ?? Number.NEGATIVE_INFINITY;
  const highest = narrow.max ?? Number.POSITIVE_INFINITY;
  return lowest >= (wide.min ?? Number.NEGATIVE_INFINITY) && highest <= (wide.max ?? Number.POSITIVE_INFINITY);
}

function headersImply(narrow: RouteMatch['headers'], wide: RouteMatch['headers'], { whole }: MatchScene): boolean {
  if (wide === undefined) return true;
  const given = new Map(Object.entries(narrow ?? {}).map(([name, matcher]) => [name.toLowerCase(), matcher]));
  return Object.entries(wide).every(([name, matcher]) => implies(given.get(name.toLowerCase()), matcher, whole));
}

function parametersImply(narrow: RouteMatch['parameters'], wide: RouteMatch['parameters']): boolean {
  return Object.entries(wide ?? {}).every(([name, condition]) => conditionImplies(narrow?.[name], condition));
}

function conditionImplies(narrow: Condition | undefined, wide: Condition): boolean {
  if (narrow === undefined) return false;
  const values = valuesOf(narrow);
  if (values !== undefined) return values.every((value) => fulfils(value, wide));
  return valuesOf(wide) === undefined && within(narrow as Range, wide as Range);
}

/** The only values that a condition allows; undefined for a range. */
function valuesOf(condition: Condition): readonly Scalar[] | undefined {
  if (!isObject(condition)) return [condition as Scalar];
  return 'in' in condition ? (condition as { readonly in: readonly Scalar[] }).in : undefined;
}

function fulfils(value: Scalar, condition: Condition): boolean {
  const values = valuesOf(condition);
  if (values !== undefined) return values.includes(value);
  return typeof value === 'number' && within({ min: value, max: value }, condition as Range);
}

function consumersImply(
  narrow: readonly string[] | undefined,
  wide: readonly string[] | undefined,
  { consumers }: MatchScene,
): boolean {
  if (wide === undefined) return true;
  const admitted = narrow?.filter((name) => consumers.includes(name)) ?? consumers;
  return admitted.length > 0 && admitted.length <= wide.length && admitted.every((name) => wide.includes(name));
}

// Conditions of policies in CEL: read once, asked of many resources, bounded in what they may cost.
import { type CelInput, celEnv, celList, celMap, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import type { Resource } from '../../config/model.ts';
import { fieldsOf } from '../../config/schema-fields.ts';
import type { Kind } from '../../config/schema-types.ts';
import { isObject, type Json, type Path } from '../../lib/json.ts';
import { nearest } from '../../lib/nearest.ts';
import { type Expression, expressionsIn, nestingOf, pathsIn } from './expression.ts';

const environment = celEnv({ funcs: [...strings] });

/** Longer conditions are refused. */
const longest = 2000;
/** Steps that one condition may take on one resource, counted before it runs. */
const mostSteps = 5_000_000;

/** A condition that was read. Its answer: whether it holds, or, in words, why nobody can tell. */
export type Condition = (resource: Resource) => boolean | { readonly reason: string };

/** A condition, and the ways from the resource to what it looks at. */
export interface ReadCondition {
  readonly ask: Condition;
  readonly paths: readonly Path[];
}

/** Reads a condition whose only variable is `resource`, of one kind. What is wrong with it is told in words. */
export function conditionOf(text: string, kind: Kind): ReadCondition | { readonly reason: string } {
  if (text.length > longest) return { reason: `it is longer than ${longest} characters` };
  try {
    const { expr } = parse(text);
    const unknown = unknownPath(expr, kind);
    return unknown === undefined ? { ask: asking(expr, kind), paths: pathsIn(expr, 'resource') } : { reason: unknown };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function asking(expr: Expression, kind: Kind): Condition {
  const run = plan(environment, expr);
  const size = expressionsIn(expr).length;
  const nesting = nestingOf(expr);
  const decimals = decimalsOf(kind);
  return (resource) => {
    const value = documentOf(resource);
    if (nesting > 0 && size * Math.max(size, largestCollection(value)) ** nesting > mostSteps) {
      return { reason: 'it would take too many steps on so large a resource' };
    }
    try {
      const answer = run({ resource: celOf(value, [], decimals) });
      if (isCelError(answer)) return { reason: reasonOf(answer) };
      return typeof answer === 'boolean' ? answer : { reason: 'its value is neither true nor false' };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  };
}

/** What `resource` stands for: with the defaults. */
function documentOf({ kind, metadata, spec }: Resource): Json {
  return { kind, metadata, spec } as unknown as Json;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^<input>:(\d+):(\d+): /, 'at column $2, ')
    .replace(/\s+/g, ' ')
    .slice(0, 200);
}

/** The first path of the condition that resources of the kind cannot have. */
function unknownPath(expr: Expression, kind: Kind): string | undefined {
  const children = childrenOf(kind);
  for (const path of pathsIn(expr, 'resource')) {
    let here = '';
    for (const step of path) {
      const known = children.get(here);
      if (known === undefined || known.has('*')) break;
      if (!known.has(step)) {
        const meant = nearest(step, known);
        const place = `resource${here}`;
        return `${place} has no field ${step}${meant === undefined ? `; it has ${[...known].join(', ')}` : `; did you mean ${meant}?`}`.replace(
          /\?$/,
          '',
        );
      }
      here = `${here}.${step}`;
    }
  }
  return undefined;
}

/** The keys below each place of a kind's documents that has any: known ones, or `*` for items and people's own. */
function childrenOf(kind: Kind): ReadonlyMap<string, ReadonlySet<string>> {
  const children = new Map<string, Set<string>>([['', new Set(['kind', 'metadata', 'spec'])]]);
  for (const { path } of fieldsOf(kind)) {
    let here = '';
    for (const step of path) {
      const known = children.get(here) ?? new Set();
      children.set(here, known.add(step));
      here = `${here}.${step}`;
    }
  }
  return children;
}

/** The places of numbers that need not be whole: a price of 10 is as much a double as one of 2.5. */
function decimalsOf(kind: Kind): ReadonlySet<string> {
  const numbers = fieldsOf(kind).filter(({ node }) => node.type === 'number');
  return new Set(numbers.map(({ path }) => path.join('.')));
}

function celOf(value: Json, path: readonly string[], decimals: ReadonlySet<string>): CelInput {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !decimals.has(path.join('.')) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) {
    const below = [...path, '*'];
    return celList((value as readonly Json[]).map((item) => celOf(item, below, decimals)));
  }
  if (!isObject(value)) return value;
  return celMap(new Map(Object.entries(value).map(([key, child]) => [key, celOf(child, [...path, key], decimals)])));
}

function largestCollection(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items = Object.values(value) as readonly Json[];
  return items.reduce((most: number, item) => Math.max(most, largestCollection(item)), items.length);
}

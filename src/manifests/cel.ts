import {
  CelScalar,
  type CelValue,
  celEnv,
  celFunc,
  celList,
  celMap,
  celMethod,
  isCelError,
  parse,
  plan,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import type { Json, JsonObject } from '../lib/json.ts';
import { isObject } from '../lib/json.ts';
import { compileLinearPattern } from '../lib/linear-pattern.ts';
import { isIpv4, isIpv6 } from './formats.ts';
import { parseQuantity } from './quantity.ts';
import { childOf, type Structure } from './structure.ts';

const { BOOL, INT, STRING } = CelScalar;

/**
 * The functions that the API server adds to CEL, as far as the rules of our schemas call them
 * (kubernetes.io/docs/reference/using-api/cel, Kubernetes v1.36). Quantities are integers in billionths, and URLs stay
 * the text that they were checked to be: no rule can tell the difference.
 */
const kubernetesFunctions = [
  // CEL has both forms; the package brings the method alone.
  celFunc('matches', [STRING, STRING], BOOL, (text, pattern) => compileLinearPattern(pattern).test(text)),
  celFunc('isIP', [STRING], BOOL, (text) => isIpv4(text) || isIpv6(text)),
  celFunc('isURL', [STRING], BOOL, isUrl),
  celFunc('url', [STRING], STRING, (text) => {
    if (!isUrl(text)) throw new Error(`"${text}" is not a URL`);
    return text;
  }),
  celMethod('getScheme', STRING, [], STRING, function getScheme() {
    return new URL(this).protocol.replace(/:$/, '');
  }),
  celMethod('getHostname', STRING, [], STRING, function getHostname() {
    return new URL(this).hostname.replace(/^\[(.*)\]$/, '$1');
  }),
  celFunc('isQuantity', [STRING], BOOL, (text) => parseQuantity(text) !== undefined),
  celFunc('quantity', [STRING], INT, (text) => {
    const quantity = parseQuantity(text);
    if (quantity === undefined) throw new Error(`"${text}" is not a quantity`);
    return quantity;
  }),
  celMethod('isLessThan', INT, [INT], BOOL, function isLessThan(other) {
    return this < other;
  }),
  celMethod('isGreaterThan', INT, [INT], BOOL, function isGreaterThan(other) {
    return this > other;
  }),
];

const environment = celEnv({ funcs: [...strings, ...kubernetesFunctions] });

/** A rule ready to be asked about a value: true, or what is wrong. */
export type PlannedRule = (self: CelValue) => CelValue | Error;

/** Reads an expression whose only variable is `self`. Throws on a text that is no CEL. */
export function planExpression(expression: string): PlannedRule {
  const run = plan(environment, parse(expression));
  return (self) => {
    const result = run({ self });
    return isCelError(result) ? new Error(result.message) : result;
  };
}

/** A call as an expression makes it: `name(…)`, or `target.name(…)` with so many arguments. */
export interface Call {
  readonly name: string;
  readonly onTarget: boolean;
  readonly arguments: number;
}

/** True where the API server's CEL, as built here, has a function or method that takes such a call. */
export function hasFunction(call: Call): boolean {
  const overloads = [...(environment.funcs.find(call.name) ?? [])];
  return overloads.some(
    ({ target, arguments: types }) => (target !== undefined) === call.onTarget && types.length === call.arguments,
  );
}

/** Words that CEL keeps for itself and that are therefore escaped as field names. */
const reserved = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** The name by which a rule speaks of a declared field (`namespace` is `__namespace__`). */
export function escapeFieldName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

function isUrl(text: string): boolean {
  return URL.canParse(text);
}

/**
 * JSON as the API server's CEL sees it: whole numbers are int, and declared field names are escaped. `made` keeps what
 * was converted, since rules of outer and inner values see the same parts.
 */
export function celValueOf(value: Json, structure: Structure | undefined, made: WeakMap<object, CelValue>): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  const converted = isObject(value)
    ? celMapOf(value, structure, made)
    : celListOf(value as readonly Json[], structure, made);
  made.set(value, converted);
  return converted;
}

function celListOf(
  value: readonly Json[],
  structure: Structure | undefined,
  made: WeakMap<object, CelValue>,
): CelValue {
  return celList(value.map((item) => celValueOf(item, structure?.items, made)));
}

function celMapOf(value: JsonObject, structure: Structure | undefined, made: WeakMap<object, CelValue>): CelValue {
  const entries = new Map<string, CelValue>();
  for (const [key, child] of Object.entries(value)) {
    const declared = structure?.properties !== undefined && Object.hasOwn(structure.properties, key);
    entries.set(declared ? escapeFieldName(key) : key, celValueOf(child, childOf(structure, key), made));
  }
  return celMap(entries);
}

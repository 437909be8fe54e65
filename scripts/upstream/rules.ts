import { parse } from '@bufbuild/cel';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { isObject } from '../../src/lib/json.ts';
import { type Call, hasFunction, planExpression } from '../../src/manifests/cel.ts';
import type { Schema } from './compact.ts';

type Expression = ReturnType<typeof parse>['expr'];

/** A rule left out, and where it stood. */
export interface OmittedRule {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

/** Operators and macros of CEL, which the planner resolves without a function of that name. */
const builtIn = new Set(['_?_:_', '_&&_', '_||_', '_[_]', '@not_strictly_false', '__not_strictly_false__']);

/**
 * Takes out the rules that compare with an object's former state, which a new object has none of, and answers which
 * they were. Throws, naming all of them, where a rule cannot be evaluated by `src/manifests/cel.ts`.
 */
export function checkRules(schema: Schema, name: string): OmittedRule[] {
  const omitted: OmittedRule[] = [];
  const faults: string[] = [];
  visitRules(schema, name, (holder, path) => {
    const rules = holder['x-kubernetes-validations'];
    if (!Array.isArray(rules)) return;
    const lasting = (rules as readonly Json[])
      .filter((rule) => isObject(rule))
      .filter((rule) => {
        const text = String(rule['rule']);
        const expression = read(text);
        if (expression !== undefined && namesIn(expression).identifiers.has('oldSelf')) {
          omitted.push({ path, rule: text, reason: 'compares with the former object; a new one has none' });
          return false;
        }
        faults.push(...faultsOf(rule, holder).map((fault) => `${path}: ${text}: ${fault}`));
        return true;
      });
    if (lasting.length > 0) holder['x-kubernetes-validations'] = lasting;
    else delete holder['x-kubernetes-validations'];
  });
  if (faults.length > 0) throw new Error(`These rules cannot be evaluated:\n${faults.join('\n')}`);
  return omitted;
}

/** The expression, or undefined where the text is none; what is wrong with it is told by `faultsOf`. */
function read(text: string): Expression | undefined {
  try {
    return parse(text).expr;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function faultsOf(rule: JsonObject, holder: JsonObject): string[] {
  const unknown = Object.keys(rule).filter(
    (key) => !['rule', 'message', 'messageExpression', 'fieldPath', 'reason'].includes(key),
  );
  const faults = unknown.map((key) => `the property ${key} is not known`);
  for (const expression of [rule['rule'], rule['messageExpression']]) {
    if (typeof expression !== 'string') continue;
    try {
      planExpression(expression);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      continue;
    }
    const { calls, fields } = namesIn(parse(expression).expr);
    for (const call of calls) {
      if (!builtIn.has(call.name) && !hasFunction(call)) faults.push(`the function ${call.name} is not there`);
    }
    const converted = fieldsOfOtherTypes(holder);
    for (const name of fields) {
      if (converted.has(name)) faults.push(`the field ${name} has a type that JSON alone does not tell`);
    }
  }
  return faults;
}

/** Fields whose CEL type differs from what their JSON looks like: real numbers, times, bytes. */
function fieldsOfOtherTypes(schema: JsonObject, found: Set<string> = new Set()): ReadonlySet<string> {
  const properties = schema['properties'];
  for (const [name, property] of isObject(properties) ? Object.entries(properties) : []) {
    if (!isObject(property)) continue;
    const type = property['type'];
    const format = property['format'];
    if (type === 'number' || format === 'date-time' || format === 'byte' || format === 'duration') found.add(name);
    fieldsOfOtherTypes(property, found);
  }
  for (const keyword of ['items', 'additionalProperties']) {
    const child = schema[keyword];
    if (isObject(child)) fieldsOfOtherTypes(child, found);
  }
  return found;
}

interface Names {
  readonly identifiers: Set<string>;
  readonly calls: Call[];
  /** Fields whose values are read; a mere test of presence does not count. */
  readonly fields: Set<string>;
}

function namesIn(expression: Expression, names: Names = noNames()): Names {
  const kind = expression.exprKind;
  if (kind.case === 'identExpr') names.identifiers.add(kind.value.name);
  if (kind.case === 'callExpr') {
    const { function: name, target, args } = kind.value;
    names.calls.push({ name, onTarget: target !== undefined, arguments: args.length });
  }
  if (kind.case === 'selectExpr' && !kind.value.testOnly) names.fields.add(kind.value.field);
  for (const part of partsOf(expression)) namesIn(part, names);
  return names;
}

function noNames(): Names {
  return { identifiers: new Set(), calls: [], fields: new Set() };
}

function partsOf({ exprKind: kind }: Expression): Expression[] {
  switch (kind.case) {
    case 'callExpr':
      return present([kind.value.target, ...kind.value.args]);
    case 'selectExpr':
      return present([kind.value.operand]);
    case 'listExpr':
      return kind.value.elements;
    case 'structExpr':
      return present(
        kind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === 'mapKey' ? keyKind.value : undefined,
          value,
        ]),
      );
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
      return present([iterRange, accuInit, loopCondition, loopStep, result]);
    }
    default:
      return [];
  }
}

function present(expressions: readonly (Expression | undefined)[]): Expression[] {
  return expressions.filter((expression) => expression !== undefined);
}

function visitRules(schema: Schema, path: string, visit: (holder: Schema, path: string) => void): void {
  visit(schema, path);
  const properties = schema['properties'];
  if (isObject(properties)) {
    for (const [name, child] of Object.entries(properties))
      if (isObject(child)) visitRules(child, `${path}.${name}`, visit);
  }
  for (const keyword of ['items', 'additionalProperties']) {
    const child = schema[keyword];
    if (isObject(child)) visitRules(child, keyword === 'items' ? `${path}[*]` : `${path}.*`, visit);
  }
}

import type { CelValue } from '@bufbuild/cel';
import type { Json, Path } from '../lib/json.ts';
import { celValueOf, type PlannedRule, planExpression } from './cel.ts';
import type { ManifestProblem } from './problem.ts';
import type { Rule, Structure } from './structure.ts';

/** A value that has rules. */
export interface RuledValue {
  readonly value: Json;
  readonly structure: Structure;
  readonly path: Path;
}

const plans = new WeakMap<Rule, PlannedRule>();
const messagePlans = new WeakMap<Rule, PlannedRule>();

/** Asks every rule of every value. A rule that fails to give an answer counts as broken, as in the API server. */
export function ruleProblems(values: readonly RuledValue[]): ManifestProblem[] {
  const made = new WeakMap<object, CelValue>();
  return values.flatMap(({ value, structure, path }) => {
    const self = celValueOf(value, structure, made);
    return (structure.rules ?? []).flatMap((rule) => {
      const answer = planned(rule, rule.rule, plans)(self);
      return answer === true ? [] : [problemOf(rule, self, path, answer)];
    });
  });
}

function problemOf(rule: Rule, self: CelValue, path: Path, answer: CelValue | Error): ManifestProblem {
  const reason = answer instanceof Error ? ` The rule could not be evaluated: ${answer.message}.` : '';
  const below = rule.fieldPath === undefined ? [] : fieldPathSteps(rule.fieldPath);
  return { path: [...path, ...below], rule: 'cel', message: `${sentence(messageOf(rule, self))}${reason}` };
}

function messageOf(rule: Rule, self: CelValue): string {
  if (rule.messageExpression !== undefined) {
    const text = planned(rule, rule.messageExpression, messagePlans)(self);
    if (typeof text === 'string' && text.trim() !== '') return text;
  }
  return rule.message ?? `The rule does not hold: ${rule.rule}`;
}

function sentence(message: string): string {
  const text = message.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A path as rules write it: `.spec.ports` or `.metadata.labels['app']`. */
function fieldPathSteps(text: string): Path {
  return [...text.matchAll(/\.([^.[\]]+)|\['([^']*)'\]/g)].map((match) => match[1] ?? match[2] ?? '');
}

function planned(rule: Rule, expression: string, cache: WeakMap<Rule, PlannedRule>): PlannedRule {
  const known = cache.get(rule);
  if (known) return known;
  const plan = planExpression(expression);
  cache.set(rule, plan);
  return plan;
}

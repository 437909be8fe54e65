// What is wrong with single values, told to people.
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Place } from '../diagnostics/source.ts';
import { isObject, type Json } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import * as kinds from './schema-diagnostics.ts';
import { type Problem, problemsOf, type ValueFault } from './schema-problem.ts';
import type { Rule } from './schema-rule.ts';
import { exampleOf, expected, fieldName, flow, given, written } from './schema-words.ts';

/** The finding for a wrong value at `place`. */
export function tellValue(kind: ValueFault, problem: Problem, place: Place): Diagnostic {
  const { rule, value, path } = problem;
  const secret = problem.secret || holdsPassword(value);
  const field = fieldName(path);
  const text = secret ? 'not right' : written(value);
  const help = helpFor(problem, place);
  const expectation = { field, given: text, expected: expected(rule), help };
  const extra = { sensitive: secret };
  switch (kind) {
    case 'type':
      return raise(kinds.wrongType, secret ? expectation : { ...expectation, given: given(value) }, place, extra);
    case 'alternative':
      return raise(kinds.noAlternative, expectation, place, extra);
    case 'range':
      return raise(kinds.outOfRange, expectation, place, extra);
    case 'text':
      return raise(kinds.malformedText, { ...expectation, expected: expectedText(rule, value) }, place, extra);
    case 'few':
      return raise(
        kinds.tooFew,
        { field, given: Array.isArray(value) ? 'an empty list' : 'empty', help },
        place,
        extra,
      );
    case 'repeated':
      return raise(kinds.repeatedItem, { given: text, field: fieldName(path.slice(0, -1)) }, place, extra);
    case 'value':
      return raise(kinds.unknownValue, { field, given: text, ...choices(rule, value) }, place, extra);
  }
}

/** A URL with a user's name and password in it. */
function holdsPassword(value: Json): boolean {
  return typeof value === 'string' && /\/\/[^/\s]*@/.test(value);
}

function expectedText(rule: Rule, value: Json): string {
  const { maxLength } = rule.node;
  if (typeof value === 'string' && maxLength !== undefined && value.length > maxLength) {
    return `text of at most ${maxLength} characters`;
  }
  if (rule.meaning !== undefined) return expected(rule);
  const example = exampleOf(rule.node);
  return value === '' || example === undefined ? 'text that is not empty' : `text such as ${example}`;
}

function choices(rule: Rule, value: Json) {
  const values = [...(rule.values ?? [])];
  const texts = values.filter((one) => typeof one === 'string');
  const suggestion = typeof value === 'string' ? nearest(value, texts) : undefined;
  return { suggestion, values: values.map(flow).join(', ') };
}

function helpFor({ kind, rule, value, path, secret }: Problem, { source, span }: Place): string {
  if (value === null) return 'Give it a value, or remove the key.';
  if (kind === 'few') return fewHelp(rule, value);
  const conversion =
    kind === 'type' && !secret ? conversionFor(rule, value, source.text.slice(span.start, span.end)) : undefined;
  if (conversion !== undefined) return conversion;
  const example = exampleOf(rule.node);
  const key = path.at(-1);
  if (example === undefined) return fieldsHelp(rule) ?? rule.node.description ?? `Write ${expected(rule)}.`;
  return typeof key === 'string' ? `Write, for example, ${key}: ${example}` : `Write, for example, ${example}`;
}

function fieldsHelp({ node }: Rule): string | undefined {
  const fields = Object.keys(node.properties ?? {});
  return fields.length === 0 ? undefined : `Its fields are ${fields.join(', ')}.`;
}

function fewHelp({ node }: Rule, value: Json): string {
  if (!isObject(value)) return `List at least ${node.minItems === 1 ? 'one' : node.minItems}.`;
  return `Give it ${Object.keys(node.properties ?? {}).join(' or ') || 'an entry'}, or leave it out.`;
}

/** How the value as written becomes one of the right type, where that is plain. */
function conversionFor(rule: Rule, value: Json, raw: string): string | undefined {
  const fits = (other: Json): boolean => problemsOf(rule, other, 1).length === 0;
  if (fits([value]))
    return isObject(value)
      ? 'Put a hyphen before it: it is the first item of a list.'
      : `Put it in a list: [${flow(value)}]`;
  if (typeof value === 'object') return undefined;
  if (typeof value !== 'string' && fits(raw)) return `Put it in quotes: "${raw}"`;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (fits(Number(value))) return `Write it without quotes: ${Number(value)}`;
  if (fits(true) && /^(yes|on|true|no|off|false)$/i.test(value)) return `Write ${/^(yes|on|true)$/i.test(value)}.`;
  return undefined;
}

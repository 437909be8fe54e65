// What every field of the language must bring along: it is editor help, reference page and findings in one.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { compileLinearPattern } from '../lib/linear-pattern.ts';
import { languageBundle } from './schema-bundle.ts';
import type { SchemaField } from './schema-field.ts';
import { fieldsOf } from './schema-fields.ts';
import { language, overlayLanguage } from './schema-language.ts';
import { flatten, type SchemaNode } from './schema-node.ts';
import { problemsOf } from './schema-problem.ts';
import { ruleOf } from './schema-rule.ts';
import { KINDS } from './schema-types.ts';

const fields = KINDS.flatMap(fieldsOf);

/** Every node of the schemas. */
const nodes = [...Object.values(language().definitions), ...Object.values(language().kinds)].flatMap(nodesIn);

function nodesIn(node: SchemaNode): SchemaNode[] {
  const { items, additionalProperties, propertyNames, not, properties, oneOf, anyOf, allOf } = node;
  const below = [items, additionalProperties, propertyNames, not, ...Object.values(properties ?? {})];
  const inside = [...below, ...(oneOf ?? []), ...(anyOf ?? []), ...(allOf ?? [])];
  return [node, ...inside.flatMap((child) => (typeof child === 'object' ? nodesIn(child) : []))];
}

function without(what: (field: SchemaField) => unknown): string[] {
  return fields.filter((field) => !what(field)).map(({ kind, name }) => `${kind}.${name}`);
}

describe('every field of the language', () => {
  test('has a description that is a sentence', () => {
    expect(fields.length).toBeGreaterThan(400);
    expect(without(({ description }) => /^\S.{2,}[.]$/s.test(description))).toEqual([]);
  });

  test('has an example or a default, or fields below it that have', () => {
    expect(
      without(({ branch, examples, default: value }) => branch || examples.length > 0 || value !== undefined),
    ).toEqual([]);
  });

  test('says the unit of its number', () => {
    const isNumber = ({ node }: SchemaField) =>
      [node.type].flat().some((type) => type === 'number' || type === 'integer');
    const saysUnit = ({ unit, description }: SchemaField) =>
      unit ?? /\b(unit|units|percent|seconds|value)\b/.test(description);
    expect(without((field) => !isNumber(field) || saysUnit(field))).toEqual([]);
  });

  test('has examples and a default that are right', () => {
    const schemas = language();
    const wrong = [...fields.map(({ node }) => node), ...nodes].flatMap((node) => {
      const values = [...(node.examples ?? []), ...(node.default === undefined ? [] : [node.default])];
      return values.filter((value) => problemsOf(ruleOf(node, schemas), value, 1).length > 0);
    });
    expect(wrong).toEqual([]);
  });

  test('has regular expressions for examples where it asks for them', () => {
    const expressions = fields.filter(({ node }) => node['x-regex'] === true).flatMap(({ examples }) => examples);
    expect(expressions.length).toBeGreaterThan(2);
    for (const example of expressions) expect(() => compileLinearPattern(String(example))).not.toThrow();
  });

  test('has a name of its own within its kind', () => {
    const names = fields.map(({ kind, path }) => `${kind} ${path.join('.')}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('the schemas', () => {
  const patterns = [...new Set(nodes.flatMap(({ pattern }) => pattern ?? []))];

  test.each(patterns)('%s answers at once, whatever the text', (pattern) => {
    const expression = new RegExp(pattern, 'u');
    const pieces = [
      ...new Set([...'aA0-.:/@_*s ', 'a.', '-a', 'a-', ':a', 'https://', ...pattern.replaceAll(/[^\w]/g, '')]),
    ];
    const started = performance.now();
    for (const piece of pieces) for (const end of ['', '\u0000']) expression.test(piece.repeat(20_000) + end);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('want no two items alike only where items are plain values', () => {
    const lists = nodes.filter(({ uniqueItems }) => uniqueItems);
    const types = lists
      .map(({ items = {} }) => flatten(items, language()))
      .map(({ enum: values, type }) => type ?? typeof values?.[0]);
    expect(new Set(types)).toEqual(new Set(['string']));
  });

  test('make overlays of every kind but the two that say what environments are', () => {
    const without = KINDS.filter((kind) => !overlayLanguage().kinds[kind]);
    expect(without).toEqual(['Repository', 'Environment']);
  });
});

describe('the published schema', () => {
  const bundle = languageBundle(language());
  const text = readFileSync('schemas/aigw.schema.json', 'utf8');

  test('is the committed file', () => expect(JSON.parse(text)).toEqual(bundle));

  test('is sound draft-07 in the strictest mode of ajv, with nothing of our own in it', () => {
    const complaints: unknown[] = [];
    const complain = (words: unknown) => complaints.push(words);
    const ajv = new Ajv({ strict: true, logger: { log: complain, warn: complain, error: complain } });
    expect(ajv.validateSchema(bundle)).toBe(true);
    expect(() => ajv.compile(bundle)).not.toThrow();
    expect(complaints).toEqual([]);
    expect(text).not.toMatch(/"x-(ref|unit|map|mention|message|regex|secret|environment|wildcard)"/);
  });
});

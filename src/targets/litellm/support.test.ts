import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../config/schema-fields.ts';
import { KINDS, type Kind } from '../../config/schema-types.ts';
import { support } from './support.ts';

/** Kinds that no gateway puts to use. */
const BESIDE: readonly Kind[] = ['Repository', 'Environment', 'Policy'];

const fields = KINDS.filter((kind) => !BESIDE.includes(kind)).flatMap((kind) =>
  fieldsOf(kind).filter(({ path, name }) => path[0] === 'spec' && name !== 'onUnsupported'),
);

function decides(kind: string, name: string): boolean {
  const steps = name.split('.');
  return steps.some((_, index) => support[`${kind}.${steps.slice(0, index + 1).join('.')}`] !== undefined);
}

describe('the support table', () => {
  test('has an answer for every field of the language', () => {
    const unanswered = fields.filter(({ kind, name }) => support[kind] === undefined && !decides(kind, name));
    expect(unanswered.map(({ kind, name }) => `${kind}.${name}`)).toEqual([]);
  });

  test('speaks of no field that the language lacks', () => {
    const names = new Set<string>([...KINDS, ...fields.map(({ kind, name }) => `${kind}.${name}`)]);
    expect(Object.keys(support).filter((key) => !names.has(key))).toEqual([]);
  });

  test('gives reasons that end a sentence', () => {
    const reasons = Object.values(support).flatMap((rule) => ('reason' in rule ? [rule.reason] : []));
    expect(reasons.filter((reason) => !reason.endsWith('.'))).toEqual([]);
  });
});

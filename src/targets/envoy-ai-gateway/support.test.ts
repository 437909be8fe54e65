import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../config/schema-fields.ts';
import { KINDS } from '../../config/schema-types.ts';
import { support } from './support.ts';

const fields = KINDS.flatMap((kind) => fieldsOf(kind).filter(({ path }) => path[0] === 'spec'));

function entryFor(kind: string, name: string): string | undefined {
  const steps = [kind, ...name.split('.')];
  for (let length = steps.length; length > 0; length--) {
    const key = steps.slice(0, length).join('.');
    if (support[key] !== undefined) return key;
  }
  return undefined;
}

describe('the support table', () => {
  test('has an answer for every field of the language', () => {
    const unanswered = fields.filter(({ kind, name }) => entryFor(kind, name) === undefined);
    expect(unanswered.map(({ kind, name }) => `${kind}.${name}`)).toEqual([]);
  });

  test('speaks of no field that the language lacks', () => {
    const names = new Set<string>([...KINDS, ...fields.map(({ kind, name }) => `${kind}.${name}`)]);
    expect(Object.keys(support).filter((key) => !names.has(key))).toEqual([]);
  });

  test('gives reasons in full sentences', () => {
    const reasons = Object.values(support).flatMap((rule) => ('reason' in rule ? [rule.reason] : []));
    expect(reasons.length).toBeGreaterThan(30);
    expect(reasons.filter((reason) => !/^[A-Z].*\.$/s.test(reason) && !reason.startsWith('aigw '))).toEqual([]);
  });
});

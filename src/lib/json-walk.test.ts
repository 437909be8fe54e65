import { expect, test } from 'vitest';
import { formatPath, type Json } from './json.ts';
import { walkCollections } from './json-walk.ts';

function visited(root: Json | undefined, isForeign: (step: string | number) => boolean = () => false): string[] {
  const seen: string[] = [];
  walkCollections(
    root,
    ['spec'],
    (_, path) => seen.push(formatPath(path)),
    (_, step) => isForeign(step),
  );
  return seen;
}

test('visits lists and maps, outer ones first', () => {
  expect(visited({ a: [{ b: {} }, 1, null], c: 'text', d: {} })).toEqual([
    'spec',
    'spec.a',
    'spec.a[0]',
    'spec.a[0].b',
    'spec.d',
  ]);
});

test('leaves out what is foreign, with all below it', () => {
  expect(visited({ targets: { x: {} }, own: {} }, (step) => step === 'targets')).toEqual(['spec', 'spec.own']);
});

test('visits nothing where there is no list and no map', () => {
  for (const root of [undefined, null, 'text', 1]) expect(visited(root)).toEqual([]);
});

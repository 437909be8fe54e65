import { describe, expect, test } from 'vitest';
import type { Path } from '../lib/json.ts';
import type { Facet } from './document.ts';
import { readDocuments } from './read-documents.ts';

const text = `# A route, a model
kind: Route
metadata:
  name: faq   # the name
  labels: {}
spec:
  match:
    - model: "small"
      input: {tokens: {max: 2000}}
    - &second
      name: second
      weight: 10
  empty:
  alias: *second
  'quoted key': |2- # a block
    two
     lines

  folded: >
    one
  flow: [a, {name: b, c: [d, "e"]}, # comment ]
    f,
    ]
---
- 1
- [2, 3]
-
- &x
---
kind: Model
spec:
  text: last
`;

/** The text that a place covers. */
function at(path: Path, facet?: Facet, document = 0): string {
  const { documents } = readDocuments({ path: 'aigw.yaml', text });
  const place = documents[document]?.placeOf(path, facet);
  return text.slice(place?.span.start, place?.span.end);
}

describe('the place of a value', () => {
  test.each<[Path, string]>([
    [['kind'], 'Route'],
    [['metadata', 'name'], 'faq'],
    [['metadata', 'labels'], '{}'],
    [['spec', 'match', 0, 'model'], '"small"'],
    [['spec', 'match', 0, 'input', 'tokens'], '{max: 2000}'],
    [['spec', 'match', 1], 'name: second\n      weight: 10'],
    [['spec', 'alias'], '*second'],
    [['spec', 'alias', 'weight'], '10'],
    [['spec', 'quoted key'], '|2- # a block\n    two\n     lines'],
    [['spec', 'folded'], '>\n    one'],
    [['spec', 'flow'], '[a, {name: b, c: [d, "e"]}, # comment ]\n    f,\n    ]'],
    [['spec', 'flow', 1], '{name: b, c: [d, "e"]}'],
    [['spec', 'flow', 1, 'c', 1], '"e"'],
    [['spec', 'empty'], 'empty'],
  ])('%j', (path, covered) => {
    expect(at(path)).toBe(covered);
  });

  test('in later documents', () => {
    expect(at([1, 0], 'value', 1)).toBe('2');
    expect(at(['spec', 'text'], 'value', 2)).toBe('last');
  });

  test('that is empty, at its anchor, or at what comes before it', () => {
    expect(at([3], 'value', 1)).toBe('&x');
    expect(at([2], 'value', 1)).toBe('1');
  });
});

describe('the place of a key', () => {
  test.each<[Path, string]>([
    [['kind'], 'kind'],
    [['spec', 'quoted key'], "'quoted key'"],
    [['spec', 'flow', 1, 'c'], 'c'],
    [['spec', 'alias', 'weight'], 'weight'],
    [['spec', 'match', 1], 'second'],
    [['spec', 'match', 0], 'model'],
    [['spec', 'flow', 0], 'a'],
    [[], 'faq'],
  ])('%j', (path, covered) => {
    expect(at(path, 'key')).toBe(covered);
  });
});

describe('what is missing points at the name of the thing that lacks it', () => {
  test.each<[Path, string]>([
    [['spec', 'backends'], 'spec'],
    [['spec', 'backends', 0, 'weight'], 'spec'],
    [['spec', 'match', 0, 'input', 'tokens', 'min'], 'tokens'],
    [['spec', 'match', 1, 'model'], 'second'],
    [['spec', 'match', 0, 'weight'], 'model'],
    [['spec', 'match', 7], 'match'],
    [['spec', 'empty', 'x'], 'empty'],
    [['status'], 'faq'],
    [['kind', 'x'], 'kind'],
  ])('%j', (path, covered) => {
    expect(at(path)).toBe(covered);
    expect(at(path, 'key')).toBe(covered);
  });

  test('without a name, at the first key', () => {
    expect(at(['metadata'], 'value', 2)).toBe('kind');
  });
});

test('inherited names lead nowhere', () => {
  expect(at(['constructor'])).toBe('faq');
  expect(at(['spec', 'match', 'length'])).toBe('match');
});

test('documents beside a broken one keep their places', () => {
  const broken = `a: 1\n---\nb: [\n---\nc: {d: 2}\n`;
  const { documents } = readDocuments({ path: 'aigw.yaml', text: broken });
  const place = documents[1]?.placeOf(['c', 'd']);
  expect(documents.map(({ index }) => index)).toEqual([0, 2]);
  expect(broken.slice(place?.span.start, place?.span.end)).toBe('2');
});

test('of two equal keys the first counts, as it does for the value', () => {
  const source = { path: 'aigw.yaml', text: 'a: 1\nb: 2\na: 3\n' };
  expect(readDocuments(source).documents[0]?.placeOf(['a']).span).toEqual({ start: 3, end: 4 });
});

import { expect, test } from 'vitest';
import { commentsOf } from './comments.ts';

function comments(text: string): readonly string[] {
  const source = { path: 'aigw.yaml', text };
  return commentsOf(source, 'aigw-ignore').map(({ span }) => text.slice(span.start, span.end));
}

test('comments are found wherever YAML has them', () => {
  expect(
    comments(`# aigw-ignore 1
a: plain # aigw-ignore 2
b: {x: 1, # aigw-ignore 3
  y: 2}
c: | # aigw-ignore 4
  text
#aigw-ignore 5
---
  # aigw-ignore 6  \r
d: "x" # note # aigw-ignore 7`),
  ).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `${number === 5 ? '#' : '# '}aigw-ignore ${number}`));
});

test('text of scalars is no comment', () => {
  expect(
    comments(`a: "# aigw-ignore 1"
b: ' # aigw-ignore 2'
c: |
  # aigw-ignore 3
d: >-

  text
  # aigw-ignore 4
e: x#aigw-ignore 5
f: "two
  # aigw-ignore 6"
`),
  ).toEqual([]);
});

test('other words, broken documents and texts without the word have none', () => {
  expect(comments('# aigw-ignored\n# aigw-ignore-next\na: 1\n')).toEqual([]);
  expect(comments('a: 1 # aigw-ignore 1\n---\nb: [ # aigw-ignore 2\n---\nc: 1 # aigw-ignore 3\n')).toEqual([
    '# aigw-ignore 1',
    '# aigw-ignore 3',
  ]);
  expect(comments('a: 1 # nothing\n')).toEqual([]);
});

test('a byte order mark does not move the places', () => {
  expect(comments('\ufeff# aigw-ignore 1\na: "# aigw-ignore 2" # aigw-ignore 3\n')).toEqual([
    '# aigw-ignore 1',
    '# aigw-ignore 3',
  ]);
});

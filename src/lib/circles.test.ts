import { expect, test } from 'vitest';
import { circlesOf } from './circles.ts';

function circles(graph: Readonly<Record<string, readonly string[]>>) {
  return circlesOf(Object.keys(graph), (node) => graph[node] ?? []);
}

test.each([
  ['nothing in a graph without circles', { a: ['b', 'c'], b: ['c'], c: ['d'] }, []],
  ['a node that leads to itself', { a: ['b'], b: ['b'] }, [['b']]],
  ['a circle from its smallest name', { x: ['c'], c: ['b'], b: ['a'], a: ['c'] }, [['a', 'c', 'b']]],
  [
    'each of two circles apart',
    { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a circle behind another',
    { a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] },
    [
      ['c', 'd'],
      ['a', 'b'],
    ],
  ],
  ['one of many circles through the same nodes', { a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] }, [['a', 'b']]],
  ['nothing that only looks back at what is done', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
])('finds %s', (_, graph, expected) => {
  expect(circles(graph).toSorted()).toEqual(expected.toSorted());
});

test('goes as deep as the graph does', () => {
  const last = 200_000;
  const found = circlesOf(['0'], (node) => [node === String(last) ? '0' : String(Number(node) + 1)]);
  expect(found[0]).toHaveLength(last + 1);
});

// The generator of faulty objects, by itself: needs no server.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { corpusOf } from './mutations.ts';

const sound: JsonObject = {
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'thing' },
  spec: { size: 3, on: true, ports: [{ name: 'http' }, { name: 'grpc' }] },
};
const all = corpusOf([sound], { seed: '1', perKind: 10_000 });

test.each([
  ['removed at spec.size', { spec: { on: true, ports: [{ name: 'http' }, { name: 'grpc' }] } }],
  ['misspelt at metadata', { metadata: undefined, metadatz: { name: 'thing' } }],
  ['moved up at metadata.name', { metadata: {}, name: 'thing' }],
  ['moved up at spec.ports.#', { spec: { size: 3, on: true, ports: [{ name: 'grpc' }], 0: { name: 'http' } } }],
  ['null at spec.on', { spec: { size: 3, on: null, ports: [{ name: 'http' }, { name: 'grpc' }] } }],
  ['"UPPER" at spec.ports.#.name', { spec: { size: 3, on: true, ports: [{ name: 'UPPER' }, { name: 'grpc' }] } }],
  [
    '{"unknown":null,"name":"http"} at spec.ports.#',
    { spec: { size: 3, on: true, ports: [{ unknown: null, name: 'http' }, { name: 'grpc' }] } },
  ],
])('has %s', (name, difference) => {
  const found = all.find((mutation) => mutation.name === `Thing: ${name}`);
  expect(found?.object).toEqual({ ...sound, ...difference });
});

test('never leaves an object sound, nor gives one twice', () => {
  const texts = all.map(({ object }) => JSON.stringify(object));
  expect(texts).not.toContain(JSON.stringify(sound));
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test('chooses the same by the same seed, and others by another', () => {
  const namesBy = (seed: string) => corpusOf([sound], { seed, perKind: 20 }).map(({ name }) => name);
  expect(namesBy('1')).toHaveLength(20);
  expect(namesBy('1')).toEqual(namesBy('1'));
  expect(namesBy('2')).not.toEqual(namesBy('1'));
});

import { describe, expect, test } from 'vitest';
import type { Json } from '../../lib/json.ts';
import { judgeSignature, type SignatureMode, type SignatureTexts } from './signature.ts';

const column = (name: string, type: string, more: object = {}) => ({ type, name, required: true, ...more });
const tensor = (shape: readonly number[], dtype = 'float32') => ({ type: 'tensor', 'tensor-spec': { dtype, shape } });
const signature = (inputs: readonly object[], outputs: readonly object[] = [], params?: readonly object[]) => ({
  inputs: JSON.stringify(inputs),
  outputs: JSON.stringify(outputs),
  params: params === undefined ? null : JSON.stringify(params),
});
const text = signature([column('question', 'string')], [column('answer', 'string')]);
const judge = (mode: SignatureMode, candidate: SignatureTexts | undefined, champion: SignatureTexts | undefined) =>
  judgeSignature(mode, { candidate, champion });

/** Of the champion's input and the version's. */
const inputs: readonly (readonly [what: string, old: readonly object[], next: readonly object[], fault: string])[] = [
  ['the same', [column('a', 'long')], [column('a', 'long')], ''],
  ['integer to long', [column('a', 'integer')], [column('a', 'long')], ''],
  ['integer to double', [column('a', 'integer')], [column('a', 'double')], ''],
  ['float to double', [column('a', 'float')], [column('a', 'double')], ''],
  ['long to double', [column('a', 'long')], [column('a', 'double')], 'input a is double and was long'],
  ['long to integer', [column('a', 'long')], [column('a', 'integer')], 'input a is integer and was long'],
  ['a new one that is required', [], [column('a', 'long')], 'input a is new and required'],
  ['a new one that is optional', [], [column('a', 'long', { required: false })], ''],
  ['one that is gone', [column('a', 'long')], [], ''],
  ['required, and was optional', [column('a', 'long', { required: false })], [column('a', 'long')], 'was optional'],
  ['optional, and was required', [column('a', 'long')], [column('a', 'long', { required: false })], ''],
  ['a tensor of the same shape', [tensor([-1, 8])], [tensor([-1, 8])], ''],
  ['a tensor of a freer shape', [tensor([1, 8])], [tensor([-1, 8])], ''],
  ['a tensor of a stricter shape', [tensor([-1, 8])], [tensor([1, 8])], 'input #1'],
  ['a tensor of more dimensions', [tensor([8])], [tensor([8, 1])], 'input #1'],
  ['a tensor of other numbers', [tensor([8])], [tensor([8], 'float64')], 'input #1'],
  [
    'a list of wider numbers',
    [{ ...column('a', 'array'), items: { type: 'integer' } }],
    [{ ...column('a', 'array'), items: { type: 'long' } }],
    '',
  ],
  [
    'a map of narrower numbers',
    [{ ...column('a', 'map'), values: { type: 'long' } }],
    [{ ...column('a', 'map'), values: { type: 'integer' } }],
    'input a',
  ],
  [
    'an object with a further property that is optional',
    [{ ...column('a', 'object'), properties: { b: { type: 'long' } } }],
    [{ ...column('a', 'object'), properties: { b: { type: 'long' }, c: { type: 'long', required: false } } }],
    '',
  ],
  [
    'an object with a further property',
    [{ ...column('a', 'object'), properties: { b: { type: 'long' } } }],
    [{ ...column('a', 'object'), properties: { b: { type: 'long' }, c: { type: 'long' } } }],
    'input a',
  ],
  ['anything at all', [column('a', 'long')], [column('a', 'any')], ''],
];

test.each(inputs)('takes an input: %s', (_, old, next, fault) => {
  const { status, message } = judge('backward', signature(next), signature(old));
  expect([status, message]).toEqual([fault === '' ? 'passed' : 'failed', expect.stringContaining(fault)]);
});

describe('gives', () => {
  const given = (old: readonly object[], next: readonly object[]) =>
    judge('backward', signature([], next), signature([], old));

  test.each([
    ['what it gave', [column('a', 'long')], [column('a', 'long')], 'passed'],
    ['more than it gave', [column('a', 'long')], [column('a', 'long'), column('b', 'long')], 'passed'],
    ['less than it gave', [column('a', 'long')], [], 'failed'],
    ['narrower numbers', [column('a', 'long')], [column('a', 'integer')], 'passed'],
    ['wider numbers', [column('a', 'integer')], [column('a', 'long')], 'failed'],
  ])('%s', (_, old, next, status) => {
    expect(given(old, next).status).toBe(status);
  });
});

test.each([
  ['a further one', [], [{ name: 'a', type: 'long', default: 1 }], 'passed'],
  ['another default', [{ name: 'a', type: 'long', default: 1 }], [{ name: 'a', type: 'long', default: 2 }], 'passed'],
  ['one that is gone', [{ name: 'a', type: 'long', default: 1 }], [], 'failed'],
  ['another type', [{ name: 'a', type: 'long', default: 1 }], [{ name: 'a', type: 'double', default: 1 }], 'failed'],
])('takes parameters: %s', (_, old, next, status) => {
  expect(judge('backward', signature([], [], next), signature([], [], old)).status).toBe(status);
});

test('full lets callers go back as well', () => {
  const [narrow, wide] = [signature([column('a', 'integer')]), signature([column('a', 'long')])];
  expect(judge('backward', wide, narrow).status).toBe('passed');
  expect(judge('full', wide, narrow)).toMatchObject({ status: 'failed', message: expect.stringContaining('way back') });
  expect(judge('full', text, text).status).toBe('passed');
});

test('strict takes no change', () => {
  const more = signature([column('question', 'string')], [column('answer', 'string'), column('why', 'string')]);
  expect([judge('strict', text, text).status, judge('strict', more, text).status]).toEqual(['passed', 'failed']);
});

test('warn only tells', () => {
  expect(judge('warn', signature([column('a', 'long')]), signature([]))).toMatchObject({
    status: 'warned',
    message: 'input a is new and required.',
  });
});

test.each<[string, SignatureTexts | undefined, SignatureTexts | undefined]>([
  ['the version has none', undefined, text],
  ['the champion has none', text, undefined],
  ['the version’s is empty', { inputs: null, outputs: null }, text],
  ['the version’s is no JSON', { inputs: '[{' }, text],
  ['the champion’s is no list', text, { inputs: '{}' }],
])('nobody knows where %s', (_, candidate, champion) => {
  expect(judge('backward', candidate, champion).status).toBe('failed');
});

test('tells of a thousand columns only what fits', () => {
  const wide = signature(Array.from({ length: 1000 }, (_, index) => column(`c${index}`, 'long')));
  const { message, inputs } = judge('backward', wide, signature([]));
  expect(message).toMatch(/^input c0 is new and required; .*; input c4 is new and required; and 995 more\.$/);
  expect(JSON.stringify(inputs).length).toBeLessThan(1000);
  expect(inputs).toMatchObject({ candidate: { inputs: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } });
});

test('passes nothing of a file that cannot be read', () => {
  const { status, message } = judge('strict', { fault: 'has an MLmodel file that is no YAML' }, text);
  expect([status, message]).toEqual([
    'failed',
    'the version has an MLmodel file that is no YAML, so nobody knows what it takes.',
  ]);
});

test('records both', () => {
  const recorded: Json = { inputs: text.inputs, outputs: text.outputs, params: null };
  expect(judge('backward', text, undefined).inputs).toEqual({ candidate: recorded, champion: null });
});

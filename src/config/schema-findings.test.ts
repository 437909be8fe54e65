import { describe, expect, test } from 'vitest';
import { findingsOf, subjectsIn } from './testing/changes.ts';
import { resource, tell } from './testing/telling.ts';

const BACKENDS = 'backends: [{name: a, model: m, weight: 100}]';

describe('checkDocument', () => {
  test.each([
    [
      'a misspelled key',
      `${BACKENDS}\ntimeuot: {}`,
      'AIGW1110',
      'timeuot',
      'The spec of Route has no field "timeuot".',
      'Did you mean timeout?',
    ],
    [
      'a key from elsewhere',
      `${BACKENDS}\nfirstToken: 5s`,
      'AIGW1110',
      'firstToken',
      'The spec of Route has no field "firstToken".',
      'A field of that name is timeout.firstToken.',
    ],
    [
      'a key from nowhere',
      `${BACKENDS}\nretry: {attempts: 1, quux: 1}`,
      'AIGW1110',
      'quux',
      'retry has no field "quux".',
      'The fields here are attempts, when, perTry, backoff.',
    ],
    [
      'a missing key of a map',
      `${BACKENDS}\nretry: {perTry: 5s}`,
      'AIGW1112',
      'retry',
      'retry lacks attempts.',
      'Add attempts: how often it tries again, for example attempts: 2.',
    ],
    [
      'a missing key of a list item',
      'backends: [{name: b, model: m}]',
      'AIGW1112',
      'b',
      'backends[0] lacks weight.',
      "Add weight: share of the route's requests, in percent, for example weight: 95.",
    ],
    [
      'a number without a unit',
      `${BACKENDS}\ntimeout: {total: 60}`,
      'AIGW1113',
      '60',
      'timeout.total is the number 60, but must be a number and its unit - ms, s, m, h or d.',
      'Write, for example, total: 60s',
    ],
    [
      'a number in quotes',
      'backends: [{name: a, model: m, weight: "100"}]',
      'AIGW1113',
      '"100"',
      'backends[0].weight is the text "100", but must be a number from 0 to 100 (percent).',
      'Write it without quotes: 100',
    ],
    [
      'a version that is a number',
      `${BACKENDS}\napi: {version: 1.10}`,
      'AIGW1113',
      '1.10',
      'api.version is the number 1.1, but must be text.',
      'Put it in quotes: "1.10"',
    ],
    [
      'a value where a list stands',
      `${BACKENDS}\nrequires: tools`,
      'AIGW1113',
      'tools',
      'requires is the text "tools", but must be a list.',
      'Put it in a list: [tools]',
    ],
    [
      'an empty value',
      `${BACKENDS}\ntimeout:`,
      'AIGW1113',
      'timeout',
      'timeout is empty, but must be a map.',
      'Give it a value, or remove the key.',
    ],
    [
      'a value where a map stands',
      `${BACKENDS}\ntimeout: 60s`,
      'AIGW1113',
      '60s',
      'timeout is the text "60s", but must be a map.',
      'Its fields are connect, firstToken, idle, total.',
    ],
    [
      'a wrong unit',
      `${BACKENDS}\ntimeout: {total: 60 sec}`,
      'AIGW1114',
      '60 sec',
      'timeout.total is "60 sec", but must be a number and its unit - ms, s, m, h or d.',
      'Write, for example, total: 60s',
    ],
    [
      'an empty text',
      `${BACKENDS}\napi: {version: ""}`,
      'AIGW1114',
      '""',
      'api.version is an empty text, but must be text that is not empty.',
      'Write, for example, version: v1',
    ],
    [
      'a number out of its range',
      'backends: [{name: a, model: m, weight: 101}]',
      'AIGW1115',
      '101',
      'backends[0].weight is 101, but must be a number from 0 to 100 (percent).',
      'Write, for example, weight: 95',
    ],
    [
      'an unknown value',
      `${BACKENDS}\nbalance: least-costs`,
      'AIGW1116',
      'least-costs',
      'balance is "least-costs", which is not one of its values.',
      'Did you mean least-cost? The values are weight, least-latency, least-cost, least-busy.',
    ],
    [
      'a value of no shape',
      `match: [{path: 5}]\n${BACKENDS}`,
      'AIGW1117',
      '5',
      'match[0].path is 5, but must be text, {prefix: …}, {regex: …} or {present: true|false}.',
      'Write, for example, path: {prefix: /v1/chat}',
    ],
    [
      'two shapes at once',
      `match: [{path: {prefix: /a, regex: b}}]\n${BACKENDS}`,
      'AIGW1117',
      '{prefix: /a, regex: b}',
      'match[0].path is a map with prefix and regex, but must be text, {prefix: …}, {regex: …} or {present: true|false}.',
      'Write, for example, path: {prefix: /v1/chat}',
    ],
    [
      'a misspelled key of a shape',
      `match: [{path: {perfix: /a}}]\n${BACKENDS}`,
      'AIGW1110',
      'perfix',
      'match[0].path has no field "perfix".',
      'Did you mean prefix?',
    ],
    [
      'a fault within a shape',
      `match: [{path: {present: 1}}]\n${BACKENDS}`,
      'AIGW1113',
      '1',
      'match[0].path.present is the number 1, but must be true or false.',
      'Write, for example, present: true',
    ],
    [
      'keys that exclude each other',
      'backends: [{name: b, model: m, chain: c, weight: 100}]',
      'AIGW1118',
      'b',
      'The keys of backends[0] do not go together: a backend names either a model or a chain.',
      'Here stand model and chain; keep what is meant.',
    ],
    [
      'keys of which one is needed',
      'backends: [{name: b, weight: 100}]',
      'AIGW1118',
      'b',
      'The keys of backends[0] do not go together: a backend names either a model or a chain.',
      'Add model or chain.',
    ],
    ['an empty list', 'backends: []', 'AIGW1120', '[]', 'backends is an empty list.', 'List at least one.'],
    [
      'an empty map',
      `${BACKENDS}\nrequest: {body: {}}`,
      'AIGW1120',
      '{}',
      'request.body is empty.',
      'Give it set or remove, or leave it out.',
    ],
    [
      'a repeated item',
      `${BACKENDS}\nretry: {attempts: 1, when: [connect, 5xx, connect]}`,
      'AIGW1121',
      'connect',
      '"connect" stands more than once in retry.when.',
      'Remove it here.',
    ],
    [
      'a malformed key',
      `${BACKENDS}\nrequest: {headers: {set: {X-Team: a}}}`,
      'AIGW1111',
      'X-Team',
      'The key "X-Team" in request.headers.set is not right: it must be a name of an HTTP header, in lower case.',
      'Write a key such as x-session-id.',
    ],
  ])('tells %s', (_, spec, ...finding) => {
    expect(tell(resource('Route', spec))).toEqual([finding]);
  });

  test('tells what only follows from a misspelled key once', () => {
    expect(
      tell(resource('Route', 'backends: [{name: a, modle: m, wieght: 1}]')).map(([code, place]) => [code, place]),
    ).toEqual([
      ['AIGW1110', 'modle'],
      ['AIGW1110', 'wieght'],
    ]);
  });

  test('tells all in the order of the file', () => {
    const spec = 'balance: x\nfallback: {tiers: [], when: [y]}\nbackends: []\nmatch: [{method: z}]';
    expect(tell(resource('Route', spec)).map(([, place]) => place)).toEqual(['x', '[]', 'y', '[]', 'z']);
  });

  test('tells so much and no more of one document', () => {
    const keys = Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`);
    const told = tell(resource('Team', keys.join('\n')));
    expect(told).toHaveLength(101);
    expect(told.at(-1)?.[0]).toBe('AIGW1030');
  });

  test('writes what people wrote so that it cannot be taken for anything else', () => {
    const [finding] = tell(resource('Route', `${BACKENDS}\nbalance: "a\\"\\e[31m\\n::error::${'x'.repeat(300)}"`));
    expect(finding?.[2]).not.toMatch(/\p{Cc}/u);
    expect(finding?.[2]?.length).toBeLessThan(150);
  });
});

describe('secrets', () => {
  const SECRET = 'sk-proj-4242424242424242';

  test.each([
    ['in place of a reference', SECRET, 'AIGW1119'],
    ['as a number', '4242424242424242', 'AIGW1119'],
    ['at an unknown key', `{apiKey: ${SECRET}}`, 'AIGW1110'],
    ['as the name of a variable', `{env: ${SECRET}}`, 'AIGW1114'],
    ['in a list', `[${SECRET}]`, 'AIGW1113'],
    ['as a name that is too long', `{secret: ${'x'.repeat(70)}${SECRET}, key: a}`, 'AIGW1114'],
  ])('are never quoted %s', (_, credential, code) => {
    const [subject] = subjectsIn('a.yaml', resource('Provider', `api: openai\ncredential: ${credential}`));
    const findings = subject === undefined ? [] : findingsOf(subject.document);
    expect(findings.map(({ kind }) => kind.code)).toContain(code);
    for (const finding of findings) {
      expect(finding.message + finding.help).not.toContain('4242424242424242');
      expect(finding.sensitive === true || finding.kind.code === 'AIGW1118').toBe(true);
    }
  });

  test('in a URL are never quoted', () => {
    const [finding] = tell(resource('Provider', 'api: openai\nurl: https://me:hunter2@example.com'));
    expect(finding?.[0]).toBe('AIGW1114');
    expect(finding?.slice(2).join()).not.toContain('hunter2');
  });

  test('that lack a part of their reference are told which', () => {
    const [finding] = tell(resource('Provider', 'api: openai\ncredential: {secret: openai}'));
    expect(finding?.slice(0, 2)).toEqual(['AIGW1118', 'credential']);
    expect(finding?.[3]).toBe('Add key.');
  });
});

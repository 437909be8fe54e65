import { describe, expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './route-never-matches.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const matching = (match: string, ...edits: Edit[]) =>
  trial(check, exampleRepo(['match: [{model: large}]', `match: [${match}]`], ...edits));

const reasonOf = async (match: string, ...edits: Edit[]) => {
  const found = await matching(match, ...edits);
  return found.map(({ at, message }) => [at, message.replace('Route chat can never serve a request: ', '')]);
};

describe('what contradicts itself', () => {
  test.each([
    ['{input: {tokens: {min: 9, max: 5}}}', '9', 'the min of input.tokens, 9, is above its max, 5.'],
    ['{input: {characters: {min: 9, max: 5}}}', '9', 'the min of input.characters, 9, is above its max, 5.'],
    ['{parameters: {top_p: {min: 0.9, max: 0.5}}}', '0.9', 'the min of parameters.top_p, 0.9, is above its max, 0.5.'],
    ['{path: v1/chat}', 'v1/chat', 'a path begins with /, and v1/chat does not.'],
    ['{path: {prefix: "/v1?a=1"}}', '"/v1?a=1"', 'a path holds no ?, and /v1?a=1 does.'],
    ['{path: {present: false}}', '{present: false}', 'every request has a path.'],
    ['{host: {present: false}}', '{present: false}', 'every request has a host.'],
    ['{consumers: []}', '[]', 'its list of consumers is empty.'],
  ])('%s', async (match, at, reason) => {
    expect(await reasonOf(match)).toEqual([[at, reason]]);
  });

  test.each(['{input: {tokens: {min: 5, max: 5}}}', '{parameters: {n: 3}}', '{path: /v1}', '{host: {present: true}}'])(
    'not %s',
    async (match) => {
      expect(await reasonOf(match)).toEqual([]);
    },
  );

  test('is told of the one alternative that has it', async () => {
    const found = await matching('{model: large}, {model: small, input: {tokens: {min: 2, max: 1}}}');
    expect(found.map(({ message }) => message)).toEqual([
      'Alternative 2 of route chat can never serve a request: the min of input.tokens, 2, is above its max, 1.',
    ]);
  });
});

describe('hosts', () => {
  const listening = (hosts: string): Edit => [
    '[{name: http, port: 4000, protocol: http}]',
    `[${hosts.split(' ').map((host, index) => `{name: l${index}, host: "${host}", port: 4000, protocol: http}`)}]`,
  ];

  test('that no listener serves', async () => {
    expect(await matching('{host: llm.example.org}', listening('llm.example.com *.dev.example.com'))).toEqual([
      {
        severity: 'error',
        at: 'llm.example.org',
        message:
          'Route chat can never serve a request: no listener of gateway llm serves its host, only llm.example.com, *.dev.example.com.',
        related: [
          '"llm.example.com": Gateway llm serves llm.example.com.',
          '"*.dev.example.com": Gateway llm serves *.dev.example.com.',
        ],
      },
    ]);
  });

  test.each([
    ['{host: {prefix: api.}}', 'llm.example.com', 1],
    ['{host: {regex: "api[.].*"}}', 'llm.example.com', 1],
    ['{host: dev.example.com}', '*.dev.example.com', 1],
    ['{host: a.dev.example.com}', '*.dev.example.com', 0],
    ['{host: LLM.example.com}', 'llm.example.com', 0],
    ['{host: "llm.example.com:8443"}', 'llm.example.com', 0],
    ['{host: {prefix: llm.}}', 'llm.example.com', 0],
    ['{host: {regex: "[a-z]+[.]example[.]com"}}', 'llm.example.com', 0],
    ['{host: {regex: "llm.*:8443"}}', 'llm.example.com', 0],
    ['{host: {regex: "api.*"}}', '*.example.com', 0],
  ])('%s on %s: %i', async (match, hosts, count) => {
    expect(await matching(match, listening(hosts))).toHaveLength(count);
  });

  test('any of which a listener without a host serves', async () => {
    expect(await matching('{host: llm.example.org}')).toEqual([]);
  });
});

describe('consumers', () => {
  const other = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: other}
spec: {auth: [{name: key, apiKey: {env: OTHER_KEY}}]}
`;
  const admitted: Edit = ['consumers: [app]', 'consumers: [app, other]'];
  const trialOf = (...edits: Edit[]) => trial(check, exampleRepo(...edits) + other);

  test('that no gateway of the route admits', async () => {
    expect(await trialOf(['match: [{model: large}]', 'match: [{consumers: [other]}]'])).toMatchObject([
      {
        at: '[other]',
        message: 'Route chat can never serve a request: gateway llm admits none of its consumers (other).',
        related: ['[app]: Gateway llm admits these.'],
      },
    ]);
    expect(await trialOf(['match: [{model: large}]', 'consumers: [other]'])).toHaveLength(1);
    expect(await trialOf(['match: [{model: large}]', 'consumers: [other, app]'])).toEqual([]);
    expect(await trialOf(['match: [{model: large}]', 'match: [{consumers: [other]}]'], admitted)).toEqual([]);
  });

  test('that are asked for and kept out at once', async () => {
    const edit: Edit = ['match: [{model: large}]', 'match: [{consumers: [other]}]\n  consumers: [app]'];
    expect((await trialOf(admitted, edit)).map(({ message }) => message)).toEqual([
      'Route chat can never serve a request: none of its consumers (other) may use the route.',
    ]);
  });
});

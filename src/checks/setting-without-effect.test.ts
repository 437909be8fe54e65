import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { fieldsOf } from '../config/schema-fields.ts';
import { check, idlenesses } from './setting-without-effect.ts';
import { trial } from './trial.ts';

const MATCH = '  match: [{model: large}]';

async function found(spec: string, more = '') {
  const all = await trial(check, exampleRepo([MATCH, `  ${spec}`]) + more);
  return all.map(({ at, message }) => `${at}: ${message}`);
}

function resource(kind: string, spec: string): string {
  return `---\napiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: it}\nspec: {${spec}}\n`;
}

test('marks the field that says nothing', async () => {
  expect(await found('sticky: {by: session, name: x-session-id}')).toEqual([
    'name: sticky.name of route chat has no effect: only headers and cookies have names.',
  ]);
});

test('a breaker that nothing opens', async () => {
  expect(await found('circuitBreaker: {cooldown: 10s, window: 1m, minimumRequests: 5}')).toEqual([
    'cooldown: circuitBreaker.cooldown of route chat has no effect: nothing opens the breaker; set failures or errorPercent.',
    'minimumRequests: circuitBreaker.minimumRequests of route chat has no effect: it counts for errorPercent alone.',
    'window: circuitBreaker.window of route chat has no effect: no failures are counted.',
  ]);
  expect(await found('circuitBreaker: {maxConcurrent: 5}')).toEqual([]);
  expect(await found('circuitBreaker: {failures: 5, cooldown: 10s}')).toEqual([]);
  expect(await found('circuitBreaker: {errorPercent: 50, minimumRequests: 5, window: 1m, cooldown: 10s}')).toEqual([]);
});

test.each([
  ['Cache', 'ttl: 1h, store: {host: redis.example}', ['host']],
  ['Cache', 'ttl: 1h, store: {type: redis, host: redis.example}', []],
  ['Budget', 'for: {each: gateway}, limit: {amount: 1, currency: USD, per: 1d}, exceeded: {model: small}', ['model']],
  ['Budget', 'for: {each: gateway}, limit: {amount: 1, currency: USD, per: 1d}, exceeded: {status: 402}', []],
  ['Guardrail', 'type: moderation, entities: [{name: PERSON}]', ['entities']],
  [
    'Model',
    'provider: openai, serving: {image: "a/b:1", replicas: {min: 2}, scaling: {by: cpu, target: 50}}',
    ['scaling'],
  ],
  ['Model', 'provider: openai, serving: {image: "a/b:1", scaling: {by: cpu, target: 50}}', ['scaling']],
  ['Model', 'provider: openai, serving: {image: "a/b:1", replicas: {min: 2, max: 4}}', ['max']],
  ['Model', 'provider: openai, serving: {image: "a/b:1", replicas: {min: 2, max: 2}}', []],
  ['Provider', 'api: openai, gateway: llm, url: "https://a.example"', ['gateway']],
  ['Provider', 'api: openai, url: "https://a.example", credential: {env: KEY}, identity: workload', ['identity']],
  ['Provider', 'api: openai, url: "http://a.example", tls: {serverName: a.example}', ['tls']],
  ['Provider', 'api: openai, url: "https://a.example", tls: {serverName: a.example}', []],
  ['Model', 'provider: openai, serving: {image: "a/b:1", replicas: {max: 2}, scaling: {by: cpu, target: 50}}', []],
])('%s {%s}', async (kind, spec, places) => {
  expect((await found('requires: []', resource(kind, spec))).map((line) => line.split(':')[0])).toEqual(places);
});

test.each(
  idlenesses.map(({ kind, at, fields, unless, without }) => [kind, at.join('.'), fields, unless, without] as const),
)('%s %s %j: the language has these fields and values', (kind, at, fields, unless = [''], without = []) => {
  const below = fieldsOf(kind).filter(({ path }) => path.slice(1, -1).join('.') === at);
  const [decider, ...values] = unless;
  const named = [...fields, ...without, ...(decider === '' ? [] : [decider])];
  expect(below.map(({ path }) => path.at(-1))).toEqual(expect.arrayContaining(named));
  const known = below.find(({ path }) => path.at(-1) === decider)?.node.enum ?? ['true', 'false'];
  expect(known).toEqual(expect.arrayContaining(values));
});

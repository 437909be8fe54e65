import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './indistinguishable-consumers.ts';
import { trial } from './trial.ts';

const AUTH = '{name: key, apiKey: {env: APP_KEY}}';

function repo(own: string, others: string, admitted = '[app, batch]'): string {
  const batch = `---\napiVersion: aigw.dev/v1alpha1\nkind: Consumer\nmetadata: {name: batch}\nspec: {auth: [${others}]}\n`;
  return exampleRepo([AUTH, own], ['  consumers: [app]', `  consumers: ${admitted}`]) + batch;
}

const jwt = (audience: string, claims: string) =>
  `{name: token, jwt: {issuer: "https://login.example.com", jwks: "https://login.example.com/keys", audiences: [${audience}], claims: {${claims}}}}`;

test('shows both', async () => {
  expect(await trial(check, repo(AUTH, '{name: other, apiKey: {env: APP_KEY}}'))).toEqual([
    {
      severity: 'error',
      at: '{name: other, apiKey: {env: APP_KEY}}',
      message: 'Consumers app and batch show the same API key.',
      related: ['{name: key, apiKey: {env: APP_KEY}}: Consumer app shows it too.'],
    },
  ]);
});

test.each([
  ['the same token', jwt('a, b', 'azp: [x], role: [y]'), jwt('b, a', 'role: [y], azp: [x]'), 1],
  ['tokens of other claims', jwt('a', 'azp: [x]'), jwt('a', 'azp: [y]'), 0],
  ['tokens for other audiences', jwt('a', 'azp: [x]'), jwt('b', 'azp: [x]'), 0],
  ['the same subject', '{name: c, mtls: {subject: a.example}}', '{name: d, mtls: {subject: a.example}}', 1],
  ['another key of a secret', '{name: a, apiKey: {secret: s, key: a}}', '{name: a, apiKey: {secret: s, key: b}}', 0],
])('%s', async (_, own, others, count) => {
  expect(await trial(check, repo(own, others))).toHaveLength(count);
});

test('one consumer may name a way twice, and gateways keep consumers apart', async () => {
  expect(
    await trial(check, repo(`${AUTH}, {name: again, apiKey: {env: APP_KEY}}`, '{name: a, apiKey: {env: B}}')),
  ).toEqual([]);
  expect(await trial(check, repo(AUTH, AUTH, '[app]'))).toEqual([]);
});

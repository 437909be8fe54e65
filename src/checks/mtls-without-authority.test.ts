import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './mtls-without-authority.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const KEY = '{name: key, apiKey: {env: APP_KEY}}';
const CERTIFICATE = '{name: certificate, mtls: {subject: app.example.com}}';
const LISTENER = '[{name: http, port: 4000, protocol: http}]';
const CHECKED = '[{name: https, port: 443, tls: {secret: llm-tls, clientCa: {secret: clients, key: ca.crt}}}]';
const SECOND = `---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: second}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: ${LISTENER}
  routes: [chat]
  consumers: [app]
`;

async function found(more: string, ...edits: Edit[]) {
  const all = await trial(check, exampleRepo(...edits) + more);
  return all.map(({ severity, at, message }) => `${severity} ${at}: ${message}`);
}

test('keeps one out who has nothing else', async () => {
  expect(await found('', [KEY, CERTIFICATE])).toEqual([
    'error mtls: Consumer app has a client certificate, and no listener of gateway llm checks any; it has no other way to get in.',
  ]);
  expect(await found('', [KEY, CERTIFICATE], [LISTENER, CHECKED])).toEqual([]);
});

test('is useless for one who has a key as well', async () => {
  expect(await found('', [KEY, `${KEY}, ${CERTIFICATE}`])).toEqual([
    'warning mtls: Consumer app has a client certificate, and no listener of gateway llm checks any.',
  ]);
});

test('matters for each gateway to one who has nothing else', async () => {
  expect(await found(SECOND, [LISTENER, CHECKED], [KEY, CERTIFICATE])).toEqual([
    'error mtls: Consumer app has a client certificate, and no listener of gateway second checks any; it has no other way to get in.',
  ]);
  expect(await found(SECOND, [LISTENER, CHECKED], [KEY, `${KEY}, ${CERTIFICATE}`])).toEqual([]);
});

test('is not asked of keys, nor of consumers that no gateway admits', async () => {
  expect(await found('')).toEqual([]);
  expect(await found('', [KEY, CERTIFICATE], ['  consumers: [app]\n', ''])).toEqual([]);
});

import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './consumer-not-admitted.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const MORE = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: batch}
spec: {auth: [{name: key, apiKey: {env: BATCH_KEY}}]}
---
apiVersion: aigw.dev/v1alpha1
kind: ToolServer
metadata: {name: crm}
spec:
  url: https://crm.example.com/mcp
  tools: {allow: [find, open]}
  access: [{name: open, consumers: [batch]}]
---
apiVersion: aigw.dev/v1alpha1
kind: Budget
metadata: {name: daily}
spec: {for: {each: consumer, consumers: [app, batch]}, limit: {amount: 1, currency: USD, per: 1d}}
`;
const MATCH = '  match: [{model: large}]';

async function found(...edits: Edit[]) {
  return (await trial(check, exampleRepo(...edits) + MORE)).map(({ at, message }) => `${at}: ${message}`);
}

test.each<[string, string, Edit]>([
  ['Route', 'chat', [MATCH, `${MATCH}\n  consumers: [app, batch]`]],
  ['Route', 'chat', [MATCH, '  match: [{consumers: [batch, app]}]']],
  ['Limit', 'fair-share', ['for: {each: consumer}', 'for: {each: consumer, consumers: [batch]}']],
  ['ToolServer', 'crm', ['limits: [fair-share]', 'limits: [fair-share]\n  toolServers: [crm]']],
  ['Budget', 'daily', [MATCH, `${MATCH}\n  budgets: [daily]`]],
  ['Budget', 'daily', ['models: [large, small]', 'models: [large, small]\n  budgets: [daily]']],
])('%s %s', async (kind, name, edit) => {
  expect(await found(edit)).toEqual([`batch: ${kind} ${name} names consumer batch, which gateway llm does not admit.`]);
  expect(await found(['  consumers: [app]', '  consumers: [app, batch]'], edit)).toEqual([]);
});

test('says nothing where nobody of a route is admitted, or nobody at all', async () => {
  expect(await found([MATCH, `${MATCH}\n  consumers: [batch]`])).toEqual([]);
  expect(await found(['  consumers: [app]\n', ''], [MATCH, `${MATCH}\n  budgets: [daily]`])).toEqual([]);
});

test('leaves what no gateway reaches, and names that nobody has, to others', async () => {
  expect(await found()).toEqual([]);
  expect(await found([MATCH, `${MATCH}\n  consumers: [app, nobody]`])).toEqual([]);
});

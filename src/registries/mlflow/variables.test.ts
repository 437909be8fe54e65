import { expect, test } from 'vitest';
import type { Registry as RegistrySetting } from '../../config/schema-types.ts';
import { connectionTo } from './connection.ts';
import { serverOf, type Variables } from './variables.ts';

const env: Variables = {
  MLFLOW_TRACKING_URI: 'https://dev.example/ml',
  MLFLOW_TRACKING_TOKEN: 'of-dev',
  MLFLOW_TRACKING_CLIENT_CERT_PATH: '/dev.pem',
  MLFLOW_WORKSPACE: 'shop',
  PROD_MLFLOW_TRACKING_URI: 'https://prod.example',
  PROD_MLFLOW_TRACKING_TOKEN: 'of-prod',
  TEST_MLFLOW_TRACKING_TOKEN: '',
};
const own: RegistrySetting = { type: 'mlflow', url: { env: 'MLFLOW_TRACKING_URI' } };

test.each<[string, Omit<RegistrySetting, 'type'>, RegistrySetting | undefined, string, string | undefined, string?]>([
  ['the repo’s own', {}, undefined, 'https://dev.example/ml', 'Bearer of-dev', 'shop'],
  ['the repo’s own with a prefix', { variablePrefix: 'PROD_' }, undefined, 'https://prod.example', 'Bearer of-prod'],
  ['another workspace', { workspace: 'team' }, own, 'https://dev.example/ml', 'Bearer of-dev', 'team'],
  [
    'another path of one server',
    { url: 'https://dev.example/two' },
    own,
    'https://dev.example/two',
    'Bearer of-dev',
    'shop',
  ],
  ['a server with variables of its own', { variablePrefix: 'PROD_' }, own, 'https://prod.example', 'Bearer of-prod'],
  ['another server', { url: 'https://prod.example' }, own, 'https://prod.example', undefined],
  ['another port', { url: 'https://dev.example:8443' }, own, 'https://dev.example:8443', undefined],
  ['a server without TLS', { url: 'http://dev.example' }, own, 'http://dev.example', undefined],
  [
    'a server whose token is set to nothing',
    { url: 'https://t.example', variablePrefix: 'TEST_' },
    own,
    'https://t.example',
    undefined,
  ],
  ['a server beside files', { url: 'https://prod.example' }, { type: 'files' }, 'https://prod.example', undefined],
  ['that of the variables beside files', {}, { type: 'files' }, 'https://dev.example/ml', 'Bearer of-dev', 'shop'],
])('shows %s what is set for it, and no more', (_, setting, repo, url, authorization, workspace) => {
  const { variables, ...server } = serverOf({ type: 'mlflow', ...setting }, repo, env);
  const connection = connectionTo(server.url, variables, server.help);
  expect([connection.url, connection.headers['authorization'], connection.workspace]).toEqual([
    url,
    authorization,
    workspace,
  ]);
  expect(connection.tls.clientPath).toBe(authorization === 'Bearer of-dev' ? '/dev.pem' : undefined);
});

test('takes over the workspace that the repo names, where the server is the same', () => {
  const { variables } = serverOf({ type: 'mlflow' }, { ...own, workspace: 'ours' }, env);
  expect(variables['MLFLOW_WORKSPACE']).toBe('ours');
});

test('says what to do where somebody is not let in, and where nothing says where it is', () => {
  const helpOf = (setting: Omit<RegistrySetting, 'type'>) => serverOf({ type: 'mlflow', ...setting }, own, env).help;
  expect(helpOf({ variablePrefix: 'PROD_' })).toContain('PROD_MLFLOW_TRACKING_TOKEN');
  expect(helpOf({ url: 'https://prod.example' })).toContain('spec.registry.variablePrefix');
  expect(() => serverOf({ type: 'mlflow', variablePrefix: 'NO_' }, own, env)).toThrow(
    'NO_MLFLOW_TRACKING_URI is not set',
  );
  expect(() => serverOf({ type: 'mlflow', url: { env: 'NOWHERE' } }, undefined, {})).toThrow('NOWHERE is not set');
});

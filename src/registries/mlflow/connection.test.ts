import { expect, test } from 'vitest';
import { connectionTo } from './connection.ts';

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

test.each([
  ['nobody', 'https://mlflow.example', {}, undefined],
  ['a token', 'https://mlflow.example', { MLFLOW_TRACKING_TOKEN: 't' }, 'Bearer t'],
  [
    'a user',
    'https://mlflow.example',
    { MLFLOW_TRACKING_USERNAME: 'anna', MLFLOW_TRACKING_PASSWORD: 'p:w' },
    basic('anna', 'p:w'),
  ],
  [
    'a user before a token',
    'https://mlflow.example',
    { MLFLOW_TRACKING_USERNAME: 'anna', MLFLOW_TRACKING_PASSWORD: 'p', MLFLOW_TRACKING_TOKEN: 't' },
    basic('anna', 'p'),
  ],
  ['who stands in the address', 'https://anna:p%40w@mlflow.example', {}, basic('anna', 'p@w')],
  [
    'a variable before the address',
    'https://anna:old@mlflow.example',
    { MLFLOW_TRACKING_PASSWORD: 'new' },
    basic('anna', 'new'),
  ],
] as const)('shows %s', (_, url, env, authorization) => {
  const connection = connectionTo(url, env);
  expect(connection.headers).toEqual(authorization === undefined ? {} : { authorization });
  expect(connection.url).toBe('https://mlflow.example');
});

test('takes a variable that is set to nothing for none', () => {
  const names = ['USERNAME', 'PASSWORD', 'TOKEN', 'INSECURE_TLS', 'SERVER_CERT_PATH', 'CLIENT_CERT_PATH'];
  const env = Object.fromEntries(
    [...names.map((name) => `MLFLOW_TRACKING_${name}`), 'MLFLOW_WORKSPACE'].map((name) => [name, '']),
  );
  expect(connectionTo('https://host', env)).toEqual(connectionTo('https://host', {}));
});

test.each(['http://anna:se/cret@host', 'ftp://anna:p@ss@host'])('shows nothing of a password in %s', (url) => {
  expect(() => connectionTo(url, {})).toThrow(
    expect.objectContaining({ message: expect.not.stringMatching(/cret|p@ss|ss@/) }),
  );
});

test('keeps the path that a server lies below, and names the workspace', () => {
  expect(connectionTo('http://host:5000/ml/flow//', { MLFLOW_WORKSPACE: 'shop' })).toMatchObject({
    url: 'http://host:5000/ml/flow',
    workspace: 'shop',
    headers: { 'x-mlflow-workspace': 'shop' },
  });
});

test('takes over how a server is trusted', () => {
  const env = { MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca.pem', MLFLOW_TRACKING_CLIENT_CERT_PATH: '/me.pem' };
  expect(connectionTo('https://host', env).tls).toEqual({
    isInsecure: false,
    authorityPath: '/ca.pem',
    clientPath: '/me.pem',
  });
  for (const yes of ['true', 'True', '1'])
    expect(connectionTo('https://host', { MLFLOW_TRACKING_INSECURE_TLS: yes }).tls.isInsecure).toBe(true);
});

test.each([
  ['means Databricks', 'databricks://profile', {}, 'a workspace of Databricks'],
  ['means Unity Catalog', 'databricks-uc', {}, 'each version is a model with artifacts'],
  [
    'means the open Unity Catalog',
    'uc:http://anna:secret@host:8080',
    {},
    /neither aliases nor tags, so that no ledger could be kept in it\.$/,
  ],
  ['is no address', 'mlflow', {}, 'is "mlflow" and none of a server'],
  ['is one of files', 'file:///tmp/mlruns', {}, 'none of a server'],
  ['holds a password', 'ftp://anna:secret@host', {}, 'is not shown'],
  ['holds a password with a slash', 'http://anna:se/cret@host', {}, 'is not shown'],
  ['holds a password with a percent sign', 'http://anna:5%@host', {}, 'written as %25'],
  [
    'is trusted in two ways',
    'https://host',
    { MLFLOW_TRACKING_INSECURE_TLS: 'true', MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca.pem' },
    'exclude each other',
  ],
] as const)('refuses what %s', (_, url, env, message) => {
  expect(() => connectionTo(url, env)).toThrow(message);
});

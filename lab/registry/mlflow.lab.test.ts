// aigw's client of MLflow's registry, on the real server.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxiesIn } from '../../src/lib/proxies.ts';
import type { VersionCopy } from '../../src/ports/registry.ts';
import { testRegistry } from '../../src/registries/conformance.ts';
import { digestOf } from '../../src/registries/digest.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { transportTo } from '../../src/registries/mlflow/transport.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { page } from '../fakes/git-hosts/refusals.ts';
import { makeCertificates, startForwardProxy, startTlsFront } from '../fakes/tls-front.ts';
import type { RunningMember } from '../member.ts';
import { ADMIN, basicAuthorization, MLFLOW_VERSION, startMlflow } from '../members/mlflow.ts';
import { seedVersion } from './mlflow-seed.ts';
import { seedPrompt } from './prompt-seed.ts';

let mlflow: RunningMember;
let proxy: FaultProxy;

beforeAll(async () => {
  mlflow = await startMlflow({ hasTokens: true });
  proxy = await startFaultProxy(mlflow.variables['MLFLOW_TRACKING_URI'] ?? '');
});
afterAll(async () => {
  await proxy.stop();
  await mlflow.stop();
});

const MLMODEL = `flavors: {}
signature:
  inputs: '[{"type": "string", "name": "question", "required": true}]'
  outputs: '[{"type": "string", "name": "answer", "required": true}]'
  params: null
`;
const files = { MLmodel: MLMODEL, 'data/model.bin': 'weights' };
const digest = digestOf(
  Object.entries(files).map(([path, text]) => ({ path, sha256: createHash('sha256').update(text).digest('hex') })),
);

/** The registry, by way of the proxy. */
const registryBy = (variables: Readonly<Record<string, string>> = {}) =>
  mlflowRegistry(connectionTo(proxy.url, { ...mlflow.variables, ...variables }));

/** Asks as the user who may do anything. @param path below `/api/2.0/mlflow`, or whole. */
async function admin(path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...basicAuthorization(ADMIN) };
  const whole = path.startsWith('/api/') ? path : `/api/2.0/mlflow${path}`;
  const answer = await fetch(`${proxy.url}${whole}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

describe('as every registry', () => {
  testRegistry(async () => {
    const metrics = { 'eval/correctness': 0.94, 'eval/broken': Number.NaN };
    await seedVersion(mlflow.variables, { name: 'product-expert', files, metrics, tags: { 'git.commit': 'abc' } });
    for (const prompt of [
      { template: 'Hello {{ name }}' },
      { template: [{ role: 'user', content: 'Hello {{ name }}' }], responseFormat: { type: 'object' } },
    ])
      await seedPrompt(admin, { name: 'greeting', ...prompt });
    return { registry: registryBy(), digest };
  }, 'conformance');
});

test('tells the version of its server, and none where a page or a refusal comes in its place', async () => {
  expect(await registryBy().server?.()).toBe(`MLflow ${MLFLOW_VERSION}`);
  const remove = proxy.add({ path: /\/version$/, fault: page(200) });
  expect(await registryBy().server?.()).toBeUndefined();
  remove();
  expect(await registryBy({ MLFLOW_TRACKING_PASSWORD: 'wrong' }).server?.()).toBeUndefined();
});

describe('on bad days', () => {
  const ledger = async (name: string) => {
    await registryBy().createEntry(name, {});
    return registryBy();
  };

  test('makes one version, though the answer is lost', async () => {
    const registry = await ledger('lost');
    const remove = proxy.add({ path: /model-versions\/create/, times: 1, fault: { kind: 'answer-lost' } });
    expect(await registry.createVersion('lost', { key: 'a' }, 'key')).toBe('1');
    remove();
    expect(await registry.versions('lost')).toHaveLength(1);
  });

  test('makes no version that it was not asked to, where the request is lost', async () => {
    const registry = await ledger('unheard');
    const remove = proxy.add({ path: /model-versions\/create/, times: 1, fault: { kind: 'request-lost' } });
    await expect(registry.createVersion('unheard', { key: 'a' }, 'key')).rejects.toMatchObject({ kind: 'unreachable' });
    remove();
    expect(await registry.versions('unheard')).toEqual([]);
    expect(await registry.createVersion('unheard', { key: 'a' }, 'key')).toBe('1');
  });

  test.each([
    ['a page of 502', page(502)],
    ['429', { kind: 'answer', status: 429, headers: { 'retry-after': '0.1' }, body: 'slow down' }],
    ['a lost answer', { kind: 'answer-lost' }],
    ['a body that is cut off', { kind: 'cut', bytes: 20 }],
  ] as const)('reads on after %s', async (_, fault) => {
    const remove = proxy.add({ path: /registered-models\/get/, times: 2, fault });
    expect(await registryBy().entry('product-expert')).toMatchObject({ name: 'product-expert' });
    remove();
  });

  test.each([
    ['a login page', page(200), 'unusable', 'login page'],
    [
      'another server',
      { kind: 'answer', status: 302, headers: { location: 'https://elsewhere.example/x' } },
      'unusable',
      'elsewhere.example',
    ],
    ['nothing but 503', page(503), 'unreachable', "not MLflow's"],
    ['401', { kind: 'answer', status: 401, body: 'You are not authenticated' }, 'refused', '(401)'],
  ] as const)('takes %s for no answer', async (_, fault, kind, message) => {
    const remove = proxy.add({ path: /registered-models\/get/, fault });
    await expect(registryBy().entry('product-expert')).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
    });
    remove();
  });

  test('sets an alias again, whose answer was lost', async () => {
    const remove = proxy.add({ path: /alias/, times: 1, fault: { kind: 'answer-lost' } });
    await registryBy().setAlias('product-expert', 'lost', '1');
    remove();
    expect((await registryBy().entry('product-expert'))?.aliases).toMatchObject({ lost: '1' });
  });

  test('says who is not let in, and never by which password', async () => {
    const wrong = { MLFLOW_TRACKING_PASSWORD: 'wrong-password-of-mine' };
    const trouble = await registryBy(wrong)
      .entry('product-expert')
      .catch((error: unknown) => error);
    expect(trouble).toMatchObject({ kind: 'refused' });
    const said = `${String(trouble)} ${JSON.stringify(trouble)}`;
    expect(said).not.toMatch(/wrong-password|d3JvbmctcGFzc3dvcmQ/);
  });

  test('goes by the clock of the server, and by no other', async () => {
    const date = 'Thu, 26 Nov 2026 12:00:00 GMT';
    const remove = proxy.add({
      path: /health/,
      times: 1,
      fault: { kind: 'answer', status: 200, headers: { date }, body: 'OK' },
    });
    expect(await registryBy().now()).toBe(Date.parse(date));
    remove();
    expect(Math.abs((await registryBy().now()) - Date.now())).toBeLessThan(60_000);
  });

  test.each([
    ['a failing server', 500, {}],
    ['a cache', 200, { age: '86400' }],
  ] as const)('does not take the time of %s', async (_, status, headers) => {
    const remove = proxy.add({ path: /health/, fault: { kind: 'answer', status, headers, body: 'OK' } });
    await expect(registryBy().now()).rejects.toMatchObject({
      message: expect.stringContaining('does not tell its time'),
    });
    remove();
  });

  test.each([
    ['locked', 503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'database is locked' }],
    // As 3.17 said it under two dozen writers at once.
    [
      'crowded',
      400,
      {
        error_code: 'BAD_REQUEST',
        message:
          'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/21/3o7r)',
      },
    ],
  ] as const)('looks for what it has made when the server says that its database is %s', async (name, status, said) => {
    const registry = await ledger(name);
    await registry.createVersion(name, { key: 'a' }, 'key');
    const fault = {
      kind: 'answer',
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
    } as const;
    const remove = proxy.add({ path: /model-versions\/create/, fault });
    await expect(registry.createVersion(name, { key: 'b' }, 'key')).rejects.toMatchObject({ kind: 'unreachable' });
    remove();
    expect(await registry.versions(name)).toHaveLength(1);
    proxy.add({ path: /model-versions\/create/, times: 2, fault });
    expect(await registry.createVersion(name, { key: 'b' }, 'key')).toBe('2');
    expect(await registry.versions(name)).toHaveLength(2);
    proxy.add({ path: /registered-models\/get/, times: 1, fault });
    expect(await registry.entry(name)).toMatchObject({ name });
  });

  test('tells of versions that MLflow hides, and makes none twice', async () => {
    const registry = await ledger('hidden');
    const version = await registry.createVersion('hidden', { key: 'a' }, 'key');
    await registry.setVersionTag('hidden', version, 'mlflow.prompt.is_prompt', 'true');
    const hidden = { kind: 'unusable', message: expect.stringContaining('hides version 1 of hidden') };
    await expect(registry.versions('hidden')).rejects.toMatchObject(hidden);
    await expect(registry.createVersion('hidden', { key: 'a' }, 'key')).rejects.toMatchObject(hidden);
    expect(await registry.version('hidden', '2')).toBeUndefined();
  });

  test('gives up on a silent server when its time is over, however many tries are left', async () => {
    const patience = { each: 200, whole: 500, tries: 100 };
    const transport = transportTo(connectionTo(proxy.url, mlflow.variables), patience);
    const before = proxy.passed.length;
    const remove = proxy.add({ path: /health/, fault: { kind: 'delay', milliseconds: 5000 } });
    const call = { method: 'GET', path: '/health', isRepeatable: true } as const;
    await expect(transport.fetch(call)).rejects.toMatchObject({
      message: expect.stringContaining('did not answer in time'),
    });
    remove();
    expect(proxy.passed.length - before).toBeLessThan(4);
  });
});

test('is reached by the proxy that a company has, and by nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aigw proxy '));
  // MLflow (3.17) takes no requests to hosts of other names, unless it is started so.
  const certificates = await makeCertificates(folder, 'localhost');
  const url = mlflow.variables['MLFLOW_TRACKING_URI'] ?? '';
  const port = Number(new URL(url).port);
  const front = await startTlsFront(port, certificates);
  const forward = await startForwardProxy({ 'localhost:443': front.port, 'localhost:8080': port });
  const env = { ...mlflow.variables, MLFLOW_TRACKING_SERVER_CERT_PATH: certificates.authority };
  const by = (address: string, more: Readonly<Record<string, string>>) =>
    mlflowRegistry(connectionTo(address, env, undefined, proxiesIn({ https_proxy: forward.url, ...more })));
  expect(await by('https://localhost', {}).entry('product-expert')).toMatchObject({ kind: 'model' });
  expect(forward.asked).toEqual(['CONNECT localhost:443']);
  const plain = by('http://localhost:8080', { HTTP_PROXY: forward.url });
  expect(await plain.entry('product-expert')).toMatchObject({ kind: 'model' });
  expect(forward.asked.at(-1)).toMatch(/^GET http:\/\/localhost:8080\/api\//);
  const count = forward.asked.length;
  const past = by(`https://127.0.0.1:${front.port}`, { NO_PROXY: '127.0.0.1' });
  expect(await past.entry('product-expert')).toMatchObject({ kind: 'model' });
  expect(forward.asked).toHaveLength(count);
  await expect(by('https://elsewhere.example', {}).entry('product-expert')).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'https://elsewhere.example is not reached, since the proxy answered 403.',
  });
  await forward.stop();
  await front.stop();
  rmSync(folder, { recursive: true });
});

describe('rights', () => {
  const users = ['no-permissions', 'read', 'edit', 'manage'] as const;
  const verbs = ['read', 'version', 'alias', 'unalias'] as const;
  const words = { read: 'be read', version: 'get a version', alias: 'get an alias', unalias: 'lose an alias' };
  const as = (user: string) =>
    registryBy({ MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: `password of ${user}` });
  const grant = (username: string, resource_type: string, resource_id: string, permission: string) =>
    admin('/api/3.0/mlflow/users/permissions/grant', { username, resource_type, resource_id, permission });

  beforeAll(async () => {
    await seedVersion(mlflow.variables, { name: 'guarded', files, metrics: {}, tags: {} });
    await seedPrompt(admin, { name: 'guarded prompt', template: 'Hello' });
    for (const username of [...users, 'denied'])
      await admin('/users/create', { username, password: `password of ${username}` });
    // What nobody was given is what the server gives by default: nothing.
    for (const user of users.slice(1)) {
      await grant(user, 'registered_model', 'guarded', user.toUpperCase());
      await grant(user, 'prompt', 'guarded prompt', user.toUpperCase());
    }
    await grant('no-permissions', 'registered_model', 'guarded prompt', 'MANAGE');
    await grant('denied', 'registered_model', '*', 'MANAGE');
    await grant('denied', 'registered_model_version', '*', 'DENY');
  });

  /** Whether it is done; refused, it is not. */
  const does = async (deed: Promise<unknown>) =>
    await deed.then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ kind: 'refused' });
        return false;
      },
    );

  const table = users.flatMap((user) => [[user, 'guarded'] as const, [user, 'guarded prompt'] as const]);
  test.each([...table, ['denied', 'guarded'] as const])(
    'are told before anything is written, and are so: %s on %s',
    async (user, entry) => {
      const registry = as(user);
      const limits = await registry.limits(verbs.map((verb) => ({ entry, verb })));
      const told = Object.fromEntries(
        verbs.map((verb) => [verb, !limits.some((limit) => limit.includes(words[verb]))]),
      );
      const alias = await does(registry.setAlias(entry, user, '1'));
      await registryBy().setAlias(entry, user, '1');
      const done = {
        read: await does(registry.version(entry, '1')),
        alias,
        unalias: await does(registry.deleteAlias(entry, user)),
      };
      expect(told).toMatchObject(done);
      // What is hidden may be missing, and then could be made.
      if (user === 'no-permissions') expect(told['version']).toBe(true);
      // aigw makes no versions of prompts.
      else if (entry === 'guarded')
        expect(told['version']).toBe(await does(registry.createVersion(entry, { key: user }, 'key')));
    },
  );

  test('let whoever finds no ledger make one', async () => {
    const registry = as('no-permissions');
    expect(await registry.limits([{ entry: 'own ledger', verb: 'version' }])).toEqual([]);
    await registry.createEntry('own ledger', {});
    expect(await registry.createVersion('own ledger', { key: 'a' }, 'key')).toBe('1');
    expect(await registry.limits(verbs.map((verb) => ({ entry: 'own ledger', verb })))).toEqual([]);
    const absent = [{ entry: 'not there', verb: 'alias' }] as const;
    expect(await registry.limits(absent)).toEqual([expect.stringContaining('or it is not there')]);
    expect(await registryBy().limits(absent)).toEqual([]);
  });

  test('are those of whoever a token names', async () => {
    const { MLFLOW_TRACKING_URI: url = '' } = mlflow.variables;
    const registry = mlflowRegistry(connectionTo(url, { MLFLOW_TRACKING_TOKEN: 'token of read' }));
    expect(await registry.limits([{ entry: 'guarded', verb: 'alias' }])).toEqual([
      'guarded has to get an alias: that takes EDIT, and read has READ.',
    ]);
    expect(await does(registry.setAlias('guarded', 'token', '1'))).toBe(false);
  });

  test('to copy are told before, down to the experiment in which runs of copies lie', async () => {
    const artifacts: VersionCopy['artifacts'] = [
      { path: 'x', size: 1, read: async (take) => await take(Readable.from([Buffer.from('x')])) },
    ];
    const hash = createHash('sha256').update('x').digest('hex');
    const copy = { name: 'guarded', artifacts, digest: digestOf([{ path: 'x', sha256: hash }]), run: undefined };
    const need = [{ entry: 'guarded', verb: 'copy' }] as const;
    await registryBy().copyVersion({ ...copy, tags: { key: 'of admin' }, key: 'key' });
    expect(await registryBy().limits(need)).toEqual([]);
    expect(await as('read').limits(need)).toHaveLength(2);
    expect(await as('edit').limits(need)).toEqual([expect.stringContaining('The experiment aigw.copies')]);
    const own = { ...copy, tags: { key: 'of edit' }, key: 'key' };
    await expect(as('edit').copyVersion(own)).rejects.toMatchObject({ kind: 'refused' });
    const query = 'experiment_name=aigw.copies';
    const headers = basicAuthorization(ADMIN);
    const found = await fetch(`${proxy.url}/api/2.0/mlflow/experiments/get-by-name?${query}`, { headers });
    const { experiment } = (await found.json()) as { readonly experiment: { readonly experiment_id: string } };
    await admin('/api/3.0/mlflow/users/permissions/grant', {
      username: 'edit',
      resource_type: 'experiment',
      resource_id: experiment.experiment_id,
      permission: 'EDIT',
    });
    expect(await as('edit').limits(need)).toEqual([]);
    const number = await as('edit').copyVersion(own);
    expect(await registryBy().version('guarded', number)).toMatchObject({ tags: own.tags });
  });
});

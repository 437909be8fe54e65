// The evidence of a promotion, as a real MLflow tells it: contents, signatures, lineage, runs and metrics.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapBounded } from '../../src/lib/bounded.ts';
import { judgeData } from '../../src/plan/gates/data.ts';
import { judgeMetrics } from '../../src/plan/gates/metric.ts';
import { judgeRun } from '../../src/plan/gates/run.ts';
import { judgeSignature } from '../../src/plan/gates/signature.ts';
import { digestOf } from '../../src/registries/digest.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { transportTo } from '../../src/registries/mlflow/transport.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { page } from '../fakes/git-hosts/refusals.ts';
import { type RunningMlflow, startMlflow } from '../members/mlflow.ts';
import { seedVersion } from './mlflow-seed.ts';
import { SIGNATURE_PAIRS } from './signature-pairs.ts';

let mlflow: RunningMlflow;
let proxy: FaultProxy;

beforeAll(async () => {
  mlflow = await startMlflow({ isOpen: true, workers: 1 });
  proxy = await startFaultProxy(mlflow.url);
});
afterAll(async () => {
  await proxy.stop();
  await mlflow.stop();
});

/** The registry, by way of the proxy. */
const registry = () => mlflowRegistry(connectionTo(proxy.url, {}));
const registered = async (name: string, number = '1') => {
  const version = await registry().version(name, number);
  if (version === undefined) throw new Error(`no version ${number} of ${name}`);
  return version;
};

/** Asks the server's API, and gives what it answers. */
async function api(method: string, path: string, body: object): Promise<Readonly<Record<string, never>>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${mlflow.url}/api/2.0/mlflow${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok && !text.includes('RESOURCE_ALREADY_EXISTS')) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Readonly<Record<string, never>>;
}

/** Makes a version of a model that may not be there yet. */
async function versionOf(
  name: string,
  made: { readonly source: string; readonly run_id?: string; readonly model_id?: string },
) {
  await api('POST', '/registered-models/create', { name });
  await api('POST', '/model-versions/create', { name, ...made });
}

describe('artifacts', () => {
  const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
  const call = {
    method: 'GET',
    path: '/model-versions/get-artifact',
    query: { name: 'small', version: '1', path: 'data/model.bin' },
    isRepeatable: true,
  } as const;
  const impatient = (each: number) => transportTo(connectionTo(proxy.url, {}), { each, whole: 1, tries: 2 });
  const textOf = async (pieces: AsyncIterable<Buffer>) => {
    let text = '';
    for await (const piece of pieces) text += piece.toString('utf8');
    return text;
  };

  beforeAll(async () => {
    const files = { 'data/model.bin': 'weights' };
    await seedVersion(mlflow.variables, { name: 'small', files, metrics: {}, tags: {} });
  });

  test.each([
    ['a body that is cut off', { kind: 'cut', bytes: 3 }],
    ['a page of 502', page(502)],
  ] as const)('are read anew after %s', async (_, fault) => {
    const remove = proxy.add({ path: /get-artifact/, times: 2, fault });
    const { digest } = await registry().content(await registered('small'));
    expect(digest).toBe(digestOf([{ path: 'data/model.bin', sha256: sha256('weights') }]));
    remove();
  });

  test('that are always cut off are no content', async () => {
    const remove = proxy.add({ path: /get-artifact/, fault: { kind: 'cut', bytes: 3 } });
    await expect(impatient(20_000).stream(call, 7, textOf)).rejects.toMatchObject({ kind: 'unreachable' });
    remove();
  });

  test.each([
    ['a page', page(200)],
    ['half of it', { kind: 'answer', status: 200, body: 'weig' }],
  ] as const)('are not %s', async (_, fault) => {
    const remove = proxy.add({ path: /get-artifact/, fault });
    await expect(registry().content(await registered('small'))).rejects.toMatchObject({
      message: expect.stringContaining('bytes'),
    });
    remove();
  });

  test('are not looked for elsewhere', async () => {
    const location = 'https://elsewhere.example/x';
    const fault = { kind: 'answer', status: 302, headers: { location } } as const;
    const remove = proxy.add({ path: /get-artifact/, fault });
    await expect(registry().content(await registered('small'))).rejects.toMatchObject({
      kind: 'unusable',
      message: expect.stringContaining('where its credentials are not shown'),
    });
    remove();
  });

  test('may take longer than any silence', async () => {
    const remove = proxy.add({ path: /get-artifact/, fault: { kind: 'drip', bytes: 1, milliseconds: 300 } });
    expect(await impatient(2000).stream(call, 7, textOf)).toEqual({ status: 200, taken: 'weights' });
    remove();
  });

  test.each([
    ['they do not begin to come', { kind: 'delay', milliseconds: 5000 }],
    ['nothing more of them comes', { kind: 'drip', bytes: 1, milliseconds: 60_000 }],
  ] as const)('are given up when %s', async (_, fault) => {
    const remove = proxy.add({ path: /get-artifact/, fault });
    await expect(impatient(200).stream(call, 7, textOf)).rejects.toMatchObject({
      message: expect.stringContaining('did not answer in time'),
    });
    remove();
  });

  test('are asked for once where it is the taker who fails', async () => {
    const before = proxy.passed.length;
    const full = new Error('the disk is full');
    await expect(impatient(20_000).stream(call, 7, () => Promise.reject(full))).rejects.toBe(full);
    expect(proxy.passed.length - before).toBe(1);
  });

  test('take no memory, however large they are', async () => {
    const content = new Uint8Array(200 * 1024 * 1024);
    const files = { 'data/model.bin': content };
    await seedVersion(mlflow.variables, { name: 'large', files, metrics: {}, tags: {} });
    const child = join(import.meta.dirname, 'content-memory.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [child, mlflow.url, 'large', '1']);
    const { digest, megabytes } = JSON.parse(stdout) as { readonly digest: string; readonly megabytes: number };
    expect(digest).toBe(digestOf([{ path: 'data/model.bin', sha256: sha256(content) }]));
    // Without it, the process takes 93, and what it has done with is collected after a while.
    expect(megabytes).toBeLessThan(250);
  });
});

describe('a signature', () => {
  /** Versions by the text of their MLmodel file. */
  const numbers = new Map<string, string>();

  beforeAll(async () => {
    const texts = new Set(SIGNATURE_PAIRS.flatMap(([, champion, candidate]) => [champion, candidate]));
    await mapBounded([...texts], 2, async (MLmodel) => {
      const seed = { name: 'signed', files: { MLmodel }, metrics: {}, tags: {} };
      numbers.set(MLmodel, await seedVersion(mlflow.variables, seed));
    });
  }, 60_000);

  test.each(SIGNATURE_PAIRS)('with %s', async (_, champion, candidate, passed, message) => {
    const [old, next] = await Promise.all(
      [champion, candidate].map(async (text) => registry().content(await registered('signed', numbers.get(text)))),
    );
    const judge = (mode: 'warn' | 'backward' | 'full' | 'strict') =>
      judgeSignature(mode, { candidate: next?.signature, champion: old?.signature });
    const verdicts = (['backward', 'full', 'strict'] as const).map(judge);
    expect(verdicts.map(({ status }) => (status === 'passed' ? 'y' : 'n')).join('')).toBe(passed);
    const warned = judge('warn');
    expect(warned).toMatchObject({ status: passed === 'nnn' ? 'warned' : 'passed' });
    expect([warned, ...verdicts].map((verdict) => verdict.message).join(' ')).toContain(message);
    expect(next?.digest).toMatch(/^sha256:/);
  });
});

describe('the way to a run', () => {
  let run: string;
  let other: string;
  let model: string;
  const timestamp = Date.now();
  const rename = (name: string, new_name: string) => api('POST', '/registered-models/rename', { name, new_name });
  const runOf = async (name: string) => registry().run(await registered(name));
  const unknown = (message: string) => ({ kind: 'unusable', message: expect.stringContaining(message) });

  beforeAll(async () => {
    for (const name of ['first', 'other']) {
      const seed = { name, files: { MLmodel: name }, metrics: { loss: 0.25 }, tags: {} };
      await seedVersion(mlflow.variables, seed);
    }
    run = (await registered('first')).run ?? '';
    other = (await registered('other')).run ?? '';
    const logged = { experiment_id: '0', name: 'expert', source_run_id: run };
    model = (await api('POST', '/logged-models', logged))['model']?.['info']?.['model_id'] ?? '';
    await api('PATCH', `/logged-models/${model}`, { model_id: model, status: 'LOGGED_MODEL_READY' });
    const data = { model_id: model, dataset_name: 'questions', dataset_digest: 'autumn' };
    const right = { run_id: run, key: 'right', timestamp, step: 3 };
    await api('POST', '/runs/log-metric', { ...right, ...data, value: 0.9 });
    await api('POST', '/runs/log-metric', { ...right, ...data, dataset_digest: 'winter', value: 0.8, step: 2 });
    for (const digest of ['spring', 'summer']) {
      const dataset = { name: 'questions', digest, source_type: 'local', source: '{}' };
      await api('POST', '/runs/log-inputs', { run_id: run, datasets: [{ dataset, tags: [] }] });
    }
    await versionOf('logged', { source: `models:/${model}`, model_id: model });
  });

  test('leads through copies and a logged model, which tells on what data the run has measured', async () => {
    await versionOf('copy', { source: 'models:/logged/1' });
    await versionOf('copied copy', { source: 'models:/copy/1' });
    const { id, metrics } = (await runOf('copied copy')) ?? {};
    expect(id).toBe(run);
    // Of the run's two datasets nobody knows which one the loss is about.
    expect(metrics).toEqual({ right: { value: 0.9, datasetDigest: 'autumn' }, loss: { value: 0.25 } });
  });

  test.each([
    ['renamed', () => rename('parent-renamed', 'grandparent')],
    ['deleted', () => api('DELETE', '/registered-models/delete', { name: 'parent-deleted' })],
  ])('ends at a version that is %s', async (what, spoil) => {
    await versionOf(`parent-${what}`, { source: `models:/${model}`, model_id: model });
    await versionOf(`child-${what}`, { source: `models:/parent-${what}/1` });
    expect((await runOf(`child-${what}`))?.id).toBe(run);
    await spoil();
    await expect(runOf(`child-${what}`)).rejects.toMatchObject(
      unknown(`Version 1 of child-${what} is made of models:/parent-${what}/1, which is deleted or renamed`),
    );
  });

  test('does not end where names were exchanged', async () => {
    await versionOf('ring', { source: `models:/${model}`, model_id: model });
    await versionOf('link', { source: 'models:/ring/1' });
    await rename('ring', 'gone');
    await rename('link', 'ring');
    await expect(runOf('ring')).rejects.toMatchObject(unknown('is made of itself, by way of models:/ring/1'));
  });

  test.each([
    ['by its id', (id: string) => `models:/${id}`],
    ['by its folder', (id: string) => `mlflow-artifacts:/0/models/${id}/artifacts`],
  ])('does not lead from a logged model, named %s, to a run that somebody names beside it', async (how, source) => {
    const name = `forged ${how}`;
    await versionOf(name, { source: source(model), model_id: model, run_id: other });
    const message = `names run ${other}, and what it holds was made by run ${run}`;
    await expect(runOf(name)).rejects.toMatchObject(unknown(message));
  });

  test('ends at a logged model that is not ready, or deleted', async () => {
    const logged = { experiment_id: '0', name: 'half', source_run_id: run };
    const half = (await api('POST', '/logged-models', logged))['model']?.['info']?.['model_id'] ?? '';
    await versionOf('half', { source: `models:/${half}`, model_id: half });
    await expect(runOf('half')).rejects.toMatchObject(unknown(`${half}, which is LOGGED_MODEL_PENDING`));
    await api('DELETE', `/logged-models/${half}`, {});
    await expect(runOf('half')).rejects.toMatchObject(unknown(`${half}, which is deleted`));
  });
});

describe('a run', () => {
  const version = async (name: string, metrics: Readonly<Record<string, number>>) => {
    await seedVersion(mlflow.variables, { name, files: { MLmodel: name }, metrics, tags: { commit: 'abc' } });
    const { run = '' } = await registered(name);
    return { run, told: async () => registry().run(await registered(name)) };
  };
  const day = 86_400_000;

  test.each([
    ['running', 'POST', '/runs/update', { status: 'RUNNING' }, {}, 'is RUNNING and not FINISHED'],
    ['deleted', 'POST', '/runs/delete', {}, {}, 'is deleted'],
    [
      'old',
      'POST',
      '/runs/update',
      { status: 'FINISHED', end_time: Date.now() - 8 * day },
      { maxAge: '7d' },
      'ago, and 7d is',
    ],
    [
      'tagged',
      'POST',
      '/runs/set-tag',
      { key: 'commit', value: 'abd' },
      { tags: { commit: 'abc' } },
      'is abd and not abc',
    ],
    ['untagged', 'POST', '/runs/delete-tag', { key: 'commit' }, { tags: { commit: '*' } }, 'has no tag commit'],
  ] as const)('that is %s', async (what, method, path, body, rule, message) => {
    const { run, told } = await version(`run-${what}`, {});
    const judged = async () => judgeRun(rule, await told(), await registry().now());
    expect(await judged()).toMatchObject({ status: 'passed' });
    await api(method, path, { run_id: run, ...body });
    expect(await judged()).toMatchObject({ status: 'failed', message: expect.stringContaining(message) });
  });

  test('tells what data it was given, by which it is pinned or not', async () => {
    const { run, told } = await version('given', {});
    const judged = async () => judgeData((await told())?.datasets);
    const give = async (name: string, source_type: string, source: object) => {
      const dataset = { name, digest: name, source_type, source: JSON.stringify(source) };
      await api('POST', '/runs/log-inputs', { run_id: run, datasets: [{ dataset, tags: [] }] });
    };
    expect((await judged()).message).toBe('nobody recorded what data it was made from.');
    await give('questions', 's3', { uri: 's3://remote/files/md5/a3/04afb96060aad90176268345e10355' });
    expect(await judged()).toMatchObject({ status: 'passed', message: 'Pinned: questions.' });
    await give('answers', 'local', { uri: 'data/answers.csv' });
    expect((await judged()).message).toContain('the source of answers names neither');
  });

  test('tells metrics apart that are no number, infinite, absent, or of other data', async () => {
    const candidate = await version('measured', { nothing: Number.NaN, fine: 0.9 });
    const champion = await version('champion', { fine: 0.9 });
    const log = (key: string, value: string) =>
      api('POST', '/runs/log-metric', { run_id: candidate.run, key, value, timestamp: Date.now() });
    await log('most', 'Infinity');
    await log('least', '-Infinity');
    for (const [{ run }, digest] of [
      [candidate, 'autumn'],
      [champion, 'winter'],
    ] as const) {
      const dataset = { name: 'questions', digest, source_type: 'local', source: '{}' };
      await api('POST', '/runs/log-inputs', { run_id: run, datasets: [{ dataset, tags: [] }] });
    }
    const gates = ['nothing', 'most', 'least', 'absent', 'fine'].map((metric) => ({
      name: metric,
      metric,
      champion: { better: 'higher', worseBy: 0, dataset: 'same' } as const,
    }));
    const [mine, theirs] = await Promise.all([candidate.told(), champion.told()]);
    const verdicts = judgeMetrics(gates, { candidate: mine?.metrics ?? {}, champion: theirs?.metrics });
    expect(verdicts.map(({ status, message }) => `${status}: ${message}`)).toEqual([
      'failed: nothing is no number.',
      'failed: most is infinite.',
      'failed: least is infinite.',
      'failed: absent was never measured.',
      "failed: fine was measured on other data than the champion's.",
    ]);
  });
});

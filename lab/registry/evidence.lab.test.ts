// The evidence of a promotion, as a real MLflow tells it: contents, signatures, lineage, runs and metrics.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapBounded } from '../../src/lib/bounded.ts';
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
  mlflow = await startMlflow({ isOpen: true });
  proxy = await startFaultProxy(mlflow.url);
}, 600_000);
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
    const remove = proxy.add({ path: /get-artifact/, fault: { kind: 'drip', bytes: 1, milliseconds: 200 } });
    expect(await impatient(1000).stream(call, 7, textOf)).toEqual({ status: 200, taken: 'weights' });
    remove();
  });

  test('are given up when nothing more of them comes', async () => {
    const remove = proxy.add({ path: /get-artifact/, fault: { kind: 'drip', bytes: 1, milliseconds: 60_000 } });
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
    const content = new Uint8Array(300 * 1024 * 1024);
    const files = { 'data/model.bin': content };
    await seedVersion(mlflow.variables, { name: 'large', files, metrics: {}, tags: {} });
    const child = join(import.meta.dirname, 'content-memory.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [child, mlflow.url, 'large', '1']);
    const { digest, megabytes } = JSON.parse(stdout) as { readonly digest: string; readonly megabytes: number };
    expect(digest).toBe(digestOf([{ path: 'data/model.bin', sha256: sha256(content) }]));
    expect(megabytes).toBeLessThan(200);
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

// What a ledger on a real MLflow hands over, whose time counts for it, and what it never gets to know.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { toldBy } from '../../src/cli/promotion-trial.ts';
import { promote } from '../../src/commands/promote.ts';
import { verify } from '../../src/commands/promotion-history.ts';
import { adopt, approve } from '../../src/commands/promotion-records.ts';
import { recordVerdict } from '../../src/commands/promotion-verdict.ts';
import type { LedgerEntry } from '../../src/plan/ledger/entry.ts';
import type { World } from '../../src/ports/world.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { MLFLOW_VERSION, type RunningMlflow, startMlflow } from '../members/mlflow.ts';
import { seedFlagship } from './flagship-seed.ts';

const root = join(import.meta.dirname, '..', '..');
const model = { kind: 'model', name: 'product-expert' } as const;
const toStaging = {
  path: '.',
  subjects: [model],
  from: 'dev',
  to: 'staging',
  overrides: [],
  dryRun: false,
  direct: true,
};

let mlflow: RunningMlflow;
let proxy: FaultProxy;
let folder: string;

beforeAll(async () => {
  mlflow = await startMlflow({ isOpen: true });
  await seedFlagship(mlflow.variables);
  proxy = await startFaultProxy(mlflow.url);
  folder = join(mkdtempSync(join(tmpdir(), 'aigw ledger ')), 'repo');
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const flagship = join(root, 'fixtures', 'cognitotech');
  const text = readFileSync(join(flagship, 'aigw.yaml'), 'utf8');
  const texts = { 'aigw.yaml': text.replace(/^ {2}platform: .*$/m, '  platform: {type: local}') };
  await world.layRepository(flagship, folder, { texts, user: 'anna' });
  for (const environment of ['dev', 'staging']) await toldBy(adopt(worldOf('anna'), { path: '.', environment }));
});
afterAll(async () => {
  rmSync(join(folder, '..'), { recursive: true });
  await proxy.stop();
  await mlflow.stop();
});

/** Not by way of the proxy. */
const direct = () => mlflowRegistry(connectionTo(mlflow.url, {}));

/** A world of somebody; a plan is good for the address by which it was made. */
function worldOf(who: string, url = mlflow.url): World {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const actor = async () => ({ name: who, evidence: 'a test' });
  return { ...world, directory: folder, actor, registry: async () => mlflowRegistry(connectionTo(url, {})) };
}

async function entries(): Promise<readonly LedgerEntry[]> {
  const texts = (await direct().versions('aigw.ledger.cognitotech')).flatMap(({ tags }) => tags['aigw.entry'] ?? []);
  return texts.map((text) => JSON.parse(text) as LedgerEntry);
}

interface Run {
  readonly child: ChildProcess;
  readonly said: { out: string; error: string };
  readonly exitCode: Promise<number | null>;
}

/** The command itself, by way of the proxy, in a process whose clock is ahead by so many milliseconds. */
function started(words: readonly string[], ahead = 0): Run {
  const shift = `data:text/javascript,const now=Date.now;Date.now=()=>now()+${ahead};`;
  const env = { ...process.env, MLFLOW_TRACKING_URI: proxy.url, NO_COLOR: '1' };
  const child = spawn(process.execPath, ['--import', shift, join(root, 'src/cli/main.ts'), 'promote', ...words], {
    cwd: folder,
    env,
  });
  const said = { out: '', error: '' };
  child.stdout.on('data', (data: Buffer) => {
    said.out += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    said.error += data.toString();
  });
  return { child, said, exitCode: new Promise((resolve) => child.once('close', resolve)) };
}

/** Waits until something is so, as long as a run lasts. */
async function until(run: Run, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    expect([run.child.exitCode, run.said.error]).toEqual([null, expect.anything()]);
    await sleep(20);
  }
}

test('tells each new entry as it comes, waits for a server that is gone, and ends well when it is interrupted', async () => {
  const run = started(['watch', '--format', 'jsonl', '--interval', '1s']);
  const told = () => run.said.out.split('\n').filter((line) => line !== '').length;
  const looks = () => proxy.passed.filter(({ path }) => path.includes('model-versions/search')).length;
  await until(run, () => looks() > 0);
  const verdict = {
    path: '.',
    name: 'offline-eval',
    subject: model,
    status: 'passed',
    environment: 'staging',
  } as const;
  await toldBy(recordVerdict(worldOf('anna'), verdict));
  await until(run, () => told() === 1);
  const bringBack = proxy.add({ fault: { kind: 'request-lost' } });
  await until(run, () => run.said.error.includes('It is waited for.'));
  await toldBy(recordVerdict(worldOf('anna'), { ...verdict, status: 'failed' }));
  bringBack();
  await until(run, () => told() === 2);
  run.child.kill('SIGINT');
  expect(await run.exitCode).toBe(0);
  expect(run.said.error.split('\n')).toEqual([
    expect.stringMatching(/^aigw: .* It is waited for\.$/),
    'aigw: The registry answers again.',
    '',
  ]);
  expect(
    run.said.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toEqual((await entries()).slice(2));
  expect((await entries()).map(({ server }) => server)).toEqual(
    Array.from({ length: 4 }, () => `MLflow ${MLFLOW_VERSION}`),
  );
});

test('shows and records nothing of the SQL and its parameters in what the server says', async () => {
  const parameter = 'a-value-that-only-the-server-knows';
  const body = await constraintError(parameter);
  expect(body).toMatch(/\[SQL: .*\[parameters: /s);
  expect(body).toContain(parameter);
  const headers = { 'content-type': 'application/json' };
  const bringBack = proxy.add({
    path: /registered-models\/alias/,
    fault: { kind: 'answer', status: 400, headers, body },
  });
  const formats = ['text', 'json', 'jsonl', 'junit', 'markdown', 'dotenv'];
  const files = formats.map((format) => join(folder, '..', `report.${format}`));
  const reports = formats.flatMap((format, index) => ['--format', format, '--output', files[index] ?? '']);
  const run = started([
    'model',
    'product-expert',
    '--from',
    'dev',
    '--to',
    'staging',
    '--direct',
    '--debug',
    ...reports,
  ]);
  expect(await run.exitCode).toBe(3);
  bringBack();
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  for (const text of texts) expect(text).toContain('UNIQUE constraint failed');
  expect((await entries()).at(-1)).toMatchObject({
    kind: 'abort',
    reason: expect.stringContaining('UNIQUE constraint failed'),
  });
  const kept = await direct().versions('aigw.ledger.cognitotech');
  const log = execFileSync('git', ['-C', folder, 'log', '--all', '--format=%B', '-p'], { encoding: 'utf8' });
  for (const text of [...texts, run.said.out, run.said.error, JSON.stringify(kept), log])
    for (const word of [parameter, 'INSERT INTO', '[SQL', '[parameters', 'sqlalche.me'])
      expect(text).not.toContain(word);
  await toldBy(verify(worldOf('anna'), { path: '.' }));
});

/** What MLflow says where several set the same new tag at once, and one meets another's row. */
async function constraintError(value: string): Promise<string> {
  for (let round = 1; ; round++) {
    const body = JSON.stringify({ name: 'product-expert', version: '1', key: `race-${round}`, value });
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const url = `${mlflow.url}/api/2.0/mlflow/model-versions/set-tag`;
    const answers = await Promise.all(Array.from({ length: 16 }, () => fetch(url, request)));
    const refused = answers.find(({ status }) => status === 400);
    if (refused !== undefined) return await refused.text();
    expect(round).toBeLessThan(100);
  }
}

test('counts how old approvals are by the time of the server, whatever the clock of the machine says', async () => {
  const day = 86_400_000;
  const policy = (validFor: string) =>
    writeFileSync(
      join(folder, 'policies/staging.yaml'),
      `apiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: staging, team: platform}\n` +
        `spec: {environments: [staging], approvals: {count: 1, validFor: ${validFor}}}\n`,
    );
  const approved = async (plan: string) => {
    await toldBy(promote(worldOf('anna', proxy.url), { ...toStaging, planOut: plan }));
    await toldBy(approve(worldOf('ben', proxy.url), { path: '.', plan }));
  };
  policy('1s');
  await approved('late.json');
  const begin = await direct().now();
  // The server tells whole seconds, and each of its workers sets its own clock for that when it comes to it (uvicorn): two may be seconds apart.
  while ((await direct().now()) < begin + 6000) await sleep(100);
  const late = started(['--plan', 'late.json'], -day);
  expect([await late.exitCode, late.said.out]).toEqual([4, expect.stringContaining('ben approved more than 1s ago')]);
  policy('12h');
  await approved('early.json');
  const early = started(['--plan', 'early.json'], day);
  expect([await early.exitCode, early.said.out]).toEqual([0, expect.stringContaining('Done: staging runs it')]);
  expect((await entries()).at(-1)).toMatchObject({ kind: 'promotion', plan: expect.stringMatching(/^sha256:/) });
});

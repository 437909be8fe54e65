// Promotions between two registries, and between workspaces: two real MLflows, one of them with workspaces, and a proxy before it that counts.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { toldBy } from '../../src/cli/promotion-trial.ts';
import { type PromoteOptions, promote } from '../../src/commands/promote.ts';
import { verify } from '../../src/commands/promotion-history.ts';
import { adopt, clear } from '../../src/commands/promotion-records.ts';
import { rollback } from '../../src/commands/promotion-rollback.ts';
import type { World } from '../../src/ports/world.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { COMMON_FAULTS, type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { MLFLOW_VERSION, type RunningMlflow, startMlflow } from '../members/mlflow.ts';
import { seedFlagship } from './flagship-seed.ts';
import { seedVersion } from './mlflow-seed.ts';
import { seedPrompt } from './prompt-seed.ts';

const root = join(import.meta.dirname, '..', '..');
const model = { kind: 'model', name: 'product-expert' } as const;
const asked = { path: '.', subjects: [model], overrides: [], dryRun: false, direct: true } as const;
const toProd: PromoteOptions = { ...asked, from: 'staging', to: 'prod', reason: 'It answers better.' };
const UPLOADS = { method: 'PUT', path: /mlflow-artifacts\/artifacts/ } as const;

let source: RunningMlflow;
let destination: RunningMlflow;
let proxy: FaultProxy;
let folder: string;
const warnings: string[] = [];

beforeAll(async () => {
  [source, destination] = await Promise.all([
    startMlflow({ isOpen: true, workers: 1 }),
    startMlflow({ isOpen: true, hasWorkspaces: true, workers: 1 }),
  ]);
  await seedFlagship(source.variables);
  await measuredOn('8', 'autumn');
  proxy = await startFaultProxy(destination.url);
  folder = join(mkdtempSync(join(tmpdir(), 'aigw copy ')), 'repo');
  const flagship = join(root, 'fixtures', 'cognitotech');
  const text = (path: string) => readFileSync(join(flagship, path), 'utf8');
  const texts = {
    'aigw.yaml': text('aigw.yaml')
      .replace(/^ {2}registry: .*$/m, `  registry: {type: mlflow, url: "${source.url}"}`)
      .replace(/^ {2}platform: .*$/m, '  platform: {type: local}'),
    'environments/prod/environment.yaml': text('environments/prod/environment.yaml').replace(
      /^spec:$/m,
      `spec:\n  registry: {type: mlflow, url: "${proxy.url}"}`,
    ),
    'prompts/product-answer.yaml': text('prompts/product-answer.yaml').replace(
      'spec:\n',
      'spec:\n  registry: answers\n',
    ),
    // Nothing ran in prod before.
    'environments/prod/product-expert.yaml': '# Nothing yet.\n',
    'policies/production.yaml': `apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: production, team: platform}
spec:
  environments: [prod]
  run: {maxAge: 3650d}
  gates:
    - {name: right, metric: eval/correctness, min: 0.92, champion: {better: higher}}
`,
  };
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  await world.layRepository(flagship, folder, { texts, user: 'anna' });
  for (const environment of ['dev', 'staging']) await toldBy(adopt(worldOf(), { path: '.', environment }));
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all([source.stop(), destination.stop()]);
  rmSync(join(folder, '..'), { recursive: true });
});

/** Not by way of the proxy. */
const there = (workspace = '') => mlflowRegistry(connectionTo(destination.url, { MLFLOW_WORKSPACE: workspace }));
const here = () => mlflowRegistry(connectionTo(source.url, {}));
const git = (...args: readonly string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
const uploads = (from = 0) => proxy.passed.slice(from).filter(({ method }) => method === 'PUT');
const registered = async (registry: ReturnType<typeof here>, number: string) => {
  const version = await registry.version('product-expert', number);
  if (version === undefined) throw new Error(`no version ${number}`);
  return version;
};
const overlay = (environment: string) => git('show', `main:environments/${environment}/product-expert.yaml`);
const pinned = (text: string) => /version: "(.*)"\n {2}digest: (\S+)/.exec(text)?.slice(1);

/** Records at the source on which data the run of a version measured. */
async function measuredOn(number: string, digest: string): Promise<void> {
  const run_id = (await registered(here(), number)).run;
  const dataset = { name: 'questions', digest, source_type: 'local', source: '{}' };
  await post('/runs/log-inputs', { run_id, datasets: [{ dataset, tags: [] }] });
}

async function post(path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const asking = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${source.url}/api/2.0/mlflow${path}`, asking);
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json();
}

function worldOf(): World {
  const { world } = compose({ note: () => undefined, warn: (text) => warnings.push(text) });
  return {
    ...world,
    directory: folder,
    clock: { ...world.clock, today: () => '2026-11-21' },
    actor: async () => ({ name: 'anna', evidence: 'a test' }),
  };
}

async function makeWorkspace(name: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const asking = { method: 'POST', headers, body: JSON.stringify({ name }) };
  expect((await fetch(`${destination.url}/api/3.0/mlflow/workspaces`, asking)).status).toBe(201);
}

describe('the workspace that MLFLOW_WORKSPACE names', () => {
  test('is unknown to a server that has none', async () => {
    const registry = mlflowRegistry(connectionTo(source.url, { MLFLOW_WORKSPACE: 'shop' }));
    await expect(registry.capabilities?.()).rejects.toMatchObject({
      kind: 'unusable',
      message: `${source.url} has no workspaces, and MLFLOW_WORKSPACE names shop.`,
      help: expect.stringContaining('--enable-workspaces'),
    });
    expect(await here().capabilities?.()).toEqual({ hasAliases: true, lacks: [] });
    expect(await here().server?.()).toBe(`MLflow ${MLFLOW_VERSION}`);
  });

  test('tells of a workspace that is not there', async () => {
    await expect(there('none').capabilities?.()).rejects.toMatchObject({
      kind: 'unusable',
      message: expect.stringContaining('has no workspace none'),
    });
  });

  test('is worked in, and nothing of it is seen from outside', async () => {
    await makeWorkspace('shop');
    const shop = there('shop');
    expect(await shop.capabilities?.()).toEqual({ hasAliases: true, lacks: [] });
    expect(await shop.createEntry('product-expert', {})).toBe('created');
    expect(await shop.createVersion('product-expert', { key: 'a' }, 'key')).toBe('1');
    await shop.setAlias('product-expert', 'prod', '1');
    expect((await shop.entry('product-expert'))?.aliases).toEqual({ prod: '1' });
    expect(await there().entry('product-expert')).toBeUndefined();
  });
});

test('copies a version into the registry of the environment, where it gets a number of its own', async () => {
  const dry = await toldBy(promote(worldOf(), { ...toProd, dryRun: true }));
  expect(dry).toContain(`To be copied: version 8 of product-expert, 3 artifacts of`);
  expect(dry).toContain('model product-expert: none becomes copy of 8');
  expect(await there().entry('product-expert')).toBeUndefined();
  const tooLarge = { ...UPLOADS, fault: { kind: 'answer', status: 413, body: 'too large' } } as const;
  const remove = proxy.add(tooLarge);
  expect(await toldBy(promote(worldOf(), toProd), 3)).toContain('did not take it (413)');
  remove();
  expect(await there().versions('product-expert')).toEqual([]);
  for (const fault of [{ kind: 'answer-lost' }, COMMON_FAULTS.badGateway] as const)
    proxy.add({ ...UPLOADS, times: 1, fault });
  await toldBy(promote(worldOf(), toProd));
  expect((await there().entry('product-expert'))?.aliases).toEqual({ prod: '1' });
  const [, digest] = pinned(overlay('staging')) ?? [];
  expect(pinned(overlay('prod'))).toEqual(['1', digest]);
  const copy = await registered(there(), '1');
  const original = await registered(here(), '8');
  expect((await there().content(copy)).digest).toBe(digest);
  expect(copy.source).toMatch(/^mlflow-artifacts:.*\/artifacts\/model$/);
  expect(copy.tags).toMatchObject({
    'aigw.copy.registry': source.url,
    'aigw.copy.name': 'product-expert',
    'aigw.copy.version': '8',
    'aigw.copy.run': original.run,
    'aigw.copy.digest': digest,
  });
  const [copied, run] = [await there().run(copy), await here().run(original)];
  expect([copied?.metrics, copied?.status, copied?.endedAt]).toEqual([run?.metrics, 'FINISHED', run?.endedAt]);
  expect(copied?.tags).toMatchObject(run?.tags ?? {});
  const query = `name=product-expert&version=1`;
  const told = await fetch(`${destination.url}/api/2.0/mlflow/model-versions/get?${query}`);
  expect(await told.text()).toContain(`"run_link": "${source.url}/#/runs/${original.run}"`);
  await toldBy(verify(worldOf(), { path: '.' }));
  expect(await toldBy(promote(worldOf(), toProd))).toContain('runs what it is to run already');
  expect(await there().versions('product-expert')).toHaveLength(1);
});

test('goes on after SIGKILL in the middle of a copy, and sends only what is missing or other', async () => {
  const names = ['MLmodel', 'a.bin', 'b.bin', 'c.bin', 'd/e f.bin', 'd/g.bin', 'd/h/i.bin', 'z.txt'];
  const files = Object.fromEntries(names.map((name, index) => [name, `${name} `.repeat(20_000 * index + 1)]));
  const seed = { name: 'product-expert', files, metrics: { 'eval/correctness': 0.95 }, tags: {} };
  const number = await seedVersion(source.variables, seed);
  await measuredOn(number, 'autumn');
  await toldBy(promote(worldOf(), { ...asked, to: 'dev', fromRegistry: number }));
  await toldBy(promote(worldOf(), { ...asked, from: 'dev', to: 'staging' }));
  git('reset', '--quiet', '--hard');
  const start = proxy.passed.length;
  const child = started();
  const remove = proxy.add({ ...UPLOADS, after: 3, fault: { kind: 'delay', milliseconds: 60_000 } });
  while (uploads(start).filter(({ status }) => status === 200).length < 3) {
    expect(child.process.exitCode, child.output()).toBeNull();
    await sleep(20);
  }
  child.process.kill('SIGKILL');
  remove();
  expect(await there().versions('product-expert')).toHaveLength(1);
  const sent = uploads(start).filter(({ status }) => status === 200);
  const [spoiled] = sent;
  const length = Number(spoiled?.headers['content-length']);
  await fetch(`${destination.url}${spoiled?.path}`, { method: 'PUT', body: 'x'.repeat(length) });
  const between = proxy.passed.length;
  const again = started();
  const ended = await new Promise((resolve) => again.process.once('exit', resolve));
  expect(ended, again.output()).toBe(0);
  const late = uploads(between).map(({ path }) => path);
  expect(late).toHaveLength(names.length - sent.length + 1);
  expect(late).toContain(spoiled?.path);
  expect((await there().entry('product-expert'))?.aliases).toEqual({ prod: '2' });
  const [version, digest] = pinned(overlay('prod')) ?? [];
  expect([version, digest]).toEqual(['2', (await here().content(await registered(here(), number))).digest]);
  expect((await there().content(await registered(there(), '2'))).digest).toBe(digest);
  expect(proxy.passed.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  await toldBy(verify(worldOf(), { path: '.' }));
});

test('comes back in the registry of the environment, and bars what it leaves in both', async () => {
  git('reset', '--quiet', '--hard');
  const back = { path: '.', environment: 'prod', subjects: [], reason: 'It is rude.', dryRun: false, direct: true };
  await toldBy(rollback(worldOf(), back));
  expect((await there().entry('product-expert'))?.aliases).toEqual({ prod: '1' });
  git('reset', '--quiet', '--hard');
  expect(await toldBy(promote(worldOf(), toProd), 1)).toContain('is barred since');
  const [version = ''] = pinned(overlay('staging')) ?? [];
  await toldBy(clear(worldOf(), { path: '.', subject: model, version, reason: 'The prompt was to blame.' }));
  const before = uploads().length;
  const planOut = join(folder, '..', 'plan.json');
  await toldBy(promote(worldOf(), { ...toProd, planOut }));
  expect(uploads()).toHaveLength(before);
  expect(JSON.parse(readFileSync(planOut, 'utf8'))).toMatchObject({
    destination: { url: proxy.url },
    moves: [{ after: { version: '2' }, copyOf: { registry: { url: source.url }, version } }],
  });
  await toldBy(verify(worldOf(), { path: '.' }));
});

test('writes a registered prompt anew, with all that it says, under a number of its own', async () => {
  git('reset', '--quiet', '--hard');
  const subjects = [{ kind: 'prompt', name: 'product-answer' } as const];
  const template = [
    { role: 'system', content: 'Answer in the language {{ language }}.' },
    { role: 'user', content: 'So far: {{ history }}\n{{ documents }}\nQuestion: {{ question }}' },
  ];
  await seedPrompt(post, { name: 'answers', template: 'An older text' });
  const number = await seedPrompt(post, { name: 'answers', template, responseFormat: { type: 'object' } });
  for (const way of [
    { to: 'dev', fromRegistry: number },
    { from: 'dev', to: 'staging' },
  ]) {
    await toldBy(promote(worldOf(), { ...asked, subjects, ...way }));
    git('reset', '--quiet', '--hard');
  }
  proxy.add({ method: 'POST', path: /model-versions\/create/, times: 1, fault: { kind: 'answer-lost' } });
  await toldBy(promote(worldOf(), { ...toProd, subjects }));
  git('reset', '--quiet', '--hard');
  expect(await there().entry('answers')).toMatchObject({ kind: 'prompt', aliases: { prod: '1' } });
  const [copy, ...others] = await there().versions('answers');
  const original = await here().version('answers', number);
  if (copy === undefined || original === undefined) throw new Error('no version');
  expect(others).toEqual([]);
  expect(await there().content(copy)).toEqual(await here().content(original));
  expect(copy.tags).toMatchObject({ 'aigw.copy.name': 'answers', 'aigw.copy.version': number });
  expect(git('show', 'main:environments/prod/product-answer.yaml')).toContain('version: "1"');
  await toldBy(verify(worldOf(), { path: '.' }));
});

test('copies from one workspace into another', async () => {
  await makeWorkspace('team');
  const path = join(folder, 'environments/prod/environment.yaml');
  const text = readFileSync(path, 'utf8').replace(`url: "${proxy.url}"`, `url: "${proxy.url}", workspace: team`);
  writeFileSync(path, text);
  // There is no champion to compare with.
  const policy = join(folder, 'policies/production.yaml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(', champion: {better: higher}', ''));
  git('commit', '--quiet', '--all', '--message', 'A workspace of its own');
  await toldBy(promote(worldOf(), toProd));
  expect((await there('team').entry('product-expert'))?.aliases).toEqual({ prod: '1' });
  expect(await there('team').versions('product-expert')).toMatchObject([{ version: '1' }]);
});

test('is readable where the registry that it came from is gone', async () => {
  await source.stop();
  const [, digest] = pinned(overlay('prod')) ?? [];
  expect((await there('team').content(await registered(there('team'), '1'))).digest).toBe(digest);
  expect((await there('team').run(await registered(there('team'), '1')))?.metrics).toMatchObject({
    'eval/correctness': { value: 0.95 },
  });
});

/** The command itself, with a token that is for the first server alone. */
function started() {
  const words = ['promote', 'model', 'product-expert', '--from', 'staging', '--to', 'prod', '--direct'];
  const env = { ...process.env, MLFLOW_TRACKING_TOKEN: 'only-for-the-first', NO_COLOR: '1' };
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words], { cwd: folder, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  return { process: child, output: () => output };
}

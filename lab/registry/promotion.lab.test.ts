// Promotions on a real MLflow with two workers, through a proxy that spoils answers.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { toldBy } from '../../src/cli/promotion-trial.ts';
import { applyPlan, promote } from '../../src/commands/promote.ts';
import { verify } from '../../src/commands/promotion-history.ts';
import { adopt, approve } from '../../src/commands/promotion-records.ts';
import { rollback } from '../../src/commands/promotion-rollback.ts';
import { TAGS } from '../../src/plan/ledger/ticket.ts';
import type { World } from '../../src/ports/world.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { type RunningMlflow, startMlflow } from '../members/mlflow.ts';
import { seedFlagship } from './flagship-seed.ts';
import { seedVersion } from './mlflow-seed.ts';

const root = join(import.meta.dirname, '..', '..');
const LEDGER = 'aigw.ledger.cognitotech';
const model = { kind: 'model', name: 'product-expert' } as const;
const prompt = { kind: 'prompt', name: 'product-answer' } as const;
const asked = { path: '.', subjects: [model, prompt], overrides: [], dryRun: false, direct: false } as const;
const toProd = { ...asked, from: 'staging', to: 'prod', reason: 'It answers better.' };
const toStaging = { ...asked, subjects: [model], from: 'dev', to: 'staging', direct: true };

let mlflow: RunningMlflow;
let proxy: FaultProxy;
let folder: string;

beforeAll(async () => {
  mlflow = await startMlflow({ isOpen: true });
  await seedFlagship(mlflow.variables);
});
afterAll(() => mlflow.stop());

beforeEach(async () => {
  proxy = await startFaultProxy(mlflow.url);
  folder = join(mkdtempSync(join(tmpdir(), 'aigw promotion ')), 'repo');
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const flagship = join(root, 'fixtures', 'cognitotech');
  const text = readFileSync(join(flagship, 'aigw.yaml'), 'utf8').replace(
    /^ {2}platform: .*$/m,
    '  platform: {type: local}',
  );
  // Each test has a ledger of its own, by the repo's name.
  const texts = { 'aigw.yaml': text.replace('{name: cognitotech}', `{name: cognitotech-${++count}}`) };
  await world.layRepository(flagship, folder, { texts, user: 'anna' });
  for (const [environment, version] of [
    ['dev', '9'],
    ['staging', '8'],
    ['prod', '7'],
  ] as const) {
    await direct().setAlias('product-expert', environment, version);
    await toldBy(adopt(worldOf('anna'), { path: '.', environment }));
  }
});
afterEach(async () => {
  await proxy.stop();
  rmSync(join(folder, '..'), { recursive: true });
});

let count = 0;
const ledger = () => `${LEDGER}-${count}`;
/** Not by way of the proxy. */
const direct = () => mlflowRegistry(connectionTo(mlflow.url, {}));
const alias = async (environment: string) => (await direct().entry('product-expert'))?.aliases[environment];
const git = (...args: readonly string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();

function worldOf(who: string): World {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  return {
    ...world,
    directory: folder,
    clock: { ...world.clock, today: () => '2026-11-21' },
    actor: async () => ({ name: who, evidence: 'a test' }),
    registry: async () => mlflowRegistry(connectionTo(proxy.url, {})),
  };
}

async function post(path: string, body: object, method = 'POST'): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${mlflow.url}/api/2.0/mlflow${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** A plan that is merged and approved. The freeze of these days is overridden. */
async function merged(people: readonly string[] = ['ben', 'carla']): Promise<string> {
  const overrides = (await direct().now()) < Date.parse('2026-12-01T00:00:00+01:00') ? ['freeze/black-week'] : [];
  await toldBy(promote(worldOf('anna'), { ...toProd, overrides }));
  const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
  git('merge', '--quiet', '--no-edit', branch);
  const plan = git('diff', '--name-only', 'HEAD~1', '--', 'promotions/prod');
  for (const who of people) await toldBy(approve(worldOf(who), { path: '.', plan }));
  return plan;
}

test('goes the whole way', async () => {
  const plan = await merged(['ben', 'ben']);
  expect(await toldBy(approve(worldOf('anna'), { path: '.', plan }), 1)).toContain('somebody else must approve');
  expect(await toldBy(applyPlan(worldOf('anna'), { path: '.', plan }), 4)).toContain('1 of 2 people');
  expect(await alias('prod')).toBe('7');
  await toldBy(approve(worldOf('carla'), { path: '.', plan }));
  await toldBy(applyPlan(worldOf('anna'), { path: '.', plan }));
  expect(await alias('prod')).toBe('8');
  await toldBy(verify(worldOf('anna'), { path: '.' }));
});

test('is stale when somebody has moved the alias, and leaves it there', async () => {
  const plan = await merged();
  await direct().setAlias('product-expert', 'prod', '9');
  expect(await toldBy(applyPlan(worldOf('anna'), { path: '.', plan }), 1)).toContain(
    'Alias prod of product-expert means version 9',
  );
  expect(await alias('prod')).toBe('9');
});

test('is stale when artifacts were overwritten, or the version is gone', async () => {
  const spare = await seedVersion(mlflow.variables, {
    name: 'spare',
    // No YAML, which is no matter where no policy asks for signatures.
    files: { MLmodel: 'spare: [1' },
    metrics: {},
    tags: {},
  });
  await writeModel('spare', 'dev');
  const { path } = toStaging;
  const first = {
    ...asked,
    path,
    subjects: [{ kind: 'model', name: 'spare' } as const],
    fromRegistry: spare,
    to: 'dev',
    planOut: 'plan.json',
  };
  await toldBy(promote(worldOf('anna'), first));
  const version = await direct().version('spare', spare);
  const content = async () => (version === undefined ? undefined : (await direct().content(version)).digest);
  const before = await content();
  const answer = await fetch(
    `${mlflow.url}/api/2.0/mlflow/model-versions/get-download-uri?name=spare&version=${spare}`,
  );
  const { artifact_uri: uri } = (await answer.json()) as { readonly artifact_uri: string };
  const place = uri.replace(/^mlflow-artifacts:\//, '');
  await fetch(`${mlflow.url}/api/2.0/mlflow-artifacts/artifacts/${place}/MLmodel`, { method: 'PUT', body: 'spare 2' });
  expect(await content()).not.toBe(before);
  expect(await toldBy(applyPlan(worldOf('anna'), { path, plan: 'plan.json' }), 1)).toContain(
    'The content of version 1 of spare has changed',
  );
  await post('/model-versions/delete', { name: 'spare', version: spare }, 'DELETE');
  expect(await toldBy(applyPlan(worldOf('anna'), { path, plan: 'plan.json' }), 1)).toContain(
    'Version 1 of spare is gone',
  );
});

test('does not pass where a metric is no number, or the run is deleted', async () => {
  const version = await direct().version('product-expert', '8');
  const run = version?.run ?? '';
  const policy = join(folder, 'policies/production.yaml');
  writeFileSync(policy, `${readFileSync(policy, 'utf8')}  run: {maxAge: 30d}\n`);
  const dry = { ...toProd, dryRun: true };
  await post('/runs/delete', { run_id: run });
  expect(await toldBy(promote(worldOf('anna'), dry), 1)).toContain(`run ${run} is deleted`);
  await post('/runs/restore', { run_id: run });
  await post('/runs/log-metric', { run_id: run, key: 'eval/correctness', value: 'NaN', timestamp: Date.now() });
  expect(await toldBy(promote(worldOf('anna'), dry), 1)).toContain('eval/correctness is no number');
  await post('/runs/log-metric', { run_id: run, key: 'eval/correctness', value: 0.947, timestamp: Date.now() + 1 });
});

test('compares with the champion only what was measured on the same data', async () => {
  const policy = join(folder, 'policies/production.yaml');
  const champion = 'champion: {better: higher}';
  const text = readFileSync(policy, 'utf8').replace('eval/correctness, min: 0.92}', `eval/correctness, ${champion}}`);
  expect(text).toContain(champion);
  writeFileSync(policy, text);
  const dry = { ...toProd, dryRun: true };
  expect(await toldBy(promote(worldOf('anna'), dry), 1)).toContain('nobody recorded on which data');
  const given = async (version: string, digest: string) => {
    const run_id = (await direct().version('product-expert', version))?.run;
    const dataset = { name: 'questions', digest, source_type: 'local', source: '{}' };
    await post('/runs/log-inputs', { run_id, datasets: [{ dataset, tags: [] }] });
  };
  await given('7', 'autumn');
  await given('8', 'autumn');
  const told = promote(worldOf('anna'), dry);
  expect((await told).report.text.join(' ')).toContain("eval/correctness is 0.947 (the champion's 0.931)");
  await given('8', 'winter');
  expect(await toldBy(promote(worldOf('anna'), dry), 1)).toContain('nobody recorded on which data');
});

test('promotes the version that it has looked up once, wherever the alias leads meanwhile', async () => {
  const there = direct();
  const run: World['registry'] = async () => ({
    ...there,
    // While the gates are asked, somebody makes the alias of dev mean another version.
    content: async (version) => {
      await there.setAlias('product-expert', 'dev', '7');
      return await there.content(version);
    },
  });
  await toldBy(promote({ ...worldOf('anna'), registry: run }, toStaging));
  expect(await alias('staging')).toBe('9');
  expect(readFileSync(join(folder, 'environments/staging/product-expert.yaml'), 'utf8')).toMatch(/version: "?9"?$/m);
  expect(await toldBy(verify(worldOf('anna'), { path: '.' }), 1)).toContain('Alias dev of product-expert means 7');
});

test('takes the word of no alias, no tag and no file for it that a version was in the environment before', async () => {
  await direct().setAlias('product-expert', 'staging', '9');
  for (const key of ['stage', 'aigw.environment', 'aigw.promotion'])
    await direct().setVersionTag('product-expert', '9', key, 'staging');
  const [dev, staging] = ['dev', 'staging'].map((name) => join(folder, 'environments', name, 'product-expert.yaml'));
  const pins = readFileSync(dev ?? '', 'utf8').replace('environment: dev', 'environment: staging');
  writeFileSync(staging ?? '', pins);
  git('commit', '--quiet', '--all', '--message', 'It is in staging');
  expect(await toldBy(promote(worldOf('anna'), { ...toProd, dryRun: true }), 1)).toContain(
    'by the ledger staging runs version 8, and not this version 9',
  );
  expect(await toldBy(promote(worldOf('anna'), { ...toProd, from: 'dev', dryRun: true }), 1)).toContain(
    'prod does not follow dev',
  );
});

test('puts the first alias back where the second cannot be moved', async () => {
  const twin = await seedVersion(mlflow.variables, { name: 'twin', files: { MLmodel: 'twin' }, metrics: {}, tags: {} });
  await writeModel('twin', 'dev', twin);
  await writeModel(
    'twin',
    'staging',
    await seedVersion(mlflow.variables, { name: 'twin', files: { MLmodel: 'other' }, metrics: {}, tags: {} }),
  );
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Twins');
  for (const environment of ['dev', 'staging']) await toldBy(adopt(worldOf('anna'), { path: '.', environment }));
  const head = git('rev-parse', 'main:environments');
  const fault = {
    kind: 'answer',
    status: 403,
    body: '{"error_code": "PERMISSION_DENIED", "message": "no"}',
    headers: { 'content-type': 'application/json' },
  } as const;
  const remove = proxy.add({ method: 'POST', path: /registered-models\/alias/, after: 1, times: 1, fault });
  const pair = [model, { kind: 'model', name: 'twin' } as const];
  await toldBy(promote(worldOf('anna'), { ...toStaging, subjects: pair }), 3);
  remove();
  expect(await alias('staging')).toBe('8');
  expect(git('rev-parse', 'main:environments')).toBe(head);
  await toldBy(verify(worldOf('anna'), { path: '.' }));
  const last = (await direct().versions(ledger())).findLast(({ tags }) => tags['aigw.entry'] !== undefined);
  expect(JSON.parse(last?.tags['aigw.entry'] ?? '{}')).toMatchObject({ kind: 'abort', to: 'staging' });
});

test('does not take a version under the name of a prompt for a model', async () => {
  const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
  await post('/registered-models/create', { name: 'greeting', tags });
  await seedVersion(mlflow.variables, { name: 'greeting', files: { MLmodel: 'greeting' }, metrics: {}, tags: {} });
  await writeModel('greeting');
  const first = { ...asked, subjects: [{ kind: 'model', name: 'greeting' } as const], fromRegistry: '1', to: 'dev' };
  const { report } = await promote(worldOf('anna'), { ...first, dryRun: true });
  expect([report.exitCode, report.text.join(' ')]).toEqual([
    1,
    expect.stringContaining('is one of a prompt, and no model'),
  ]);
});

test('names the entry of the ledger that somebody has altered', async () => {
  const [entry] = (await direct().versions(ledger())).filter(({ tags }) => tags['aigw.entry'] !== undefined);
  const text = entry?.tags['aigw.entry']?.replace('"anna"', '"ben"') ?? '';
  await post('/model-versions/set-tag', { name: ledger(), version: entry?.version, key: 'aigw.entry', value: text });
  const reason = `Ticket ${entry?.version}: it was altered`;
  expect(await toldBy(verify(worldOf('anna'), { path: '.' }), 1)).toContain(reason);
  expect(await toldBy(promote(worldOf('anna'), toStaging), 1)).toContain(reason);
  expect(await alias('staging')).toBe('8');
});

test('does not come back to a version that is gone', async () => {
  await toldBy(promote(worldOf('anna'), toStaging));
  // The version itself stays, for the tests that follow.
  const there = direct();
  const registry = {
    ...there,
    version: async (name: string, version: string) =>
      version === '8' ? undefined : await there.version(name, version),
  };
  const world = { ...worldOf('anna'), registry: async () => registry };
  const back = { path: '.', environment: 'staging', subjects: [], reason: 'It is rude.', dryRun: false, direct: true };
  expect(await toldBy(rollback(world, back), 1)).toContain('Version 8 of product-expert is not registered');
  expect(await alias('staging')).toBe('9');
  await toldBy(rollback(worldOf('anna'), back));
  expect(await alias('staging')).toBe('8');
});

test('runs twenty-four at once, one after the other, and leaves one history', { timeout: 300_000 }, async () => {
  const names = Array.from({ length: 24 }, (_, index) => `m-${count}-${index + 1}`);
  for (const name of names) {
    await seedVersion(mlflow.variables, { name, files: { MLmodel: name }, metrics: {}, tags: {} });
    await writeModel(name);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'More models');
  const one = { ...asked, fromRegistry: '1', to: 'dev', direct: true };
  const told = await Promise.all(
    names.map((name) => toldBy(promote(worldOf('anna'), { ...one, subjects: [{ kind: 'model', name }] }))),
  );
  expect(told.filter((text) => text.includes('Done: dev runs it'))).toHaveLength(24);
  await toldBy(verify(worldOf('anna'), { path: '.' }));
  const entries = (await direct().versions(ledger())).flatMap(({ version, tags }) => {
    const text = tags['aigw.entry'];
    return text === undefined ? [] : [{ version, entry: JSON.parse(text) as { kind: string; commit: string } }];
  });
  const promotions = entries.filter(({ entry }) => entry.kind === 'promotion');
  expect(promotions).toHaveLength(24);
  const commits = git('log', '--reverse', '--format=%H', '-24', 'main').split('\n');
  expect(promotions.map(({ entry }) => entry.commit)).toEqual(commits);
});

// After the ticket, after what it is about to do is written down, after the alias, and after the entry.
test.each([2, 4, 6, 8])('goes on after SIGKILL behind write %i, with its clock a day off', async (at) => {
  const child = started();
  const fault = { kind: 'drip', bytes: 1, milliseconds: 60_000 } as const;
  const remove = proxy.add({ method: 'POST', after: at - 1, times: 1, fault });
  while (!proxy.passed.some((each) => each.fault === 'drip' && each.status !== undefined)) {
    expect(child.exitCode).toBeNull();
    await sleep(20);
  }
  child.kill('SIGKILL');
  remove();
  await age();
  const again = started();
  expect(await new Promise((resolve) => again.once('exit', resolve))).toBe(0);
  expect(await alias('staging')).toBe('9');
  await toldBy(verify(worldOf('anna'), { path: '.' }));
  const now = await direct().now();
  const entries = (await direct().versions(ledger())).flatMap(({ tags }) => tags['aigw.entry'] ?? []);
  const told = entries.map((text) => JSON.parse(text) as { readonly kind: string; readonly at: string });
  expect(told.filter(({ kind }) => kind === 'promotion')).toHaveLength(1);
  expect(Math.abs(now - Date.parse(told.at(-1)?.at ?? ''))).toBeLessThan(60_000);
});

/** The command itself, in a process whose clock is a day ahead. */
function started() {
  const words = ['promote', 'model', 'product-expert', '--from', 'dev', '--to', 'staging', '--direct'];
  const shift = 'data:text/javascript,const now=Date.now;Date.now=()=>now()+86400000;';
  const env = { ...process.env, MLFLOW_TRACKING_URI: proxy.url, NO_COLOR: '1' };
  return spawn(process.execPath, ['--import', shift, join(root, 'src/cli/main.ts'), ...words], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
}

/** Two minutes go by for whoever holds a ticket. */
async function age(): Promise<void> {
  for (const { version, tags } of await direct().versions(ledger()))
    if (tags[TAGS.state] === 'open') await direct().setVersionTag(ledger(), version, TAGS.beat, '1');
}

/** A model of our own, pinned in an environment where one is given. */
async function writeModel(name: string, environment?: string, version?: string): Promise<void> {
  const head = 'apiVersion: aigw.dev/v1alpha1\nkind: Model\n';
  const own =
    readFileSync(join(folder, 'models/own.yaml'), 'utf8')
      .split(/^---$/m)
      .find((text) => text.includes('registry: product-expert')) ?? '';
  writeFileSync(join(folder, `models/${name}.yaml`), own.replaceAll('product-expert', name).trimStart());
  if (environment === undefined || version === undefined) return;
  mkdirSync(join(folder, 'environments', environment), { recursive: true });
  const registered = await direct().version(name, version);
  if (registered === undefined) throw new Error(`no version ${version} of ${name}`);
  const { digest } = await direct().content(registered);
  const overlay = `${head}metadata: {name: ${name}, environment: ${environment}}\nspec:\n  version: "${version}"\n  digest: ${digest}\n`;
  writeFileSync(join(folder, 'environments', environment, `${name}.yaml`), overlay);
}

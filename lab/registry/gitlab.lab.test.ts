// GitLab's model registry, whose double on loopback takes what GitLab documents and no more: the suite of all registries, and a promotion by the command itself.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTrial } from '../../src/cli/promotion-trial.ts';
import { testRegistry } from '../../src/registries/conformance.ts';
import { digestOf } from '../../src/registries/digest.ts';
import { filesRegistry } from '../../src/registries/files/registry.ts';
import { withLedgersIn } from '../../src/registries/ledger-apart.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { gitlabRegistry, isGitlab } from '../../src/registries/mlflow/gitlab.ts';
import { mustRun, run } from '../commands.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { page } from '../fakes/git-hosts/refusals.ts';
import { type FakeRegistry, type RegistryToken, startGitlabRegistry } from '../fakes/gitlab-registry.ts';
import { seedGitlab } from './gitlab-seed.ts';

const tokens: readonly RegistryToken[] = [
  { value: 'of-the-trainer', scope: 'api', seesProject: true },
  { value: 'of-the-promoter', scope: 'read_api', seesProject: true },
  { value: 'without-scope', scope: 'read_user', seesProject: true },
  { value: 'of-a-stranger', scope: 'read_api', seesProject: false },
];

const MLMODEL = `signature:
  inputs: '[{"type": "string", "name": "question", "required": true}]'
  outputs: '[{"type": "string", "name": "answer", "required": true}]'
`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const digestIn = (files: Readonly<Record<string, string>>) =>
  digestOf(Object.entries(files).map(([path, text]) => ({ path, sha256: sha256(text) })));

describe('as every registry', () => {
  let gitlab: FakeRegistry;
  const folder = mkdtempSync(join(tmpdir(), 'aigw gitlab '));
  afterAll(async () => {
    expect(gitlab.breaches).toEqual([]);
    await gitlab.stop();
    rmSync(folder, { recursive: true });
  });

  testRegistry(
    async () => {
      gitlab = await startGitlabRegistry({ tokens, hasStore: true });
      const files = { MLmodel: MLMODEL, 'data/model.bin': 'weights' };
      const metrics = [
        ['eval/correctness', 0.2],
        ['eval/correctness', 0.94],
      ] as const;
      const seed = { name: 'product-expert', version: '1.0.0', files, metrics, tags: { 'git.commit': 'abc' } };
      await seedGitlab(gitlab.trackingUri, 'of-the-trainer', seed);
      const connection = connectionTo(gitlab.trackingUri, { MLFLOW_TRACKING_TOKEN: 'of-the-promoter' });
      expect(isGitlab(connection)).toBe(true);
      const registry = gitlabRegistry(connection);
      expect(await registry.server?.()).toBe('GitLab 18.2.1');
      return { registry: withLedgersIn(filesRegistry(folder, registry.now), registry), digest: digestIn(files) };
    },
    'aigw.ledger.conformance',
    { first: '1.0.0', hasAliases: false, hasPrompts: false, takesNaN: false },
  );
});

describe('by the command itself', () => {
  let gitlab: FakeRegistry;
  let folder: string;
  let seeded: number;

  /** By what each environment of the flagship pins. */
  const versions = { '7': '1.9.0', '8': '1.10.0-rc.1+build.5', '9': '1.10.0' } as const;

  beforeAll(async () => {
    gitlab = await startGitlabRegistry({ tokens, below: '/gitlab' });
    folder = join(mkdtempSync(join(tmpdir(), 'aigw gitlab ')), 'repo');
    await startTrial(folder);
    const seeds = join(folder, 'registry/product-expert/versions');
    for (const [number, version] of Object.entries(versions))
      await register(version, number, readFileSync(join(seeds, `${number}.json`), 'utf8'));
    rmSync(join(folder, 'registry'), { recursive: true });
    edit('aigw.yaml', /^ {2}registry: .*$/m, '  registry: {type: mlflow, url: {env: MLFLOW_TRACKING_URI}}');
    for (const [environment, number] of [
      ['dev', '9'],
      ['staging', '8'],
      ['prod', '7'],
    ] as const)
      edit(`environments/${environment}/product-expert.yaml`, `version: "${number}"`, `version: "${versions[number]}"`);
    await git('commit', '--quiet', '--all', '--message', 'Register models in GitLab');
    seeded = gitlab.writes().length;
  });
  afterAll(async () => {
    await gitlab.stop();
    rmSync(dirname(folder), { recursive: true });
  });

  /** A version with artifacts of the hashes that the flagship's embedded registry tells. */
  async function register(version: string, number: string, text: string): Promise<void> {
    const told = JSON.parse(text) as {
      readonly artifacts: readonly { readonly path: string }[];
      readonly metrics: Readonly<Record<string, { readonly value: number }>>;
    };
    const files = Object.fromEntries(told.artifacts.map(({ path }) => [path, `product-expert ${number} ${path}`]));
    const metrics = Object.entries(told.metrics).map(([name, { value }]) => [name, value] as const);
    await seedGitlab(gitlab.trackingUri, 'of-the-trainer', {
      name: 'product-expert',
      version,
      files,
      metrics,
      tags: {},
    });
  }

  function edit(path: string, from: string | RegExp, to: string): void {
    const text = readFileSync(join(folder, path), 'utf8');
    expect(text.search(from)).toBeGreaterThan(-1);
    writeFileSync(join(folder, path), text.replace(from, to));
  }

  const git = (...args: readonly string[]) => mustRun('git', ['-C', folder, ...args]);

  async function aigw(words: string, { token = 'of-the-promoter', url = gitlab.trackingUri, directory = folder } = {}) {
    const main = join(import.meta.dirname, '..', '..', 'src/cli/main.ts');
    const ci = { GITLAB_CI: '1', GITLAB_USER_LOGIN: 'anna', CI_JOB_URL: 'https://git.example/jobs/1' };
    const env = { ...ci, MLFLOW_TRACKING_URI: url, MLFLOW_TRACKING_TOKEN: token, NO_COLOR: '1' };
    return await run(process.execPath, [main, 'promote', ...words.split(' ')], { cwd: directory, env });
  }

  /** What it prints; fails with it where its exit code is another. */
  async function told(words: string, code = 0, options: Parameters<typeof aigw>[1] = {}): Promise<string> {
    const answer = await aigw(words, options);
    if (answer.code !== code) throw new Error(`${words}: exit code ${answer.code}\n${answer.stdout}${answer.stderr}`);
    return answer.stdout + answer.stderr;
  }

  const toStaging = 'model product-expert --from dev --to staging';

  test('says what GitLab cannot do before anything is written', async () => {
    const { stdout, stderr } = await aigw(`${toStaging} --dry-run`);
    expect(stderr).toContain('no aliases that can be moved: nothing is written to it');
    expect(stderr).toContain('the ledger lies in files below registry/');
    expect(stdout).toContain('This was a dry run: nothing was written.');
    expect(stdout).not.toMatch(/^ +alias /m);
    expect(await git('status', '--porcelain')).toBe('');
    expect(gitlab.writes()).toHaveLength(seeded);
  });

  test.each([
    ['without-scope', 'does not let this token read (403)'],
    ['of-nobody', 'does not know who asks (401)'],
    ['of-a-stranger', 'has no such project, or no model registry in it'],
  ])('does nothing with a token %s', async (token, message) => {
    const text = await told(toStaging, 3, { token });
    expect(text).toContain(message);
    expect(text).toContain('scope read_api');
    expect(text).not.toContain(token);
    expect(await git('status', '--porcelain')).toBe('');
  });

  test.each([
    ['a login page', page(200), 'it may be a login page'],
    ['nothing but 502', page(502), 'answered 502'],
  ] as const)('does nothing where there is %s', async (_, fault, message) => {
    const proxy = await startFaultProxy(new URL(gitlab.url).origin);
    proxy.add({ path: /ml\/mlflow/, fault });
    const { pathname } = new URL(gitlab.trackingUri);
    expect(await told(toStaging, 3, { url: proxy.url + pathname })).toContain(message);
    await proxy.stop();
    expect(await git('status', '--porcelain')).toBe('');
  });

  test('promotes semantic versions, comes back, and writes nothing to GitLab', async () => {
    for (const environment of ['dev', 'staging', 'prod']) await told(`adopt --in ${environment}`);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Begin a ledger');

    expect(await told(`${toStaging} --reason Better.`)).toContain('Proposed as refs/aigw/requests/1');
    const branch = (await git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw')).trim();
    await git('merge', '--quiet', '--no-edit', branch);
    const [plan = ''] = readdirSync(join(folder, 'promotions/staging'));
    const text = readFileSync(join(folder, 'promotions/staging', plan), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ aliases: [], moves: [{ after: { version: '1.10.0' } }] });
    expect(await told(`--plan promotions/staging/${plan}`)).toContain('Done: staging runs it');
    expect(readFileSync(join(folder, 'environments/staging/product-expert.yaml'), 'utf8')).toContain('"1.10.0"');

    // The metrics of prod's policy are read from the version's own run.
    const dry = await aigw(
      'model product-expert --from staging --to prod --override freeze/black-week --reason x --dry-run',
    );
    expect(dry.stdout).toContain('1.9.0 becomes 1.10.0');
    expect(dry.stdout).toMatch(/metric answers-are-right +eval\/correctness is/);

    expect(await told('rollback --in staging --reason Rude. --direct')).toContain('1.10.0 becomes 1.10.0-rc.1+build.5');
    expect(await told('verify')).toContain('Everything is as it was written, and as things are.');
    const ledger = readdirSync(join(folder, 'registry'));
    expect(ledger).toEqual(['aigw.ledger.cognitotech']);
    expect(gitlab.writes()).toHaveLength(seeded);
    expect(gitlab.breaches).toEqual([]);
  });

  test('leaves it to Git to take one of two ledgers that were written at once', async () => {
    const [common, ...clones] = ['common.git', 'one', 'other'].map((name) => join(dirname(folder), name));
    await mustRun('git', ['clone', '--quiet', '--bare', folder, common ?? '']);
    const pushed = clones.map(async (clone) => {
      await mustRun('git', ['clone', '--quiet', common ?? '', clone]);
      const inClone = (...args: readonly string[]) =>
        run('git', ['-C', clone, '-c', 'user.name=bot', '-c', 'user.email=bot@git.example', ...args]);
      await told('adopt --in staging', 0, { directory: clone });
      await inClone('add', 'registry');
      expect((await inClone('commit', '--quiet', '--message', 'Keep the ledger')).code).toBe(0);
      return inClone;
    });
    const [one, other] = await Promise.all(pushed);
    expect((await one?.('push', '--quiet'))?.code).toBe(0);
    expect((await other?.('push', '--quiet'))?.code).toBe(1);
    const merged = await other?.('pull', '--quiet', '--no-rebase');
    expect(merged?.code).toBe(1);
    expect(merged?.stdout).toContain(
      'CONFLICT (add/add): Merge conflict in registry/aigw.ledger.cognitotech/versions/',
    );
  });

  test('finds out that artifacts were overwritten', async () => {
    const query = `name=product-expert&version=${encodeURIComponent(versions['8'])}`;
    const headers = { authorization: 'Bearer of-the-trainer', 'content-type': 'application/json' };
    const answer = await fetch(`${gitlab.trackingUri}/api/2.0/mlflow/model-versions/get?${query}`, { headers });
    const { model_version: made } = (await answer.json()) as { readonly model_version: { readonly version: string } };
    const packages = `${gitlab.trackingUri.replace(/\/ml\/mlflow$/, '')}/packages/ml_models/${made.version}/files`;
    const body = JSON.stringify({ file: 'others' });
    expect((await fetch(`${packages}/MLmodel`, { method: 'PUT', headers, body })).status).toBe(201);
    expect(await told('verify', 1)).toContain('holds something else than was promoted');
  });
});

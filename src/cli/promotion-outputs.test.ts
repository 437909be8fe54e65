// What a promotion hands over to people and machines, in each way that it can end: its exit code, and its report in each format, as golden files
// under fixtures/reports/promotion. Whatever differs from run to run is named by the order in which it comes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../commands/outcome.ts';
import { applyPlan, promote } from '../commands/promote.ts';
import { verify } from '../commands/promotion-history.ts';
import { adopt, approve } from '../commands/promotion-records.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { checkManifest } from '../manifests/check-manifest.ts';
import type { World } from '../ports/world.ts';
import { connectionTo } from '../registries/mlflow/connection.ts';
import { mlflowRegistry } from '../registries/mlflow/registry.ts';
import { reportFormats } from '../reports/formats.ts';
import type { ExitCode } from '../reports/report.ts';
import { startTrial, type Trial, toldBy } from './promotion-trial.ts';

const goldens = {
  text: 'text.txt',
  json: 'json.json',
  junit: 'junit.xml',
  markdown: 'markdown.md',
  dotenv: 'dotenv.env',
} as const;
const formats = Object.keys(goldens) as (keyof typeof goldens)[];
const context = { color: false, width: 100, prefix: '', limit: 50 };
const policy = (minimum: number) => `apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: production, team: platform}
spec:
  environments: [prod]
  approvals: {count: 1, teams: [platform, ml]}
  gates:
    - {name: answers-are-right, metric: eval/correctness, min: ${minimum}}
`;
const model = { kind: 'model', name: 'product-expert' } as const;
const asked = { path: '.', subjects: [model], overrides: [], dryRun: false, direct: false } as const;
const toProd = { ...asked, from: 'staging', to: 'prod', reason: 'It answers better.' };

let trial: Trial;
let server: Server | undefined;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', trial.folder, ...args], { encoding: 'utf8' }).trim();
const anna = (): World => ({ ...trial.world('anna'), version: '0.0.0' });

beforeEach(async () => {
  trial = await startTrial(join(mkdtempSync(join(tmpdir(), 'aigw promotion ')), 'repo'));
  demand(0.92);
  for (const environment of ['staging', 'prod']) await toldBy(adopt(anna(), { path: '.', environment }));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(join(trial.folder, '..'), { recursive: true });
});

function demand(minimum: number): void {
  writeFileSync(join(trial.folder, 'policies/production.yaml'), policy(minimum));
  git('commit', '--quiet', '--all', '--message', 'Ask for something else');
}

/** The path of a plan that is merged. */
async function merged(): Promise<string> {
  await toldBy(promote(anna(), toProd));
  git('merge', '--quiet', '--no-edit', git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw'));
  return git('diff', '--name-only', 'HEAD~1', '--', 'promotions/prod');
}

/** A world whose MLflow does what it is told. */
async function withMlflow(answer: Parameters<typeof createServer>[1]): Promise<World> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { ...anna(), registry: async () => mlflowRegistry(connectionTo(url, {})) };
}

const endings: Readonly<Record<string, readonly [exitCode: ExitCode, run: () => Promise<Outcome>]>> = {
  proposed: [0, () => promote(anna(), toProd)],
  passed: [
    0,
    async () => {
      const plan = await merged();
      await toldBy(approve(trial.world('ben'), { path: '.', plan }));
      return await applyPlan(anna(), { path: '.', plan });
    },
  ],
  'gate-failed': [
    1,
    () => {
      demand(0.99);
      return promote(anna(), toProd);
    },
  ],
  'approval-pending': [4, async () => await applyPlan(anna(), { path: '.', plan: await merged() })],
  stale: [
    1,
    async () => {
      const plan = await merged();
      await (await trial.registry()).setAlias('product-expert', 'prod', '9');
      return await applyPlan(anna(), { path: '.', plan });
    },
  ],
  drift: [
    1,
    async () => {
      await (await trial.registry()).setAlias('product-expert', 'prod', '9');
      return await verify(anna(), { path: '.' });
    },
  ],
  refused: [
    3,
    async () => promote(await withMlflow((_, response) => response.writeHead(401).end('Who are you?')), toProd),
  ],
  unreachable: [3, async () => promote(await withMlflow((request) => request.socket.destroy()), toProd)],
};

describe.each(Object.entries(endings))('%s', (name, [exitCode, run]) => {
  test('ends with its exit code, and reads as its golden files', { timeout: 60_000 }, async () => {
    const { report } = await run();
    expect([report.exitCode, report.ok]).toEqual([exitCode, exitCode === 0]);
    for (const format of formats) {
      const text = (await reportFormats[format]())(report, context);
      await expect(steady(text)).toMatchFileSnapshot(
        join('..', '..', 'fixtures', 'reports', 'promotion', name, goldens[format]),
      );
    }
  });
});

test("is read by Argo's template of the documentation: the API server takes it, and its parameters are in the report", async () => {
  const root = join(import.meta.dirname, '..', '..');
  const page = readFileSync(join(root, 'docs/promotion.md'), 'utf8');
  const template = load(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '') as JsonObject;
  expect(await checkManifest(template)).toEqual([]);
  const paths = [...JSON.stringify(template).matchAll(/'\$\.([A-Za-z.]+)'/g)].map(([, path = '']) => path.split('.'));
  const report = JSON.parse(readFileSync(join(root, 'fixtures/reports/promotion/passed/json.json'), 'utf8')) as Json;
  const valueAt = (path: readonly string[]) =>
    path.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), report);
  expect(paths.map(valueAt)).toEqual(['applied', 4]);
});

/** Hashes, commits, ids of promotions and ports by the order in which they come. */
function steady(text: string): string {
  const names = new Map<string, string>();
  const named = (kind: string) => (found: string) => {
    const known = names.get(found) ?? `${kind}-${names.size + 1}`;
    names.set(found, known);
    return known;
  };
  return text
    .replace(/\b[0-9a-f]{64}\b/g, named('hash'))
    .replace(/\b[0-9a-f]{40}\b/g, named('commit'))
    .replace(/\b(?:[0-9a-f]{32}|[0-9a-f]{12})\b/g, (found) => named('id')(found.slice(0, 12)))
    .replace(/\b1[0-9]{12}\b/g, String(trial.now))
    .replace(/(?<=127\.0\.0\.1:)[0-9]+/g, '5000');
}

// Registered prompts on a real MLflow, from its tags to the overlays of a repo.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { toldBy } from '../../src/cli/promotion-trial.ts';
import { applyPlan, type PromoteOptions, promote } from '../../src/commands/promote.ts';
import { verify } from '../../src/commands/promotion-history.ts';
import { render } from '../../src/commands/render.ts';
import type { World } from '../../src/ports/world.ts';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { type RunningMlflow, startMlflow } from '../members/mlflow.ts';
import { seedVersion } from './mlflow-seed.ts';
import { seedPrompt } from './prompt-seed.ts';

const root = join(import.meta.dirname, '..', '..');
const subject = { kind: 'prompt', name: 'product-answer' } as const;
const asked = { path: '.', subjects: [subject], overrides: [], dryRun: false, direct: true } as const;
const enter = (fromRegistry: string): PromoteOptions => ({ ...asked, fromRegistry, to: 'dev' });
const toStaging: PromoteOptions = { ...asked, from: 'dev', to: 'staging' };

const SYSTEM = 'Answer in {{language}}, from the documents alone.';
const USER = 'So far: {{ history }}\nDocuments: {{ documents }}\nQuestion: {{ question }}';
const chat = (system: string) => [
  { role: 'system', content: system },
  { role: 'user', content: USER },
];

let mlflow: RunningMlflow;
let folder: string;
let count = 0;
/** Of the registered prompt: each test has one of its own, and a ledger. */
const name = () => `answers-${count}`;

beforeAll(async () => {
  mlflow = await startMlflow({ isOpen: true, workers: 1 });
});
afterAll(() => mlflow.stop());

beforeEach(async () => {
  count += 1;
  folder = join(mkdtempSync(join(tmpdir(), 'aigw prompts ')), 'repo');
  const flagship = join(root, 'fixtures', 'cognitotech');
  const read = (path: string) => readFileSync(join(flagship, path), 'utf8');
  const texts = {
    'aigw.yaml': read('aigw.yaml')
      .replace(/^ {2}platform: .*$/m, '  platform: {type: local}')
      .replace('{name: cognitotech}', `{name: cognitotech-${count}}`),
    'prompts/product-answer.yaml': read('prompts/product-answer.yaml').replace(
      'spec:\n',
      `spec:\n  registry: ${name()}\n`,
    ),
  };
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  await world.layRepository(flagship, folder, { texts, user: 'anna' });
  await seed(chat(SYSTEM));
  await seed(chat(`${SYSTEM} Be brief.`));
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const registry = () => mlflowRegistry(connectionTo(mlflow.url, {}));
const alias = async (environment: string) => (await registry().entry(name()))?.aliases[environment];
const overlay = (environment: string) =>
  readFileSync(join(folder, 'environments', environment, 'product-answer.yaml'), 'utf8');
const seed = (template: ReturnType<typeof chat>) => seedPrompt(post, { name: name(), template });

function anna(): World {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  return {
    ...world,
    directory: folder,
    clock: { ...world.clock, today: () => '2026-11-21' },
    actor: async () => ({ name: 'anna', evidence: 'a test' }),
    registry: async () => registry(),
  };
}

async function post(path: string, body: object, method = 'POST'): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${mlflow.url}/api/2.0/mlflow${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

test('move from the registry into Git and on, as text, digest and alias', async () => {
  await toldBy(promote(anna(), enter('1')));
  await toldBy(promote(anna(), toStaging));
  await toldBy(promote(anna(), enter('2')));
  expect(await toldBy(promote(anna(), toStaging))).toContain('product-answer: 1 becomes 2');
  expect([await alias('dev'), await alias('staging')]).toEqual(['2', '2']);
  expect(overlay('staging')).toContain('Be brief.');
  await toldBy(verify(anna(), { path: '.' }));
  const alone = { ...anna(), registry: () => Promise.reject(new Error('rendering asks no registry')) };
  await toldBy(render(alone, { path: '.', check: false }));
});

test('do not pass where a text uses a new variable', async () => {
  const version = await seed(chat(`${SYSTEM} Be {{ tone }}.`));
  expect(await toldBy(promote(anna(), enter(version)), 1)).toContain(
    'uses {{tone}}, which its variables do not declare',
  );
  expect(await alias('dev')).toBeUndefined();
});

test('are stale where set-tag has written a text over after the plan', async () => {
  await toldBy(promote(anna(), enter('1')));
  const planOut = join(folder, '..', 'plan.json');
  await toldBy(promote(anna(), { ...toStaging, planOut }));
  const tag = { name: name(), version: '1', key: 'mlflow.prompt.text' };
  await post('/model-versions/set-tag', { ...tag, value: JSON.stringify(chat('Say what you like.')) });
  expect(await toldBy(applyPlan(anna(), { path: '.', plan: planOut }), 1)).toContain(
    'The content of version 1 of product-answer has changed since its gates were asked.',
  );
  expect(await alias('staging')).toBeUndefined();
  expect(await toldBy(promote(anna(), toStaging), 1)).toContain('failed      digest content');
  expect(await toldBy(verify(anna(), { path: '.' }), 1)).toContain('holds something else than was promoted');
});

test('are told where a version that runs is gone', async () => {
  await toldBy(promote(anna(), enter('1')));
  await post('/model-versions/delete', { name: name(), version: '1' }, 'DELETE');
  // The alias goes with it (3.17).
  expect(await alias('dev')).toBeUndefined();
  expect(await toldBy(verify(anna(), { path: '.' }), 1)).toContain(`Version 1 of ${name()}, which dev runs, is gone.`);
  expect(await toldBy(promote(anna(), toStaging), 1)).toContain(`Version 1 of ${name()} is not registered.`);
  await toldBy(promote(anna(), enter('2')));
  expect(await alias('dev')).toBe('2');
});

test('are not taken out of the version of a model under their name', async () => {
  const version = await seedVersion(mlflow.variables, { name: name(), files: { MLmodel: 'x' }, metrics: {}, tags: {} });
  expect(version).toBe('3');
  expect(await registry().version(name(), version)).toMatchObject({ kind: 'model' });
  await expect(registry().versions(name())).rejects.toMatchObject({
    message: expect.stringContaining('hides version 3'),
  });
  expect(await toldBy(promote(anna(), enter(version)), 1)).toContain('is one of a model, and no prompt');
});

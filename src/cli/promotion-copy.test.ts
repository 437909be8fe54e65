// Promotions into an environment with a registry of its own: staging's lies elsewhere, and takes copies.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyPlan, type PromoteOptions, promote } from '../commands/promote.ts';
import { verify } from '../commands/promotion-history.ts';
import { adopt } from '../commands/promotion-records.ts';
import { rollback } from '../commands/promotion-rollback.ts';
import { type PromotionPlan, planOf, printPlan } from '../plan/promotion/plan.ts';
import type { Registry } from '../ports/registry.ts';
import type { World } from '../ports/world.ts';
import { filesRegistry } from '../registries/files/registry.ts';
import { killer, startTrial, type Trial, toldBy } from './promotion-trial.ts';

const model = { kind: 'model', name: 'product-expert' } as const;
const asked = { path: '.', subjects: [model], overrides: [], dryRun: false, direct: true } as const;
const toStaging: PromoteOptions = { ...asked, from: 'dev', to: 'staging' };

let trial: Trial;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', trial.folder, ...args], { encoding: 'utf8' }).trim();
const elsewhere = () => join(trial.folder, '..', 'elsewhere');
const versions = (folder: string) => join(folder, 'product-expert', 'versions');

beforeEach(async () => {
  trial = await startTrial(join(mkdtempSync(join(tmpdir(), 'aigw copy ')), 'repo'));
  const path = join(trial.folder, 'environments/staging/environment.yaml');
  const setting = 'spec:\n  registry: {type: mlflow, url: "https://staging.example"}';
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^spec:$/m, setting));
  git('commit', '--quiet', '--all', '--message', 'A registry of its own');
  mkdirSync(versions(elsewhere()), { recursive: true });
  for (const name of ['entry.json', 'versions/8.json'])
    cpSync(join(trial.folder, 'registry/product-expert', name), join(elsewhere(), 'product-expert', name));
  // Numbers there are others than here.
  writeFileSync(join(versions(elsewhere()), '11.json'), '{"createdAt": "2026-11-20T12:00:00Z"}');
  for (const environment of ['dev', 'staging']) await toldBy(adopt(anna(), { path: '.', environment }));
});
afterEach(() => rmSync(join(trial.folder, '..'), { recursive: true }));

/** Files that take copies, as a server does. */
function takesCopies(): Registry {
  const files = filesRegistry(elsewhere(), () => trial.now);
  return {
    ...files,
    address: { kind: 'mlflow', url: 'https://staging.example', workspace: null },
    limits: async () => [],
    copyVersion: async (copy) => {
      const { name, tags, key, prompt } = copy;
      if (prompt !== undefined) return await files.copyVersion(copy);
      const number = await files.createVersion(name, tags, key);
      const original = JSON.parse(readFileSync(join(versions(join(trial.folder, 'registry')), '9.json'), 'utf8'));
      writeFileSync(
        join(versions(elsewhere()), `${number}.json`),
        JSON.stringify({ ...original, createdAt: new Date(trial.now), tags }),
      );
      return number;
    },
  };
}

/** @param before what stands before both registries. @param gives whether the repo's own shows its artifacts. */
function anna(before = (registry: Registry) => registry, gives = true): World {
  const world = trial.world('anna');
  const own = async (): Promise<Registry> => {
    const files = await trial.registry();
    return gives ? { ...files, limits: async () => [], artifacts: async () => [] } : files;
  };
  return {
    ...world,
    registry: async (setting) => before(setting?.type === 'mlflow' ? takesCopies() : await own()),
  };
}

const alias = async () => (await takesCopies().entry('product-expert'))?.aliases['staging'];
const numbers = async () => (await takesCopies().versions('product-expert')).map(({ version }) => version);

test('copies before it plans, and names what will run', async () => {
  const dry = await toldBy(promote(anna(), { ...toStaging, dryRun: true }));
  expect(dry).toContain('8 becomes copy of 9');
  expect(dry).toContain('To be copied: version 9 of product-expert, 0 artifacts of 0 bytes');
  expect(await numbers()).toEqual(['8', '11']);
  expect(await toldBy(promote(anna(), toStaging))).toContain('8 becomes 12');
  expect([await alias(), await numbers()]).toEqual(['12', ['8', '11', '12']]);
  await toldBy(verify(anna(), { path: '.' }));
  const back = { path: '.', environment: 'staging', subjects: [], reason: 'It is rude.', dryRun: false, direct: true };
  await toldBy(rollback(anna(), back));
  expect(await alias()).toBe('8');
  expect(await toldBy(promote(anna(), toStaging), 1)).toContain('Version 12 is barred since');
});

test.each([1, 2])('makes one copy, though it is killed at write %i', async (at) => {
  for (const when of ['before', 'after'] as const) {
    const { breakage } = killer(at, when);
    await expect(promote(anna(breakage.registry), toStaging)).rejects.toThrow('killed');
  }
  await toldBy(promote(anna(), toStaging));
  expect([await alias(), await numbers()]).toEqual(['12', ['8', '11', '12']]);
});

test('says before anything is written that files keep no artifacts to be copied', async () => {
  const options = [toStaging, { ...toStaging, dryRun: true }];
  for (const each of options)
    expect(await toldBy(promote(anna(undefined, false), each), 1)).toContain('keeps the hashes of artifacts');
  expect([await alias(), await numbers()]).toEqual(['8', ['8', '11']]);
});

test('writes a registered prompt anew where it goes, under a number of its own', async () => {
  const at = (path: string) => join(trial.folder, path);
  const prompt = at('prompts/product-answer.yaml');
  writeFileSync(prompt, readFileSync(prompt, 'utf8').replace('spec:\n', 'spec:\n  registry: answers\n'));
  mkdirSync(at('registry/answers/versions'), { recursive: true });
  writeFileSync(at('registry/answers/entry.json'), JSON.stringify({ kind: 'prompt' }));
  const user = 'So far: {{history}}\n{{documents}}\nQuestion: {{question}}';
  const template = [
    { role: 'system', content: 'Answer in the language {{ language }}.\n' },
    { role: 'user', content: user },
  ];
  const version = { createdAt: '2026-11-20T12:00:00Z', prompt: { template, responseFormat: { type: 'object' } } };
  writeFileSync(at('registry/answers/versions/4.json'), JSON.stringify(version));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A registered prompt');
  const subjects = [{ kind: 'prompt', name: 'product-answer' } as const];
  await toldBy(promote(anna(), { ...asked, subjects, fromRegistry: '4', to: 'dev' }));
  git('checkout', '--quiet', 'HEAD', '--', 'environments', 'promotions');
  const dry = await toldBy(promote(anna(), { ...toStaging, subjects, dryRun: true }));
  expect(dry).toContain('To be copied: version 4 of answers, from files to https://staging.example.');
  expect(await takesCopies().entry('answers')).toBeUndefined();
  await toldBy(promote(anna(), { ...toStaging, subjects }));
  git('checkout', '--quiet', 'HEAD', '--', 'environments', 'promotions');
  expect(await takesCopies().entry('answers')).toMatchObject({ kind: 'prompt', aliases: { staging: '1' } });
  const [copy] = await takesCopies().versions('answers');
  expect(copy?.tags).toMatchObject({ 'aigw.copy.name': 'answers', 'aigw.copy.version': '4' });
  const overlay = git('show', 'HEAD:environments/staging/product-answer.yaml');
  expect(overlay).toContain('version: "1"');
  expect(overlay).toContain('Answer in the language {{ language }}.');
  await toldBy(verify(anna(), { path: '.' }));
  expect(await toldBy(promote(anna(), { ...toStaging, subjects }))).toContain('runs what it is to run already');
});

describe('refuses', () => {
  const planOut = 'plan.json';
  const forged = async (forge: (plan: PromotionPlan) => Partial<PromotionPlan>) => {
    await toldBy(promote(anna(), { ...toStaging, planOut }));
    const path = join(trial.folder, planOut);
    const {
      hash: _hash,
      promotion: _promotion,
      formatVersion: _version,
      ...intent
    } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, printPlan(planOf({ ...intent, ...forge(intent) })));
    return await toldBy(applyPlan(anna(), { path: '.', plan: planOut }), 1);
  };
  const withMove = (more: (move: PromotionPlan['moves'][number]) => object) => (plan: PromotionPlan) => ({
    moves: plan.moves.map((move) => ({ ...move, ...more(move) })),
  });
  const evil = { kind: 'mlflow', url: 'https://evil.example', workspace: null };

  test.each<[string, (plan: PromotionPlan) => Partial<PromotionPlan>, string]>([
    ['is of another registry', () => ({ destination: evil }), 'The plan is for the registry https://evil.example'],
    [
      'comes from another registry',
      withMove(({ copyOf }) => ({ copyOf: { ...copyOf, registry: evil } })),
      'takes a version from elsewhere',
    ],
    [
      'copies another version',
      withMove(({ copyOf }) => ({ copyOf: { ...copyOf, version: '8' } })),
      'is no copy of version 8 of product-expert',
    ],
  ])('a plan of a copy that %s', async (_, forge, reason) => {
    expect(await forged(forge)).toContain(reason);
    expect(await alias()).toBe('8');
  });
});

// Registered prompts, from the registry's text to the overlay of each environment, on embedded parts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyPlan, type PromoteOptions, promote } from '../commands/promote.ts';
import { verify } from '../commands/promotion-history.ts';
import { adopt } from '../commands/promotion-records.ts';
import { abort } from '../commands/promotion-recovery.ts';
import { rollback } from '../commands/promotion-rollback.ts';
import { recordVerdict } from '../commands/promotion-verdict.ts';
import { killer, startTrial, type Trial, toldBy } from './promotion-trial.ts';

/** For what runs many promotions. */
const LONG = { timeout: 120_000 };

const subject = { kind: 'prompt', name: 'product-answer' } as const;
const asked = { path: '.', subjects: [subject], overrides: [], dryRun: false, direct: true } as const;
const enter = (fromRegistry: string): PromoteOptions => ({ ...asked, fromRegistry, to: 'dev' });
const toStaging: PromoteOptions = { ...asked, from: 'dev', to: 'staging' };
const back = {
  path: '.',
  environment: 'staging',
  subjects: [subject],
  reason: 'It is rude.',
  dryRun: false,
  direct: true,
} as const;

let trial: Trial;
const anna = () => trial.world('anna');
const at = (path: string) => join(trial.folder, path);
const read = (path: string) => readFileSync(at(path), 'utf8');
const alias = async (name: string) => (await (await trial.registry()).entry('answers'))?.aliases[name];

const SYSTEM = 'Answer in the language {{ language }}.\nUse the documents alone.\n';
const USER = 'So far: {{history}}\n{{documents}}\nQuestion: {{question}}';
const chat = (system: string, user = USER) => [
  { role: 'system', content: system },
  { role: 'user', content: user },
];

/** Lays a version of the registered prompt. */
function lay(version: string, template: unknown, more: object = {}): void {
  mkdirSync(at('registry/answers/versions'), { recursive: true });
  const value = { createdAt: '2026-11-20T12:00:00Z', prompt: { template, ...more } };
  writeFileSync(at(`registry/answers/versions/${version}.json`), JSON.stringify(value));
}

function commit(): void {
  for (const words of [
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'By hand'],
  ])
    execFileSync('git', ['-C', trial.folder, ...words]);
}

function edit(path: string, before: string, after: string): void {
  const text = read(path);
  if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
  writeFileSync(at(path), text.replace(before, after));
}

beforeEach(async () => {
  trial = await startTrial(join(mkdtempSync(join(tmpdir(), 'aigw prompts ')), 'repo'));
  for (const environment of ['dev', 'staging']) await toldBy(adopt(anna(), { path: '.', environment }));
  edit('prompts/product-answer.yaml', 'spec:\n', 'spec:\n  registry: answers\n');
  lay('1', chat(SYSTEM));
  lay('2', chat(`${SYSTEM}Be brief.\n`));
  writeFileSync(at('registry/answers/entry.json'), JSON.stringify({ kind: 'prompt' }));
  commit();
});
afterEach(() => rmSync(join(trial.folder, '..'), { recursive: true }));

test('come out of the registry into Git, move on with version, digest and alias, and come back', LONG, async () => {
  // What ran before is as it was: it has not come out of the registry.
  await toldBy(verify(anna(), { path: '.' }));
  expect(await toldBy(promote(anna(), enter('1')))).toContain('product-answer: 3 becomes 1');
  expect(read('environments/dev/product-answer.yaml')).toMatch(
    /metadata:\n {2}name: product-answer\n {2}environment: dev\nspec:\n {2}version: "1"\n {2}digest: sha256:[0-9a-f]{64}\n {2}messages:\n {4}- role: system\n {6}text: \|\n {8}Answer in the language \{\{ language \}\}\.\n/,
  );
  expect(await alias('dev')).toBe('1');
  await toldBy(promote(anna(), toStaging));
  expect(read('environments/staging/product-answer.yaml')).toContain('version: "1"');
  await toldBy(promote(anna(), enter('2')));
  await toldBy(promote(anna(), toStaging));
  expect([await alias('dev'), await alias('staging')]).toEqual(['2', '2']);
  expect(read('environments/staging/product-answer.yaml')).toContain('Be brief.');
  const told = await toldBy(
    recordVerdict(anna(), { path: '.', name: 'tone', subject, status: 'passed', fromRegistry: '2' }),
  );
  expect(told).toContain('tone passed for prompt product-answer 2');
  await toldBy(rollback(anna(), back));
  expect(await alias('staging')).toBe('1');
  expect(read('environments/staging/product-answer.yaml')).not.toContain('Be brief.');
  await toldBy(verify(anna(), { path: '.' }));
  await toldBy(adopt(anna(), { path: '.', environment: 'prod' }));
});

test('keep what the environment itself says beside the text', async () => {
  const overlay =
    'kind: Prompt\nmetadata: {name: product-answer, environment: dev}\nspec:\n  maxTokens: 6000 # small\n';
  writeFileSync(at('environments/dev/product-answer.yaml'), `apiVersion: aigw.dev/v1alpha1\n${overlay}`);
  commit();
  expect(await toldBy(promote(anna(), enter('1')), 0)).toContain('Done: dev runs it');
  expect(read('environments/dev/product-answer.yaml')).toContain('  maxTokens: 6000 # small\n  version: "1"\n');
});

test('do not come back to a text that was never in the registry', async () => {
  await toldBy(promote(anna(), enter('1')));
  await toldBy(promote(anna(), toStaging));
  expect(await toldBy(rollback(anna(), back), 1)).toContain('has not come out of the registry');
  expect(await alias('staging')).toBe('1');
});

test('do not pass where a text uses a variable that nobody declares', async () => {
  lay('3', chat(`${SYSTEM}Be {{tone}}.\n`));
  const told = await toldBy(promote(anna(), enter('3')), 1);
  expect(told).toContain('Prompt product-answer uses {{tone}}, which its variables do not declare.');
  expect(await alias('dev')).toBeUndefined();
});

test('do not pass where a variable is new and required', async () => {
  await toldBy(promote(anna(), enter('1')));
  await toldBy(promote(anna(), toStaging));
  lay('3', chat(SYSTEM, `${USER}\nTone: {{tone}}`));
  const variables = read('prompts/product-answer.yaml').match(/ {2}variables:\n(?: {4}.*\n)+/)?.[0] ?? '';
  edit('environments/dev/product-answer.yaml', 'spec:\n', `spec:\n${variables}    tone: {from: user}\n`);
  commit();
  await toldBy(promote(anna(), enter('3')));
  expect(await toldBy(promote(anna(), toStaging), 1)).toContain('variable tone is new and required');
});

test('are told where Git holds another text than the registry', async () => {
  await toldBy(promote(anna(), enter('1')));
  edit('environments/dev/product-answer.yaml', 'documents alone', 'documents first');
  commit();
  expect(await toldBy(promote(anna(), toStaging), 1)).toContain(
    'Of what Git holds and what the registry holds, message 1 differs.',
  );
  expect(await toldBy(verify(anna(), { path: '.' }), 1)).toContain('dev runs another text of product-answer.');
  const verdict = { path: '.', name: 'tone', subject, status: 'passed', environment: 'dev' } as const;
  expect(await toldBy(recordVerdict(anna(), verdict), 1)).toContain('message 1 differs');
});

test('are stale where the text was written over after the plan', async () => {
  await toldBy(promote(anna(), enter('1')));
  const planOut = at('../plan.json');
  for (const [options, world] of [
    [toStaging, anna()],
    [enter('2'), anna()],
  ] as const) {
    await toldBy(promote(world, { ...options, planOut }));
    const version = options.fromRegistry ?? '1';
    const before = read(`registry/answers/versions/${version}.json`);
    lay(version, chat('Answer what you like. {{language}}'));
    expect(await toldBy(applyPlan(world, { path: '.', plan: planOut }), 1)).toContain('has changed since its gates');
    writeFileSync(at(`registry/answers/versions/${version}.json`), before);
  }
  expect([await alias('dev'), await alias('staging')]).toEqual(['1', undefined]);
  await toldBy(applyPlan(anna(), { path: '.', plan: planOut }));
  expect(await alias('dev')).toBe('2');
});

test('tell what cannot be said as messages', async () => {
  lay('3', USER);
  expect(await toldBy(promote(anna(), enter('3')), 1)).toContain('one text, and Prompt product-answer has 2 messages');
  lay('4', [{ role: 'tool', content: 'x' }]);
  expect(await toldBy(promote(anna(), enter('4')), 1)).toContain('a message of tool');
  lay('5', [{ role: 'user', content: '' }]);
  expect(await toldBy(promote(anna(), enter('5')), 1)).toContain('is empty');
  lay('6', chat(SYSTEM), { modelConfig: { temperature: 0 } });
  expect(await toldBy(promote(anna(), { ...enter('6'), dryRun: true }))).toContain(
    'what it has of model configuration stays there',
  );
});

test('take the role of the only message for a text that has none', async () => {
  edit('prompts/small-talk.yaml', 'spec:\n', 'spec:\n  registry: answers\n');
  lay('3', 'Sei freundlich – „bitte“.\nGrüße zuletzt.');
  commit();
  const other = { kind: 'prompt', name: 'small-talk' } as const;
  await toldBy(promote(anna(), { ...enter('3'), subjects: [other] }));
  expect(read('environments/dev/small-talk.yaml')).toContain(
    '- role: system\n      text: |-\n        Sei freundlich – „bitte“.\n        Grüße zuletzt.\n',
  );
});

test('are no models, and models are no prompts', async () => {
  const file = 'registry/product-expert/versions/9.json';
  writeFileSync(at('registry/answers/versions/3.json'), read(file));
  expect(await toldBy(promote(anna(), enter('3')), 1)).toContain('is one of a model, and no prompt');
  const other = { kind: 'prompt', name: 'small-talk' } as const;
  expect(await toldBy(promote(anna(), { ...enter('1'), subjects: [other] }), 1)).toContain(
    'names no registered prompt',
  );
});

test('end as if nothing had been where a run is killed on the way out of the registry', LONG, async () => {
  const counting = killer(Number.POSITIVE_INFINITY, 'before');
  await toldBy(promote(trial.world('anna', counting.breakage), enter('1')));
  const writes = counting.count();
  expect(writes).toBeGreaterThan(5);
  await toldBy(promote(anna(), toStaging));
  for (let point = 2; point <= writes; point++) {
    const version = String(1 + (point % 2 === 0 ? 1 : 0));
    const killed = promote(trial.world('anna', killer(point, 'after').breakage), enter(version));
    await expect(killed, `after write ${point}`).rejects.toThrow('killed');
    trial.now += 120_001;
    await toldBy(promote(anna(), enter(version)));
    expect(await alias('dev')).toBe(version);
    await toldBy(verify(anna(), { path: '.' }));
  }
});

test('move by themselves, and not along with their config', async () => {
  await toldBy(promote(anna(), enter('1')));
  const config = { kind: 'config', name: 'Prompt/product-answer' } as const;
  const told = await toldBy(promote(anna(), { ...toStaging, subjects: [config] }), 1);
  expect(told).toContain('dev and staging pin other versions of product-answer.');
  await toldBy(promote(anna(), toStaging));
  edit('environments/dev/product-answer.yaml', 'spec:\n', 'spec:\n  maxTokens: 6500\n');
  commit();
  expect(await toldBy(promote(anna(), toStaging))).toContain('runs what it is to run already');
  await toldBy(promote(anna(), { ...toStaging, subjects: [config] }));
  expect(read('environments/staging/product-answer.yaml')).toContain('maxTokens: 6500');
  await toldBy(verify(anna(), { path: '.' }));
  const two = { ...enter('2'), subjects: [subject, { kind: 'prompt', name: 'small-talk' } as const] };
  expect(await toldBy(promote(anna(), two), 2)).toContain('of one alone');
});

test('are put back by abort', async () => {
  await toldBy(promote(anna(), enter('1')));
  const before = read('environments/dev/product-answer.yaml');
  await expect(promote(trial.world('anna', killer(6, 'after').breakage), enter('2'))).rejects.toThrow('killed');
  trial.now += 120_001;
  await toldBy(abort(anna(), { path: '.' }));
  expect(await alias('dev')).toBe('1');
  expect(read('environments/dev/product-answer.yaml')).toBe(before);
});

// Promotions from end to end, on the embedded registry and the Git repository at hand.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyPlan, type PromoteOptions, promote } from '../commands/promote.ts';
import { history, verify } from '../commands/promotion-history.ts';
import { adopt, approve, clear } from '../commands/promotion-records.ts';
import { abort, resume } from '../commands/promotion-recovery.ts';
import { type RollbackOptions, rollback } from '../commands/promotion-rollback.ts';
import { type PromotionPlan, planOf, printPlan } from '../plan/promotion/plan.ts';
import type { Registry } from '../ports/registry.ts';
import { reportFormats } from '../reports/formats.ts';
import { type Breakage, killer, startTrial, type Trial, toldBy } from './promotion-trial.ts';

const model = { kind: 'model', name: 'product-expert' } as const;
const prompt = { kind: 'prompt', name: 'product-answer' } as const;
const both = { path: '.', subjects: [model, prompt], overrides: [], dryRun: false, direct: false } as const;
const toProd: PromoteOptions = { ...both, from: 'staging', to: 'prod', reason: 'It answers better.' };
const toStaging: PromoteOptions = { ...both, from: 'dev', to: 'staging', direct: true };
const back: RollbackOptions = {
  path: '.',
  environment: 'staging',
  subjects: [],
  reason: 'It is rude.',
  dryRun: false,
  direct: true,
};

let trial: Trial;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', trial.folder, ...args], { encoding: 'utf8' }).trim();
const read = (path: string) => readFileSync(join(trial.folder, path), 'utf8');
const alias = async (name: string) => (await (await trial.registry()).entry('product-expert'))?.aliases[name];
const anna = () => trial.world('anna');

const begin = async () => {
  trial = await startTrial(join(mkdtempSync(join(tmpdir(), 'aigw promotion ')), 'repo'));
  for (const environment of ['dev', 'staging', 'prod']) await toldBy(adopt(anna(), { path: '.', environment }));
};
const end = () => rmSync(join(trial.folder, '..'), { recursive: true });
beforeEach(begin);
afterEach(end);

/** Proposes, and gives the plan's path. */
async function proposed(): Promise<string> {
  await toldBy(promote(anna(), toProd));
  const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
  return git('diff', '--name-only', `main...${branch}`, '--', 'promotions/prod');
}

async function merged(): Promise<void> {
  const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
  git('merge', '--quiet', '--no-edit', branch);
}

async function approved(plan: string): Promise<void> {
  for (const who of ['ben', 'carla']) await toldBy(approve(trial.world(who), { path: '.', plan }));
}

test('goes the whole way: proposed, approved, merged, carried out, told', async () => {
  expect(await toldBy(promote(anna(), { ...toProd, dryRun: true }))).toContain('This was a dry run');
  expect(git('status', '--porcelain', '--', 'environments', 'promotions')).toBe('');
  const plan = await proposed();
  expect(await alias('prod')).toBe('7');
  expect(existsSync(join(trial.folder, plan))).toBe(false);
  await merged();
  expect(await toldBy(applyPlan(anna(), { path: '.', plan }), 4)).toContain(
    '0 of 2 people of platform or ml have approved',
  );
  await toldBy(approve(anna(), { path: '.', plan }), 1);
  await approved(plan);
  expect(await toldBy(applyPlan(anna(), { path: '.', plan }))).toContain('Done: prod runs it');
  expect(await alias('prod')).toBe('8');
  expect(read('environments/prod/product-expert.yaml')).toContain('version: "8"');
  expect(read('environments/prod/product-answer.yaml')).toContain('name the one that your answer stands on');
  expect(await toldBy(verify(anna(), { path: '.' }))).toContain('Everything is as it was written');
  const told = await toldBy(history(anna(), { path: '.', environment: 'prod', limit: 20 }));
  expect(told).toContain('promotion  prod: model product-expert 7 > 8, prompt product-answer 3 > 4');
  expect(await toldBy(applyPlan(anna(), { path: '.', plan }))).toContain('It was done before');
  expect(await toldBy(promote(anna(), toProd))).toContain('runs what it is to run already');
});

test('is planned, approved and carried out at once, without a change request', async () => {
  const planOut = join(trial.folder, '..', 'plan.json');
  await toldBy(promote(anna(), { ...toProd, direct: true }), 4);
  await toldBy(promote(anna(), { ...toProd, direct: true, planOut }));
  expect(git('for-each-ref', 'refs/heads/aigw', 'refs/aigw')).toBe('');
  await approved(planOut);
  const limited = trial.world('anna', { platform: (each) => ({ ...each, limits: async () => ['No scope.'] }) });
  expect(await toldBy(applyPlan(limited, { path: '.', plan: planOut }), 1)).toBe('No scope.\nNothing was written.');
  expect(await toldBy(applyPlan(anna(), { path: '.', plan: planOut }))).toContain('Done: prod runs it');
  expect(await alias('prod')).toBe('8');
  expect(read('environments/prod/product-expert.yaml')).toContain('version: "8"');
  const other = { path: '.', plan: planOut, subject: { kind: 'model', name: 'other' } as const };
  expect(await toldBy(applyPlan(anna(), other), 2)).toContain('something else is asked for');
  await toldBy(verify(anna(), { path: '.' }));
}, 20_000);

test('reads what a version holds once to plan, once before it moves, and once behind that', async () => {
  const reads: string[] = [];
  const registry = (each: Registry): Registry => ({
    ...each,
    content: (version) => {
      reads.push(`${version.name} ${version.version}`);
      return each.content(version);
    },
  });
  const first = { ...both, subjects: [model], fromRegistry: '8', to: 'dev', direct: true };
  await toldBy(promote(trial.world('anna', { registry }), first));
  expect(reads).toEqual(['product-expert 8', 'product-expert 8', 'product-expert 8']);
});

test('comes back by a change request too', async () => {
  await toldBy(promote(anna(), toStaging));
  await toldBy(rollback(anna(), { ...back, direct: false }));
  expect(await alias('staging')).toBe('9');
  await merged();
  const plan = git('diff', '--name-only', 'HEAD~1', '--', 'promotions/staging');
  await toldBy(applyPlan(anna(), { path: '.', plan }));
  expect(await alias('staging')).toBe('8');
  await toldBy(verify(anna(), { path: '.' }));
});

test('keeps its plan, and who has approved it, when it is proposed again', async () => {
  const plan = await proposed();
  const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
  const before = git('rev-parse', branch);
  trial.now += 60_000;
  expect(await proposed()).toBe(plan);
  expect(git('rev-parse', branch)).toBe(before);
});

test('comes back, bars what it leaves, and lets it be cleared', async () => {
  await toldBy(promote(anna(), toStaging));
  expect(await alias('staging')).toBe('9');
  expect(existsSync(join(trial.folder, 'environments/staging/product-answer.yaml'))).toBe(false);
  await toldBy(rollback(anna(), back));
  expect(await alias('staging')).toBe('8');
  expect(read('environments/staging/product-expert.yaml')).toContain('version: "8"');
  await toldBy(verify(anna(), { path: '.' }));
  const only = { ...toStaging, subjects: [model] };
  expect(await toldBy(promote(anna(), only), 1)).toContain('Version 9 is barred since');
  const clearing = { path: '.', subject: model, version: '9', reason: 'The prompt was to blame.' };
  await toldBy(clear(anna(), clearing));
  await toldBy(promote(anna(), only));
  expect(await alias('staging')).toBe('9');
  await toldBy(verify(anna(), { path: '.' }));
});

test('is asked for by words, wherever they stand', () => {
  const aigw = (...words: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], { encoding: 'utf8' });
  const repo = ['--repo', trial.folder];
  expect(aigw('promote', 'history', '--in', 'prod', ...repo).stdout).toContain(
    'adoption   prod: model product-expert none > 7',
  );
  const dry = ['promote', 'prompt', 'product-answer', '--from', 'dev', '--to', 'staging', '--dry-run'];
  expect(aigw(...dry, ...repo).stdout).toContain('prompt product-answer: 4 becomes 3');
  const missing = aigw('promote', '--plan', 'none.json', ...repo);
  expect([missing.status, missing.stdout]).toEqual([2, expect.stringContaining('none.json is no plan')]);
  expect(aigw('promote', 'modle', 'x').stderr).toContain('Did you mean model?');
});

describe('refuses', () => {
  test.each<[string, (plan: string) => void | Promise<void>, string]>([
    [
      'a moved alias',
      async () => await (await trial.registry()).setAlias('product-expert', 'prod', '9'),
      'Alias prod of product-expert means version 9',
    ],
    [
      'changed content',
      () => {
        const path = 'registry/product-expert/versions/8.json';
        writeFileSync(join(trial.folder, path), read(path).replace(/"sha256": "../, '"sha256": "00'));
      },
      'The content of version 8 of product-expert has changed',
    ],
    [
      'a version that is gone',
      () => rmSync(join(trial.folder, 'registry/product-expert/versions/8.json')),
      'Version 8 of product-expert is gone',
    ],
    [
      'a changed policy',
      () => {
        const path = 'policies/production.yaml';
        writeFileSync(join(trial.folder, path), read(path).replace('count: 2', 'count: 1'));
      },
      'The policies are others',
    ],
    [
      'a file that somebody changed',
      () => {
        const path = 'environments/prod/product-answer.yaml';
        writeFileSync(join(trial.folder, path), `${read(path)}# mine\n`);
        git('commit', '--quiet', '--all', '--message', 'Mine');
      },
      'environments/prod/product-answer.yaml was changed by somebody else',
    ],
  ])('a plan that %s has made stale', async (_, spoil, reason) => {
    const plan = await proposed();
    await merged();
    await approved(plan);
    await spoil(plan);
    const before = await alias('prod');
    expect(await toldBy(applyPlan(anna(), { path: '.', plan }), 1)).toContain(reason);
    expect(await alias('prod')).toBe(before);
  });

  test.each<[string, (plan: PromotionPlan) => Partial<PromotionPlan>, string, number?]>([
    ['never came the way', () => ({ from: 'dev' }), 'prod does not follow dev'],
    [
      'moves another alias',
      ({ aliases }) => ({ aliases: [...aliases, { entry: 'other', alias: 'prod', before: null, after: '1' }] }),
      'moves other aliases than its moves say',
    ],
    [
      'goes by a right that nobody has',
      () => ({ overrides: [{ gate: 'approval', name: 'approvals', by: 'anna', reason: 'why' }] }),
      'No policy of prod lets anna',
    ],
    [
      'goes by the right of somebody else',
      () => ({ overrides: [{ gate: 'freeze', name: 'black-week', by: 'ben', reason: 'why' }] }),
      'No policy of prod lets ben',
    ],
    ['changes no file', () => ({ files: [] }), 'Merge the change request first', 4],
  ])('a forged plan that %s', async (_, forge, reason, exitCode = 1) => {
    const only = { ...toProd, subjects: [model] };
    await toldBy(promote(anna(), only));
    const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
    if (exitCode === 1) git('merge', '--quiet', '--no-edit', branch);
    const path = git('ls-tree', '-r', '--name-only', branch, '--', 'promotions/prod');
    const {
      hash: _hash,
      promotion: _promotion,
      formatVersion: _version,
      ...intent
    } = JSON.parse(git('show', `${branch}:${path}`)) as PromotionPlan;
    const plan = planOf({ ...intent, ...forge(intent as PromotionPlan) });
    writeFileSync(join(trial.folder, 'plan.json'), printPlan(plan));
    await approved('plan.json');
    expect(await toldBy(applyPlan(anna(), { path: '.', plan: 'plan.json' }), exitCode)).toContain(reason);
    expect(await alias('prod')).toBe('7');
  });

  test('an edited plan, and one that is not merged', async () => {
    const plan = await proposed();
    const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
    const path = join(trial.folder, 'plan.json');
    writeFileSync(path, git('show', `${branch}:${plan}`));
    expect(await toldBy(applyPlan(anna(), { path: '.', plan: 'plan.json' }), 4)).toContain(
      'Merge the change request first',
    );
    writeFileSync(path, readFileSync(path, 'utf8').replace('"to": "prod"', '"to": "dev"'));
    expect(await toldBy(applyPlan(anna(), { path: '.', plan: 'plan.json' }), 2)).toContain('It was edited');
  });

  test('a ledger that was altered, and names the entry', async () => {
    const path = 'registry/aigw.ledger.cognitotech/versions/2.json';
    writeFileSync(join(trial.folder, path), read(path).replace('It ran before', 'It never ran before'));
    expect(await toldBy(promote(anna(), toProd), 1)).toContain('Ticket 2: it was altered');
    expect(await toldBy(verify(anna(), { path: '.' }), 1)).toContain('Ticket 2: it was altered');
  });

  test('to skip an environment, and an override without the right', async () => {
    expect(await toldBy(promote(anna(), { ...toProd, from: 'dev' }), 1)).toContain('prod does not follow dev');
    trial.now = Date.parse('2026-11-27T12:00:00Z');
    expect(await toldBy(promote(anna(), { ...toProd, dryRun: true }), 4)).toContain('Nothing moves until');
    const over = { ...toProd, dryRun: true, overrides: ['freeze/black-week'] };
    expect(await toldBy(promote(anna(), over))).toContain('overridden  freeze black-week');
    expect(await toldBy(promote(trial.world('carla'), over), 1)).toContain('lets carla go on in spite of');
    expect(await toldBy(promote(anna(), { ...over, overrides: ['digest/content'] }), 1)).toContain(
      'No policy of prod lets anna',
    );
  });
});

test('tells drift, and what is gone', async () => {
  await (await trial.registry()).setAlias('product-expert', 'prod', '8');
  rmSync(join(trial.folder, 'registry/product-expert/versions/8.json'));
  const told = await toldBy(verify(anna(), { path: '.' }), 1);
  expect(told).toContain('Alias prod of product-expert means 8, and 7 by the ledger.');
  expect(told).toContain('Version 8 of product-expert, which staging runs, is gone.');
});

test('is refused where this work tree is not what the branch holds', async () => {
  const path = 'environments/prod/product-expert.yaml';
  writeFileSync(join(trial.folder, path), `${read(path)}# mine\n`);
  expect(await toldBy(promote(anna(), toProd), 1)).toContain(`${path} is other in main than here`);
  expect(git('for-each-ref', 'refs/heads/aigw', 'refs/aigw')).toBe('');
});

test('hands its gates over as cases, its state as variables, and its request as Markdown', async () => {
  const { report } = await promote(anna(), toProd);
  const context = { color: false, width: 100, prefix: '', limit: 50 };
  const xml = (await reportFormats.junit())(report, context);
  expect(xml).toContain('name="metric answers-are-right" classname="model product-expert"');
  expect(xml).toContain('<skipped message="0 of 2 people of platform or ml have approved."/>');
  const variables = (await reportFormats.dotenv())(report, context);
  expect(variables).toContain('AIGW_STATE=proposed\nAIGW_REQUEST_NUMBER=1\n');
  expect(variables).toMatch(/^AIGW_PATH=promotions\/prod\/[0-9a-f]{12}\.json$/m);
  const platform = await trial.platform();
  const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/aigw');
  const marker = `<!-- aigw:promotion:${branch.replace('aigw/promote/', '')} -->`;
  const request = await platform.findRequest({ branch, target: 'main', marker }, 'open');
  expect(request?.title).toBe('Promote model product-expert 8, prompt product-answer 4 from staging to prod');
  expect(request?.body).toContain('| product-expert: metric answers-are-right | ✅ passed | eval/correctness is 0.947');
});

describe('killed at any write', () => {
  /** Everything that lasts, but for times and tickets. */
  async function endState() {
    const registry = await trial.registry();
    const entries = (await registry.versions('aigw.ledger.cognitotech')).flatMap(
      ({ tags }) => tags['aigw.entry'] ?? [],
    );
    const deeds = entries
      .map((text) => JSON.parse(text) as { kind: string; to: string })
      .map(({ kind, to }) => `${kind} ${to}`);
    const files = git('ls-tree', '-r', 'main', '--', 'environments').split('\n');
    return { aliases: (await registry.entry('product-expert'))?.aliases, deeds, files };
  }

  const stories: readonly (readonly [name: string, before: boolean, run: (breakage?: Breakage) => Promise<string>])[] =
    [
      ['promotion', false, (breakage) => toldBy(promote(trial.world('anna', breakage), toStaging))],
      ['rollback', true, (breakage) => toldBy(rollback(trial.world('anna', breakage), back))],
    ];

  test.each(stories)('a %s begun anew ends as if nothing had been', { timeout: 120_000 }, async (name, needs, run) => {
    if (needs) await toldBy(promote(anna(), toStaging));
    const counting = killer(Number.POSITIVE_INFINITY, 'before');
    await run(counting.breakage);
    const [wanted, writes] = [await endState(), counting.count()];
    expect(writes).toBeGreaterThan(7);
    // Behind one write and before the next nothing differs, but for the very first.
    const points = [
      [1, 'before'] as const,
      ...Array.from({ length: writes }, (_, index) => [index + 1, 'after'] as const),
    ];
    for (const [at, when] of points) {
      end();
      await begin();
      if (needs) await toldBy(promote(anna(), toStaging));
      await expect(run(killer(at, when).breakage), `${name} ${when} write ${at}`).rejects.toThrow('killed');
      trial.now += 120_001;
      await run();
      expect(await endState(), `${name} ${when} write ${at}`).toEqual(wanted);
      await toldBy(verify(anna(), { path: '.' }));
    }
  });

  test('is gone on with by resume, or taken back by abort', { timeout: 120_000 }, async () => {
    const start = await endState();
    await expect(toldBy(promote(trial.world('anna', killer(6, 'after').breakage), toStaging))).rejects.toThrow(
      'killed',
    );
    expect(await toldBy(resume(anna(), { path: '.' }), 1)).toContain('still at work');
    trial.now += 120_001;
    expect(await toldBy(promote(anna(), toProd), 1)).toContain('has not ended');
    expect(await toldBy(verify(anna(), { path: '.' }), 1)).toContain('is unfinished');
    await toldBy(abort(anna(), { path: '.', reason: 'Not now.' }));
    const { aliases, files, deeds } = await endState();
    expect([aliases, files]).toEqual([start.aliases, start.files]);
    expect(deeds.at(-1)).toBe('abort staging');
    await toldBy(verify(anna(), { path: '.' }));
    await expect(toldBy(promote(trial.world('anna', killer(6, 'after').breakage), toStaging))).rejects.toThrow(
      'killed',
    );
    trial.now += 120_001;
    await toldBy(resume(anna(), { path: '.' }));
    expect(await alias('staging')).toBe('9');
    await toldBy(verify(anna(), { path: '.' }));
  });
});

test('puts back what it has moved where somebody else moves something', async () => {
  const registry = (each: Registry): Registry => ({
    ...each,
    setAlias: async (...args) => {
      await each.setAlias(...args);
      await each.setAlias('product-expert', 'staging', '7');
    },
  });
  const told = await toldBy(promote(trial.world('anna', { registry }), toStaging), 1);
  expect(told).toContain('Somebody else has made alias staging of product-expert mean version 7');
  expect(told).toContain('was left where somebody else has put it');
  expect(read('environments/staging/product-expert.yaml')).toContain('version: "8"');
  expect(readdirSync(join(trial.folder, 'environments/staging'))).toContain('product-answer.yaml');
});

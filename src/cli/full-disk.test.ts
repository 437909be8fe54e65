// A disk that is full, or a place that nobody may write to, while a plan is written.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adopt } from '../commands/promotion-records.ts';
import { startTrial, toldBy } from './promotion-trial.ts';

let folder: string;
beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'aigw promotion ')), 'repo');
  const trial = await startTrial(folder);
  for (const environment of ['dev', 'staging']) await toldBy(adopt(trial.world('anna'), { path: '.', environment }));
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

/** Plans a promotion into a file, where no file may be larger than so many blocks of 512 bytes. */
function planInto(path: string, blocks: number | 'unlimited') {
  const main = join(import.meta.dirname, 'main.ts');
  const words = ['promote', 'model', 'product-expert', '--from', 'dev', '--to', 'staging', '--plan-out', path];
  const script = `ulimit -f ${blocks}; exec "$0" "$@"`;
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  return spawnSync('sh', ['-c', script, process.execPath, main, ...words], { cwd: folder, env, encoding: 'utf8' });
}

test('leaves no half of a plan where there is no room for it', () => {
  const out = join(folder, '..', 'plans');
  const { status, stderr } = planInto(join(out, 'plan.json'), 1);
  expect([status, stderr.trim()]).toEqual([
    3,
    `aigw: ${join(out, 'plan.json')}: the file would be larger than it may be (EFBIG).`,
  ]);
  expect(readdirSync(out)).toEqual([]);
  expect(planInto(join(out, 'plan.json'), 'unlimited').status).toBe(0);
  expect(readdirSync(out)).toEqual(['plan.json']);
});

test.each([
  ['nobody may write', '/sys/plan.json', 'you have no right to do this here (EACCES)'],
  ['nothing can be made', '/proc/plan.json', 'nothing can be made there (ENOENT)'],
])('says where %s', (_, path, reason) => {
  const { status, stderr } = planInto(path, 'unlimited');
  expect([status, stderr.trim(), existsSync(path)]).toEqual([3, `aigw: ${path}: ${reason}.`, false]);
});

// The lab as people use it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandResult, run } from './commands.ts';

let state = '';

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'aigw-lab-state-'));
});

afterAll(async () => {
  await lab('down');
  await rm(state, { recursive: true, force: true });
});

test('brings members up, tells their variables, and takes them down', async () => {
  expect((await lab('status')).stdout).toMatch(/^- +redis /m);
  const up = await lab('up', 'redis');
  expect(up.stdout).toMatch(/^export REDIS_URL='redis:\/\/127\.0\.0\.1:\d+'$/m);
  expect((await lab('up', 'redis')).stdout).toBe(up.stdout);
  expect((await lab('env')).stdout).toBe(up.stdout);
  expect((await lab('status')).stdout).toMatch(/^up +redis /m);
  expect((await lab('logs', 'redis')).stdout).toContain('Redis version=');
  expect((await lab('down')).stdout).toBe('Stopped redis.\n');
  expect((await lab('env')).stdout).toBe('');
  expect((await lab('down')).stdout).toBe('Nothing runs.\n');
});

test.each([
  [['up', 'postgres'], 2, /There is no postgres\. Members: .*redis/],
  [['up'], 2, /up NAME/],
  [['logs', 'redis'], 1, /redis does not run/],
  [[], 2, /up NAME/],
])('says what is wrong with %j', async (words, code, said) => {
  const { code: exit, stderr } = await lab(...words);
  expect(exit).toBe(code);
  expect(stderr).toMatch(said);
});

test('says what the host lacks before anything starts', async () => {
  const { code, stderr } = await run(process.execPath, [join(import.meta.dirname, 'lab.ts'), 'up', 'mlflow', 'redis'], {
    env: { PATH: '/nowhere', AIGW_LAB_STATE: state },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/Python 3\.11 or newer.*apt-get install/);
  expect(stderr).toContain('redis-server');
  expect(stderr).not.toContain('Starting');
});

/** With a place of its own for what runs, so that it does not meet what the person at this machine has up. */
function lab(...words: readonly string[]): Promise<CommandResult> {
  const program = join(import.meta.dirname, 'lab.ts');
  return run(process.execPath, [program, ...words], { env: { AIGW_LAB_STATE: state } });
}

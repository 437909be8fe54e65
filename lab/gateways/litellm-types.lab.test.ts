// What this repo says of LiteLLM, held against LiteLLM's own types.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { installLitellm } from '../members/litellm.ts';

const root = join(import.meta.dirname, '..', '..');
let bin = '';

beforeAll(async () => {
  bin = await installLitellm();
});

test("the schema of LiteLLM's file is what its types say", async () => {
  const printed = await python('litellm-schema.py', '');
  expect(printed === readFileSync(join(root, 'schemas', 'targets', 'litellm.schema.json'), 'utf8')).toBe(true);
});

test('keys and teams are asked for in fields that LiteLLM knows', async () => {
  const calls = readFileSync(
    join(root, 'fixtures', 'targets', 'litellm', 'access', 'expected', 'llm', 'litellm-access.json'),
    'utf8',
  );
  expect(await python('litellm-bodies.py', calls)).toBe('');
});

test('a field that LiteLLM does not know is told', async () => {
  const calls = { calls: [{ path: '/key/generate', body: { key_alias: 'a', rate_limit: 3 } }] };
  expect(await python('litellm-bodies.py', JSON.stringify(calls))).toBe('/key/generate: no field rate_limit\n');
});

async function python(script: string, input: string): Promise<string> {
  const run = promisify(execFile)(join(bin, 'python'), [join(import.meta.dirname, script)], {
    env: { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True', PYTHONHASHSEED: '0' },
    maxBuffer: 2 ** 24,
  });
  run.child.stdin?.end(input);
  return (await run).stdout;
}

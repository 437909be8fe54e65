// The example repos against what they render, which lies in fixtures/rendered for people to read.
// After a change that is meant: `npm run rendered`, and look at the difference.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { render } from '../commands/render.ts';
import type { World } from '../ports/world.ts';
import { compose } from './compose.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const repos = ['cognitotech', 'fraud-bank', 'recommendation-shop', 'smallest'];

function worldIn(directory: string): World {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  return { ...world, directory, clock: { ...world.clock, today: () => '2026-11-21', elapsed: () => 0 } };
}

test.for(repos)('%s renders what lies in fixtures/rendered', { timeout: 60_000 }, async (repo) => {
  const options = { path: repo, directory: join('rendered', repo), check: true };
  const { report } = await render(worldIn(fixtures), options);
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(report.text.filter((line) => line.startsWith('  '))).toEqual([]);
  expect(report.ok).toBe(true);
});

describe('rendering for one target', () => {
  const partOf = async (target: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'aigw render '));
    const { report } = await render(worldIn(fixtures), {
      path: 'cognitotech',
      directory: folder,
      target,
      check: false,
    });
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    return { report, gateways: ['front', 'llm'].filter((name) => files.includes(join('prod', name))) };
  };

  test.each([
    ['envoy-ai-gateway', 'front'],
    ['litellm', 'llm'],
  ])('%s writes what runs %s alone', async (target, gateway) => {
    expect(await partOf(target)).toMatchObject({ report: { exitCode: 0 }, gateways: [gateway] });
  });

  test('tells where no gateway runs on it', async () => {
    const directory = join(tmpdir(), 'aigw never written');
    const options = { path: 'smallest', directory, target: 'envoy-ai-gateway', check: false };
    const { report } = await render(worldIn(fixtures), options);
    expect(report).toMatchObject({
      exitCode: 1,
      text: [expect.stringContaining('No gateway runs on envoy-ai-gateway')],
    });
  });
});

describe('rendering again', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aigw render '));
    cpSync(join(fixtures, 'smallest'), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const run = (check = false) => render(worldIn(folder), { path: '.', check });
  const written = async () => (await run()).report.text;

  test('writes nothing where nothing changed', async () => {
    await run();
    expect(await written()).toEqual([expect.stringContaining('0 written, 0 removed, 4 unchanged')]);
    expect((await run(true)).report.exitCode).toBe(0);
  });

  test('tells what somebody edited, and puts it right', async () => {
    await run();
    const file = join(folder, 'out', 'prod', 'llm', 'litellm.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}# edited\n`);
    const checked = await run(true);
    expect(checked.report.exitCode).toBe(1);
    expect(checked.report.text).toContain('  differs: llm/litellm.yaml');
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    await run();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('reads nothing as config that it wrote elsewhere in the repo, and all that lies beside', async () => {
    await render(worldIn(folder), { path: '.', directory: 'elsewhere', check: false });
    const beside = join(folder, 'elsewhere', 'prod', 'llm', 'beside.yaml');
    expect((await run()).report.diagnostics).toEqual([]);
    writeFileSync(beside, 'a: 1\n');
    expect((await run()).report.diagnostics).toMatchObject([{ kind: { code: 'AIGW1101' } }]);
    const index = join(folder, 'elsewhere', 'prod', 'render-index.json');
    const hiding = { files: [{ path: 'llm/beside.yaml' }] };
    writeFileSync(beside, 'apiVersion: aigw.dev/v1alpha1\nkind: Nothing\nmetadata: {name: hidden}\n');
    writeFileSync(index, JSON.stringify(hiding));
    expect((await run()).report.diagnostics.length).toBeGreaterThan(0);
  });

  test('removes what is rendered no more, and leaves what others keep there', async () => {
    await run();
    const theirs = join(folder, 'out', 'prod', 'llm', 'notes.txt');
    writeFileSync(theirs, 'ours');
    const config = join(folder, 'aigw.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/name: llm}/, 'name: proxy}'));
    expect(await written()).toEqual([expect.stringContaining('removed')]);
    expect(readFileSync(theirs, 'utf8')).toBe('ours');
  });

  test('tells what is missing from what differs', async () => {
    expect((await run(true)).report.text).toContain('  missing: llm/litellm.yaml');
    await run();
    rmSync(join(folder, 'out', 'prod', 'llm', 'litellm.yaml'));
    expect((await run(true)).report.text.slice(1)).toEqual(['  missing: llm/litellm.yaml']);
  });

  test('removes what it wrote for an environment that is gone, from its own folder alone', async () => {
    const config = join(folder, 'aigw.yaml');
    const before = readFileSync(config, 'utf8');
    writeFileSync(config, before.replace('[prod]', '[dev, prod]'));
    await run();
    cpSync(join(folder, 'out'), join(folder, 'shared'), { recursive: true });
    cpSync(join(folder, 'out', 'dev'), join(folder, 'out', 'theirs'), { recursive: true });
    writeFileSync(join(folder, 'out', 'dev', 'notes.txt'), 'ours');
    writeFileSync(config, before.replace('[prod]}', '[prod], exclude: [shared/**]}'));
    expect((await run(true)).report).toMatchObject({
      exitCode: 1,
      text: [expect.stringContaining('all as rendered'), expect.stringMatching(/dev: needless/)],
    });
    expect((await written())[1]).toMatch(/dev: 4 removed/);
    expect(readdirSync(join(folder, 'out', 'dev'))).toEqual(['notes.txt']);
    expect(readdirSync(join(folder, 'out', 'theirs'))).toContain('render-index.json');
    await render(worldIn(folder), { path: '.', directory: 'shared', check: false });
    expect(readdirSync(join(folder, 'shared', 'dev'))).toContain('render-index.json');
  });

  test('touches nothing where a file stands that aigw did not write', async () => {
    await run();
    rmSync(join(folder, 'out', 'prod', 'render-index.json'));
    writeFileSync(join(folder, 'out', 'prod', 'llm', 'litellm.yaml'), 'theirs');
    const { report } = await run();
    expect(report.exitCode).toBe(1);
    expect(report.text.join('\n')).toContain('llm/litellm.yaml: a file stands there that aigw did not write');
    expect(readFileSync(join(folder, 'out', 'prod', 'llm', 'litellm.yaml'), 'utf8')).toBe('theirs');
  });

  test('writes nothing of a repo with an error', async () => {
    const config = join(folder, 'aigw.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('model: gpt-small', 'model: gpt-smal'));
    const { report } = await run();
    expect(report.exitCode).toBe(1);
    expect(report.text).toEqual(['Nothing was written. Correct the errors first.']);
  });
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Need } from '../../ports/registry.ts';
import { testRegistry } from '../conformance.ts';
import { digestOf } from '../digest.ts';
import { filesRegistry } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'aigw registry '));
afterAll(() => rmSync(folder, { recursive: true }));

const now = Date.parse('2026-11-27T12:00:00Z');
const registry = filesRegistry(folder, () => now);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const artifacts = [
  { path: 'data/model.bin', sha256: sha256('weights') },
  { path: 'MLmodel', sha256: sha256('flavors: {}') },
];

function lay(name: string, version: string, content: unknown): void {
  mkdirSync(join(folder, name, 'versions'), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(folder, name, 'versions', `${version}.json`), text);
}

testRegistry(async () => {
  await registry.createEntry('product-expert', {});
  lay('product-expert', '1', {
    createdAt: '2026-11-20T12:00:00Z',
    run: { id: 'r1', status: 'FINISHED', endedAt: '2026-11-20T11:00:00Z', tags: { 'git.commit': 'abc' } },
    metrics: { 'eval/correctness': { value: 0.94, dataset: 'sha256:d' }, 'eval/broken': 'NaN' },
    signature: { inputs: [{ type: 'string', name: 'question', required: true }] },
    artifacts,
  });
  const createdAt = '2026-11-20T12:00:00Z';
  const template = 'Hello {{ name }}';
  lay('greeting', '1', { createdAt, prompt: { template } });
  const chat = [{ role: 'user', content: template }];
  lay('greeting', '2', { createdAt, prompt: { template: chat, responseFormat: { type: 'object' } } });
  writeFileSync(join(folder, 'greeting', 'entry.json'), JSON.stringify({ kind: 'prompt' }));
  return { registry, digest: digestOf(artifacts) };
}, 'conformance');

test('makes its digest as sha256sum and sort do', () => {
  const lines = artifacts.map(({ path, sha256: hash }) => `${hash}  ${path}\n`).toReversed();
  expect(digestOf(artifacts)).toBe(`sha256:${sha256(lines.join(''))}`);
});

test('keeps to its folder, whatever a name is', async () => {
  for (const name of ['..', '.', '../out', '.hidden', 'a%2Fb']) {
    await registry.createEntry(name, {});
    expect((await registry.entry(name))?.name).toBe(name);
  }
  expect(readdirSync(join(folder, '..')).filter((name) => ['out', 'entry.json'].includes(name))).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test.each([
  ['is no JSON', '{', 'it is no JSON object'],
  ['is a list', [], 'it is no JSON object'],
  ['has no time', { artifacts }, 'createdAt is no time'],
])('tells of a version’s file that %s', async (_, content, message) => {
  lay('broken', '1', content);
  await expect(registry.version('broken', '1')).rejects.toMatchObject({
    kind: 'unusable',
    message: expect.stringContaining(`1.json: ${message}`),
  });
});

test.each([
  ['without artifacts', {}, 'lists no artifacts'],
  ['with an artifact without its hash', { artifacts: [{ path: 'a' }] }, 'lacks its path or its sha256'],
  ['with a prompt that is a list of texts', { prompt: { template: ['a'] } }, 'is neither a text nor messages of text'],
  ['with an empty prompt', { prompt: { template: '' } }, 'is neither a text nor messages of text'],
])('makes no digest of a version %s', async (_, content, message) => {
  const createdAt = '2026-11-20T12:00:00Z';
  lay('hollow', '1', { createdAt, ...content });
  const version = await registry.version('hollow', '1');
  if (version === undefined) throw new Error('no version');
  await expect(registry.content(version)).rejects.toMatchObject({ message: expect.stringContaining(message) });
});

test('reads no number out of a metric that is none', async () => {
  const run = { id: 'odd', status: 'FINISHED' };
  lay('odd', '1', { createdAt: '2026-11-20T12:00:00Z', run, metrics: { a: 'high' } });
  const [version] = await registry.versions('odd');
  if (version === undefined) throw new Error('no version');
  await expect(registry.run(version)).rejects.toMatchObject({ message: expect.stringContaining('a metric is "high"') });
});

test('tells what data a run was given', async () => {
  const run = { id: 'r', status: 'FINISHED', datasets: [{ name: 'questions', kind: 's3', source: 's3://questions' }] };
  lay('given', '1', { createdAt: '2026-11-20T12:00:00Z', run });
  lay('given', '2', { createdAt: '2026-11-21T12:00:00Z', run: { ...run, datasets: [{ name: 'questions' }] } });
  const [first, second] = await registry.versions('given');
  if (first === undefined || second === undefined) throw new Error('no versions');
  expect((await registry.run(first))?.datasets).toEqual(run.datasets);
  await expect(registry.run(second)).rejects.toMatchObject({ message: expect.stringContaining('lacks its name') });
});

test('tells each version its own metrics, though one run has made both', async () => {
  const run = { id: 'shared', status: 'FINISHED' };
  for (const [version, right] of [
    ['1', 0.99],
    ['2', 0.1],
  ] as const)
    lay('twins', version, { createdAt: '2026-11-20T12:00:00Z', run, metrics: { right } });
  const runs = await Promise.all((await registry.versions('twins')).map((version) => registry.run(version)));
  expect(runs.map((each) => each?.metrics['right']?.value)).toEqual([0.99, 0.1]);
});

describe('links', () => {
  const outside = mkdtempSync(join(tmpdir(), 'aigw outside '));
  afterAll(() => rmSync(outside, { recursive: true }));
  const text = JSON.stringify({ createdAt: '2026-11-20T12:00:00Z', artifacts });
  const leadsOut = { kind: 'unusable', message: expect.stringContaining('leads out of') };

  test.each(['entry', 'versions', 'file'])('that lead out of the folder are not followed: %s', async (what) => {
    const name = `linked-${what}`;
    mkdirSync(join(outside, 'versions'), { recursive: true });
    writeFileSync(join(outside, 'versions', '1.json'), text);
    writeFileSync(join(outside, 'entry.json'), '{}');
    const own = join(folder, name);
    if (what === 'entry') symlinkSync(outside, own);
    else mkdirSync(own);
    if (what === 'versions') symlinkSync(join(outside, 'versions'), join(own, 'versions'));
    if (what === 'file') {
      mkdirSync(join(own, 'versions'));
      symlinkSync(join(outside, 'versions', '1.json'), join(own, 'versions', '1.json'));
    }
    await expect(registry.versions(name)).rejects.toMatchObject(leadsOut);
    await expect(registry.version(name, '1')).rejects.toMatchObject(leadsOut);
    await expect(registry.setVersionTag(name, '1', 'a', 'b')).rejects.toMatchObject(leadsOut);
    if (what !== 'file') await expect(registry.createVersion(name, { key: 'k' }, 'key')).rejects.toThrow();
    if (what === 'entry') await expect(registry.createEntry(name, {})).rejects.toMatchObject(leadsOut);
    expect(readdirSync(join(outside, 'versions'))).toEqual(['1.json']);
    expect(readFileSync(join(outside, 'versions', '1.json'), 'utf8')).toBe(text);
  });

  test('within the folder are followed, and such that lead nowhere are told', async () => {
    lay('target', '1', text);
    lay('within', '2', text);
    symlinkSync('../../target/versions/1.json', join(folder, 'within', 'versions', '1.json'));
    expect((await registry.versions('within')).map(({ version }) => version)).toEqual(['1', '2']);
    symlinkSync('nowhere', join(folder, 'within', 'versions', '3.json'));
    await expect(registry.version('within', '3')).rejects.toMatchObject({
      message: expect.stringContaining('leads nowhere'),
    });
  });
});

describe('what cannot be written', () => {
  const needs = [
    { entry: 'shut', verb: 'alias' },
    { entry: 'shut', verb: 'version' },
    { entry: 'ledger', verb: 'version' },
  ] as const;

  test('is told before anything is written', async () => {
    const own = mkdtempSync(join(tmpdir(), 'aigw rights '));
    chmodSync(own, 0o777);
    mkdirSync(join(own, 'shut', 'versions'), { recursive: true });
    chmodSync(join(own, 'shut', 'versions'), 0o777);
    chmodSync(join(own, 'shut'), 0o555);
    const told = limitsAsNobody(own, needs);
    chmodSync(join(own, 'shut'), 0o777);
    rmSync(own, { recursive: true });
    expect(told).toEqual([`The registry lies in files, and ${join(own, 'shut')} cannot be written to (EACCES).`]);
  });

  test('is told where a file stands in the place of a folder', async () => {
    writeFileSync(join(folder, 'shut'), '');
    const file = join(folder, 'shut');
    expect(await registry.limits(needs)).toEqual([
      `The registry lies in files, and ${file} is no folder.`,
      `The registry lies in files, and ${join(file, 'versions')} cannot be written to (ENOTDIR).`,
    ]);
    await expect(registry.createEntry('shut', {})).rejects.toMatchObject({ kind: 'refused' });
    rmSync(file);
    expect(await registry.limits(needs)).toEqual([]);
    expect(await registry.limits([{ entry: 'shut', verb: 'read' }])).toEqual([]);
  });
});

/** What the registry tells somebody who has no rights but those of others. */
function limitsAsNobody(own: string, needs: readonly Need[]): unknown {
  const module = JSON.stringify(join(import.meta.dirname, 'registry.ts'));
  const script = `const { filesRegistry } = await import(${module});
    process.stdout.write(JSON.stringify(await filesRegistry(${JSON.stringify(own)}, Date.now).limits(${JSON.stringify(needs)})));`;
  const id = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const options = { encoding: 'utf8', cwd: '/', env: {}, ...id } as const;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], options));
}

test('takes over the lock of whoever was killed', async () => {
  await registry.createEntry('locked', {});
  lay('locked', '1', { createdAt: '2026-11-20T12:00:00Z' });
  const lock = join(folder, 'locked', '.entry.json.lock');
  mkdirSync(lock);
  utimesSync(lock, new Date(0), new Date(0));
  await registry.setAlias('locked', 'prod', '1');
  expect((await registry.entry('locked'))?.aliases).toEqual({ prod: '1' });
});

test('makes no two lists of artifacts look alike', () => {
  const hash = sha256('');
  const digest = digestOf([{ path: `a\n${hash}  b`, sha256: hash }]);
  expect(digest).not.toBe(
    digestOf([
      { path: 'a', sha256: hash },
      { path: 'b', sha256: hash },
    ]),
  );
  expect(digest).toBe(`sha256:${sha256(`\\${hash}  a\\n${hash}  b\n`)}`);
});

// What every registry has to do, asked of each member: the embedded one in unit tests, the real ones in the lab.
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../lib/sha256.ts';
import type { RegisteredRun, Registry, VersionCopy } from '../ports/registry.ts';
import { digestOf } from './digest.ts';
import { promptContent } from './prompt-content.ts';

/**
 * A registry that holds `product-expert` in version 1, with run, metrics, signature and artifacts, as `seed` of its test laid it; and the prompt
 * `greeting`: version 1 is the text `Hello {{ name }}`, and version 2 a chat of that text by the user, with the response format `{"type": "object"}`.
 */
export interface Conforming {
  readonly registry: Registry;
  /** The digest of version 1: of `MLmodel` and `data/model.bin` with the content `weights`. */
  readonly digest: string;
}

/** What a member's server can do, by which it is asked. */
export interface Features {
  /** What it calls the version that is there. */
  readonly first: string;
  readonly hasAliases: boolean;
  readonly hasPrompts: boolean;
  /** Whether it takes a metric that is no number. */
  readonly takesNaN: boolean;
}

/** Of MLflow itself, and of files. */
const EVERYTHING: Features = { first: '1', hasAliases: true, hasPrompts: true, takesNaN: true };

/** @param name no entry's name begins with it before. */
export function testRegistry(start: () => Promise<Conforming>, name: string, features = EVERYTHING): void {
  let conforming: Conforming | undefined;
  beforeAll(async () => {
    conforming = await start();
  });
  const given = () => {
    if (conforming === undefined) throw new Error('not started');
    return conforming;
  };
  const registry = () => given().registry;
  testEntries(registry, () => given().digest, { name, ...features });
  if (features.hasPrompts) testPrompts(registry);
  if (features.hasAliases) testAliases(registry, name);
  else testNoAliases(registry);
  testRefusals(registry, name);
  describe('as the destination of copies', () => {
    testCopies(registry, name);
    testPromptCopies(registry, name);
  });
  describe('as a ledger', () => testLedger(registry, name));

  // MLflow refuses slashes and colons (3.17.0; 3.6 took them).
  test('takes names with dots and blanks', async () => {
    for (const odd of [`${name}..c`, `${name} d`]) {
      await registry().createEntry(odd, {});
      expect((await registry().entry(odd))?.name).toBe(odd);
      expect(await registry().createVersion(odd, { key: 'k' }, 'key')).toBe('1');
    }
  });

  test('tells a time that goes on', async () => {
    const [first, second] = [await registry().now(), await registry().now()];
    expect(second).toBeGreaterThanOrEqual(first);
  });
}

function testEntries(
  registry: () => Registry,
  digest: () => string,
  { name, first, takesNaN }: Features & { readonly name: string },
): void {
  test('tells of an entry, its versions and what they hold', async () => {
    expect(await registry().entry('product-expert')).toMatchObject({ name: 'product-expert', kind: 'model' });
    const [version] = await registry().versions('product-expert');
    if (version === undefined) throw new Error('no version');
    expect(version).toMatchObject({ name: 'product-expert', version: first, isReady: true });
    const run = await registry().run(version);
    expect(run).toMatchObject({ status: 'FINISHED', isDeleted: false, tags: { 'git.commit': 'abc' } });
    expect(run?.metrics).toMatchObject({
      'eval/correctness': { value: 0.94 },
      ...(takesNaN ? { 'eval/broken': { value: 'NaN' } } : {}),
    });
    const content = await registry().content(version);
    expect(content.digest).toBe(digest());
    expect(content.signature?.inputs).toContain('question');
    expect(await registry().signature(version)).toEqual(content.signature);
  });

  test('shows artifacts to be copied, or says before that it keeps none', async () => {
    const [version] = await registry().versions('product-expert');
    if (version === undefined) throw new Error('no version');
    const limits = await registry().limits([{ entry: 'product-expert', verb: 'artifacts' }]);
    const shown = registry().artifacts(version);
    if (limits.length > 0) return await expect(shown).rejects.toMatchObject({ kind: 'unusable' });
    const model = (await shown).find(({ path }) => path === 'data/model.bin');
    expect([model?.size, await model?.read(textIn)]).toEqual([7, 'weights']);
  });

  test('knows what is not there', async () => {
    expect(await registry().entry(`${name}-none`)).toBeUndefined();
    expect(await registry().version('product-expert', '999')).toBeUndefined();
    expect(await registry().versions(`${name}-none`)).toEqual([]);
    const run = '0'.repeat(32);
    const lost = {
      name: 'product-expert',
      version: '999',
      kind: 'model' as const,
      createdAt: 0,
      run,
      source: undefined,
      tags: {},
      isReady: true,
    };
    expect(await registry().run(lost)).toBeUndefined();
  });
}

function testAliases(registry: () => Registry, name: string): void {
  test('moves aliases, and takes them away', async () => {
    await registry().setAlias('product-expert', 'prod', '1');
    expect((await registry().entry('product-expert'))?.aliases).toMatchObject({ prod: '1' });
    const next = await registry().createVersion('product-expert', { key: 'next' }, 'key');
    await registry().setAlias('product-expert', 'prod', next);
    expect((await registry().entry('product-expert'))?.aliases).toMatchObject({ prod: next });
    await registry().deleteAlias('product-expert', 'prod');
    expect((await registry().entry('product-expert'))?.aliases).not.toHaveProperty('prod');
  });

  test('refuses aliases of what is not there', async () => {
    const missing = { kind: 'missing' };
    await expect(registry().setAlias('product-expert', 'prod', '999')).rejects.toMatchObject(missing);
    await expect(registry().setAlias(`${name}-none`, 'prod', '1')).rejects.toMatchObject(missing);
  });
}

function testNoAliases(registry: () => Registry): void {
  test('says that it has no aliases, and moves none', async () => {
    expect(await registry().capabilities?.()).toEqual({
      hasAliases: false,
      lacks: expect.arrayContaining([expect.stringContaining('no aliases')]),
    });
    const refusal = { kind: 'unusable', message: expect.stringContaining('alias') };
    await expect(registry().setAlias('product-expert', 'prod', '1.0.0')).rejects.toMatchObject(refusal);
    await expect(registry().deleteAlias('product-expert', 'prod')).rejects.toMatchObject(refusal);
    const needs = (['read', 'alias', 'unalias'] as const).map((verb) => ({ entry: 'product-expert', verb }));
    expect(await registry().limits(needs)).toHaveLength(2);
  });
}

function testPrompts(registry: () => Registry): void {
  test('tells of a prompt, its versions and what they hold', async () => {
    expect(await registry().entry('greeting')).toMatchObject({ name: 'greeting', kind: 'prompt' });
    const versions = await registry().versions('greeting');
    expect(versions.map(({ version, kind }) => [version, kind])).toEqual([
      ['1', 'prompt'],
      ['2', 'prompt'],
    ]);
    const [text, chat] = await Promise.all(versions.map((version) => registry().content(version)));
    expect(text?.prompt).toEqual({ template: 'Hello {{ name }}', others: [] });
    expect(chat?.prompt).toEqual({
      template: [{ role: 'user', content: 'Hello {{ name }}' }],
      others: ['response format'],
    });
    // As sha256sum makes them of the canonical JSON.
    expect(text?.digest).toBe('sha256:bf086921e43a46f0c3c2553e4f6c53eb19a342d7d2c5639c8c524c99f5439e36');
    expect(chat?.digest).toBe('sha256:419b251ba2fc70472d8dc3a870cf347dea685c69d6c8d800d1b68a79bfca6f82');
  });

  test('moves aliases of prompts', async () => {
    await registry().setAlias('greeting', 'prod', '2');
    expect((await registry().entry('greeting'))?.aliases).toMatchObject({ prod: '2' });
    expect(await registry().version('greeting', '2')).toMatchObject({ version: '2', kind: 'prompt' });
    await registry().deleteAlias('greeting', 'prod');
    expect((await registry().entry('greeting'))?.aliases).not.toHaveProperty('prod');
  });
}

const TEXTS = [
  ['MLmodel', 'flavors: {}'],
  ['data/a b.bin', 'weights'],
  ['empty', ''],
] as const;

/** What another registry holds. */
const COPY: Omit<VersionCopy, 'name'> & { readonly run: RegisteredRun } = {
  artifacts: TEXTS.map(([path, text]) => ({
    path,
    size: Buffer.byteLength(text),
    read: async (take) => await take(piecesOf(text)),
  })),
  digest: digestOf(TEXTS.map(([path, text]) => ({ path, sha256: sha256(text) }))),
  run: {
    id: 'r1',
    status: 'FINISHED',
    isDeleted: false,
    endedAt: 1_700_000_000_000,
    tags: { 'git.commit': 'abc', 'mlflow.log-model.history': '[]' },
    metrics: { right: { value: 0.9, datasetDigest: 'autumn' }, broken: { value: 'NaN', datasetDigest: 'autumn' } },
    datasets: [{ name: 'questions', kind: 'http', source: '{"url": "https://a:b@data.example/q?sig=c"}', digest: 'a' }],
    params: { seed: '7' },
    link: 'https://dev.example/#/runs/r1',
  },
  tags: { key: 'a', from: 'elsewhere' },
  key: 'key',
};

function testCopies(registry: () => Registry, name: string): void {
  test('makes a version of what another registry holds, or says before that it does not', async () => {
    const entry = `${name}-copied`;
    await registry().createEntry(entry, {});
    const limits = await registry().limits([{ entry, verb: 'copy' }]);
    if (limits.length > 0) {
      await expect(registry().copyVersion({ ...COPY, name: entry })).rejects.toMatchObject({ kind: 'unusable' });
      expect(await registry().versions(entry)).toEqual([]);
      return;
    }
    const made = await registry().copyVersion({ ...COPY, name: entry });
    expect(await registry().copyVersion({ ...COPY, name: entry })).toBe(made);
    const all = await registry().versions(entry);
    expect(all).toMatchObject([{ version: made, tags: COPY.tags, isReady: true }]);
    const [version] = all;
    if (version === undefined) throw new Error('no version');
    expect((await registry().content(version)).digest).toBe(COPY.digest);
    const { status, endedAt, metrics, params, tags, datasets } = (await registry().run(version)) ?? {};
    expect({ status, endedAt, metrics, params }).toEqual({
      status: 'FINISHED',
      endedAt: COPY.run.endedAt,
      metrics: COPY.run.metrics,
      params: COPY.run.params,
    });
    expect(tags).toMatchObject({ 'git.commit': 'abc', ...COPY.tags });
    // What lets somebody in over there is not told here.
    expect(datasets).toEqual([{ ...COPY.run.datasets[0], source: '{"url": "https://data.example/q"}' }]);
    const stored = await registry().artifacts(version);
    const found = await Promise.all(stored.map(async ({ path, size, read }) => [path, size, await read(textIn)]));
    expect(found.toSorted()).toEqual(TEXTS.map(([path, text]) => [path, text.length, text]));
  });

  test('makes no version of what has another digest, and takes no run that is gone for one that has ended', async () => {
    const entry = `${name}-other`;
    await registry().createEntry(entry, {});
    const tags = { key: 'b' };
    const other = { ...COPY, name: entry, tags, digest: `sha256:${'0'.repeat(64)}` };
    await expect(registry().copyVersion(other)).rejects.toMatchObject({ kind: 'unusable' });
    expect(await registry().versions(entry)).toEqual([]);
    if ((await registry().limits([{ entry, verb: 'copy' }])).length > 0) return;
    await registry().copyVersion({ ...COPY, name: entry, tags, run: { ...COPY.run, isDeleted: true } });
    const [version] = await registry().versions(entry);
    expect(version && (await registry().run(version))?.status).toBe('KILLED');
  });
}

const PROMPT = {
  template: [{ role: 'user', content: 'Größe: {{ name }}' }],
  responseFormat: { type: 'object' },
  modelConfig: { temperature: 0.2 },
};

function testPromptCopies(registry: () => Registry, name: string): void {
  const copy = {
    artifacts: [],
    run: undefined,
    prompt: PROMPT,
    digest: promptContent(PROMPT)?.digest ?? '',
    tags: { key: 'p' },
    key: 'key',
  };
  test('makes a prompt of what another registry holds, or says before that it does not', async () => {
    const entry = `${name}-said`;
    if ((await registry().limits([{ entry, verb: 'copyPrompt' }])).length > 0) {
      await expect(registry().copyVersion({ ...copy, name: entry })).rejects.toMatchObject({ kind: 'unusable' });
      return;
    }
    const other = { ...copy, name: entry, digest: `sha256:${'0'.repeat(64)}` };
    await expect(registry().copyVersion(other)).rejects.toMatchObject({ kind: 'unusable' });
    const made = await registry().copyVersion({ ...copy, name: entry });
    expect(await registry().copyVersion({ ...copy, name: entry })).toBe(made);
    expect(await registry().entry(entry)).toMatchObject({ kind: 'prompt' });
    const all = await registry().versions(entry);
    expect(all).toMatchObject([{ version: made, kind: 'prompt', tags: copy.tags }]);
    const contents = await Promise.all(all.map((version) => registry().content(version)));
    expect(contents).toMatchObject([{ digest: copy.digest, kept: PROMPT }]);
  });

  test('copies no prompt under the name of a model', async () => {
    const entry = `${name}-model`;
    if ((await registry().limits([{ entry, verb: 'copyPrompt' }])).length > 0) return;
    await registry().createEntry(entry, {});
    await expect(registry().copyVersion({ ...copy, name: entry })).rejects.toMatchObject({ kind: 'unusable' });
    expect(await registry().versions(entry)).toEqual([]);
  });
}

async function* piecesOf(text: string): AsyncGenerator<Buffer> {
  for (const letter of text) yield Buffer.from(letter);
}

async function textIn(pieces: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts).toString('utf8');
}

function testRefusals(registry: () => Registry, name: string): void {
  test('refuses what is about nothing', async () => {
    const missing = { kind: 'missing' };
    await registry().createEntry(`${name}-empty`, {});
    await expect(registry().setVersionTag(`${name}-empty`, '999', 'a', 'b')).rejects.toMatchObject(missing);
    await expect(registry().createVersion(`${name}-none`, { key: 'a' }, 'key')).rejects.toMatchObject(missing);
  });
}

function testLedger(registry: () => Registry, name: string): void {
  test('lets one of many create an entry', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => registry().createEntry(`${name}-one`, { of: 'aigw' })),
    );
    expect(all.toSorted()).toEqual(['created', ...Array.from({ length: 7 }, () => 'exists')]);
    expect((await registry().entry(`${name}-one`))?.tags).toMatchObject({ of: 'aigw' });
  });

  test('gives each of many a version of their own, in one order', async () => {
    await registry().createEntry(`${name}-many`, {});
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    const made = await Promise.all(keys.map((key) => registry().createVersion(`${name}-many`, { key }, 'key')));
    expect(new Set(made).size).toBe(12);
    const versions = await registry().versions(`${name}-many`);
    expect(versions.map(({ version }) => Number(version))).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(versions.map(({ version, tags }) => [version, tags['key']]).toSorted()).toEqual(
      keys.map((key, index) => [made[index], key]).toSorted(),
    );
  });

  test('finds what a call has made before', async () => {
    await registry().createEntry(`${name}-again`, {});
    const first = await registry().createVersion(`${name}-again`, { key: 'same' }, 'key');
    expect(await registry().createVersion(`${name}-again`, { key: 'same' }, 'key')).toBe(first);
    expect(await registry().versions(`${name}-again`)).toHaveLength(1);
  });

  test('keeps tags as they are set', async () => {
    await registry().createEntry(`${name}-tags`, {});
    const version = await registry().createVersion(`${name}-tags`, { key: 'k', state: 'open' }, 'key');
    const text = 'Größe: "10" \\ \n{"a":1}';
    await registry().setVersionTag(`${name}-tags`, version, 'state', 'done');
    await registry().setVersionTag(`${name}-tags`, version, 'said', text);
    expect((await registry().version(`${name}-tags`, version))?.tags).toMatchObject({
      key: 'k',
      state: 'done',
      said: text,
    });
  });
}

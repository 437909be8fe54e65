// What is handed over to the ledger, and by it: verdicts, JSON lines that others verify, signed statements, and new entries as they come.
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome, Put } from '../commands/outcome.ts';
import { promote } from '../commands/promote.ts';
import { attest } from '../commands/promotion-attest.ts';
import { history } from '../commands/promotion-history.ts';
import { adopt } from '../commands/promotion-records.ts';
import { recordVerdict, type VerdictOptions } from '../commands/promotion-verdict.ts';
import { watch } from '../commands/promotion-watch.ts';
import { RegistryTrouble } from '../ports/registry.ts';
import type { World } from '../ports/world.ts';
import { reportFormats } from '../reports/formats.ts';
import { startTrial, type Trial, toldBy } from './promotion-trial.ts';

const model = { kind: 'model', name: 'product-expert' } as const;
const asked = { path: '.', subjects: [model], overrides: [], dryRun: true, direct: false } as const;
const toProd = { ...asked, from: 'staging', to: 'prod', reason: 'It answers better.' };
const passed: VerdictOptions = {
  path: '.',
  name: 'offline-eval',
  subject: model,
  status: 'passed',
  environment: 'staging',
};
const context = { color: false, width: 100, prefix: '', limit: 50 };
const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'promotion.md'), 'utf8');

let trial: Trial;
const anna = () => trial.world('anna');
const lines = async (story: Promise<Outcome>) => (await reportFormats.jsonl())((await story).report, context);
const adopted = (environment: string) => toldBy(adopt(anna(), { path: '.', environment }));

beforeEach(async () => {
  trial = await startTrial(join(mkdtempSync(join(tmpdir(), 'aigw ledger ')), 'repo'));
  await adopted('staging');
});
afterEach(() => rmSync(join(trial.folder, '..'), { recursive: true }));

test('asks for the word of a test, on this very content, by somebody whose word counts', {
  timeout: 60_000,
}, async () => {
  const policy = join(trial.folder, 'policies/production.yaml');
  const rule = '  verdicts: [{name: offline-eval, for: [model], teams: [ml], validFor: 14d}]\n';
  writeFileSync(policy, readFileSync(policy, 'utf8') + rule);
  const says = (exitCode: number) => toldBy(promote(anna(), toProd), exitCode);
  expect(await says(4)).toContain('Nobody has told the ledger how offline-eval judges version 8.');
  await toldBy(recordVerdict(trial.world('ben'), passed));
  expect(await says(4)).toContain('offline-eval passed, says ben, who is in none of the teams ml.');
  await toldBy(recordVerdict(trial.world('carla'), { ...passed, status: 'failed', reason: '0.71 of 400 answers.' }));
  expect(await says(1)).toContain('failed      verdict offline-eval');
  const { environment: _, ...ofRegistry } = passed;
  const told = await toldBy(recordVerdict(trial.world('carla'), { ...ofRegistry, fromRegistry: '8', reason: '0.96.' }));
  expect(told).toMatch(
    /^offline-eval passed for model product-expert 8 \(sha256:[0-9a-f]{64}\), by the ledger's ticket 4\.$/,
  );
  expect(await says(0)).toContain('says carla at 2026-11-21T12:00:00.000Z: 0.96.');
  expect(await toldBy(history(anna(), { path: '.', limit: 1 }))).toContain(
    'verdict    model product-expert 8: offline-eval passed',
  );
  trial.now += 15 * 86_400_000;
  expect(await toldBy(promote(anna(), { ...toProd, overrides: ['freeze/black-week'] }), 4)).toContain(
    'more than 14d ago',
  );
});

test('takes no verdict on what the registry does not hold, or what is not as it was judged', async () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(await toldBy(recordVerdict(anna(), { ...passed, digest }), 1)).toContain(`${digest} was judged`);
  const { environment: _, ...nowhere } = passed;
  expect(await toldBy(recordVerdict(anna(), nowhere), 2)).toContain('Say what was judged');
  expect(await toldBy(recordVerdict(anna(), { ...nowhere, fromRegistry: '99' }), 1)).toContain('is not registered');
  const other = { ...passed, subject: { kind: 'model', name: 'gpt-large' } as const };
  expect(await toldBy(recordVerdict(anna(), other), 1)).toContain('staging pins no version of model gpt-large');
  const path = join(trial.folder, 'registry/product-expert/versions/8.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"sha256": "../, '"sha256": "00'));
  expect(await toldBy(recordVerdict(anna(), passed), 1)).toContain('and the registry has sha256:');
  expect(await toldBy(history(anna(), { path: '.', limit: 9 }))).not.toContain('offline-eval');
});

describe('JSON lines', () => {
  const python = /```python\n(.*?)```/s.exec(page)?.[1] ?? '';
  const verified = (input: string) => spawnSync('python3', ['-c', python], { input, encoding: 'utf8' });

  test('are verified by the few lines of Python of the documentation', { timeout: 60_000 }, async () => {
    // Small numbers, controls and what terminals obey are written in more than one way.
    const reason = 'Ratio 0.0000001 \u202e\u007f ##[x] "quoted" \n line, größer';
    await toldBy(recordVerdict(anna(), { ...passed, reason, url: 'https://ci.example/?a=1e-7' }));
    const head = 'apiVersion: aigw.dev/v1alpha1\nkind: Policy\nmetadata: {name: small, team: platform}\n';
    const gate = '{name: right, metric: eval/correctness, min: 0.0000001}';
    const policy = `${head}spec: {environments: [staging], gates: [${gate}]}\n`;
    writeFileSync(join(trial.folder, 'policies/small.yaml'), policy);
    await adopted('dev');
    await toldBy(promote(anna(), { ...asked, from: 'dev', to: 'staging', dryRun: false, direct: true }));
    const text = await lines(history(anna(), { path: '.', limit: 1 }));
    expect(text).toContain('"min":1e-7');
    const [first = '', ...rest] = text.trimEnd().split('\n');
    expect(rest).toHaveLength(3);
    expect(verified(text).stdout).toBe(`as it was written, up to ${JSON.parse(rest.at(-1) ?? '').hash}\n`);
    for (const altered of [
      text.replace('größer', 'kleiner'),
      text.replace('"min":1e-7', '"min":2e-7'),
      rest.join('\n'),
      [first, ...rest.slice(1)].join('\n'),
    ]) {
      const { status, stderr } = verified(altered);
      expect([status, stderr]).toEqual([1, expect.stringMatching(/^ticket \d+ is not as it was written\n$/)]);
    }
  });

  test('of an empty ledger are none', async () => {
    rmSync(join(trial.folder, 'registry/aigw.ledger.cognitotech'), { recursive: true });
    expect(await lines(history(anna(), { path: '.', limit: 1 }))).toBe('');
  });
});

describe('signed statements', () => {
  const pemOf = (keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }) => ({
    privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
  const signing = (key: string | undefined): World => ({ ...anna(), signingKey: () => key });

  /** As OpenSSL sees it, which knows nothing of us. */
  function isVerified(envelope: string, publicKey: string, ofEd25519: boolean): boolean {
    const { payloadType, payload, signatures } = JSON.parse(envelope) as {
      readonly payloadType: string;
      readonly payload: string;
      readonly signatures: readonly { readonly sig: string }[];
    };
    const body = Buffer.from(payload, 'base64');
    const at = (name: string) => join(trial.folder, '..', name);
    writeFileSync(at('key.pem'), publicKey);
    writeFileSync(at('sig'), Buffer.from(signatures[0]?.sig ?? '', 'base64'));
    writeFileSync(
      at('signed'),
      Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]),
    );
    const words = ofEd25519
      ? ['pkeyutl', '-verify', '-pubin', '-inkey', at('key.pem'), '-rawin', '-in', at('signed'), '-sigfile', at('sig')]
      : ['dgst', '-sha256', '-verify', at('key.pem'), '-signature', at('sig'), at('signed')];
    return spawnSync('openssl', words).status === 0;
  }

  test.each([
    ['Ed25519', true, () => pemOf(generateKeyPairSync('ed25519'))],
    ['P-256', false, () => pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))],
  ] as const)('are verified by OpenSSL: %s', async (_, ofEd25519, generate) => {
    const [{ privateKey, publicKey }, other] = [generate(), generate()];
    const envelope = await lines(attest(signing(privateKey), { path: '.', ticket: 1 }));
    expect(isVerified(envelope, publicKey, ofEd25519)).toBe(true);
    expect(isVerified(envelope, other.publicKey, ofEd25519)).toBe(false);
    const statement = JSON.parse(Buffer.from(JSON.parse(envelope).payload, 'base64').toString());
    const digest = { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: expect.arrayContaining([{ name: 'model/product-expert@8', digest }]),
      predicateType: 'https://aigw.dev/ledger-entry/v1',
      predicate: { kind: 'adoption', ticket: 1, previous: null, hash: expect.stringMatching(/^sha256:/) },
    });
    const forged = envelope.replace(/"payload":"../, '"payload":"fy');
    expect(isVerified(forged, publicKey, ofEd25519)).toBe(false);
  });

  test.each([
    ['no key', undefined],
    ['none that is one', 'hunter2'],
    ['one of another kind', pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 })).privateKey],
    ['one of another curve', pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })).privateKey],
  ])('are not made by %s, which is not shown', { timeout: 60_000 }, async (_, key) => {
    const told = await toldBy(attest(signing(key), { path: '.' }), 2);
    expect(told).toMatch(/^AIGW_SIGNING_KEY (?:is not set|holds no key that signs)\.$/m);
    expect(told).not.toContain(key?.slice(0, 20) ?? 'PRIVATE');
  });

  test('are not made of an entry that is not there', async () => {
    const { privateKey } = pemOf(generateKeyPairSync('ed25519'));
    expect(await toldBy(attest(signing(privateKey), { path: '.', ticket: 7 }), 1)).toContain('has no such entry');
  });
});

describe('watching', () => {
  /** What is told, and the world in which waits are what happens in order; it is interrupted when no more is to happen. */
  function watching(...happenings: readonly (() => unknown)[]) {
    const [told, warned, waits] = [[] as string[], [] as string[], [] as number[]];
    const controller = new AbortController();
    const rest = [...happenings];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      const next = rest.shift();
      if (next === undefined) controller.abort();
      await next?.();
    };
    const broken = { isGone: false };
    const world: World = {
      ...trial.world('anna', {
        registry: (registry) => ({
          ...registry,
          versions: async (name) => {
            if (broken.isGone) throw new RegistryTrouble('unreachable', 'Nobody answers.', 'Look.');
            return await registry.versions(name);
          },
        }),
      }),
      messages: { note: () => undefined, warn: (text) => warned.push(text) },
    };
    const put: Put = async ({ report }) => {
      told.push(...report.text);
      return true;
    };
    const options = { path: '.', environment: undefined, once: false, interval: 1000, put, signal: controller.signal };
    return { told, warned, waits, broken, options, world: { ...world, clock: { ...world.clock, wait } } };
  }

  test('tells what comes, and not what was there; or that too, where it is asked for', async () => {
    const { told, options, world } = watching(
      () => undefined,
      () => adopted('prod'),
    );
    expect(await toldBy(watch(world, options))).toBe('Entries told: 1. Go on by: aigw promote watch --since 2');
    expect(told.join('\n')).toMatch(/^ {4}2 .* adoption {3}prod: model product-expert none > 7/);
    const all = watching();
    expect(await toldBy(watch(all.world, { ...all.options, since: 0 }))).toContain('Entries told: 2.');
    const one = watching();
    expect(await toldBy(watch(one.world, { ...one.options, since: 0, environment: 'prod' }))).toContain('told: 1.');
    const behind = watching();
    expect(await toldBy(watch(behind.world, { ...behind.options, since: 2 }))).toContain('Entries told: 0.');
  });

  test('ends when there was something to tell, where that is asked for, or when nobody reads any more', async () => {
    const { waits, options, world } = watching(
      () => adopted('prod'),
      () => adopted('dev'),
    );
    await toldBy(watch(world, { ...options, once: true }));
    expect(waits).toEqual([1000]);
    const other = watching(() => undefined);
    await toldBy(watch(other.world, { ...other.options, since: 0, put: async () => false }));
    expect(other.waits).toEqual([]);
  });

  test('waits for a registry that is gone, longer and longer, and says so once', async () => {
    const { told, warned, waits, broken, options, world } = watching(
      () => {
        broken.isGone = true;
      },
      () => undefined,
      async () => {
        broken.isGone = false;
        await adopted('prod');
      },
    );
    await toldBy(watch(world, options));
    expect(told.join()).toContain('prod: model product-expert');
    expect(warned).toEqual(['Nobody answers. It is waited for.', 'The registry answers again.']);
    expect(waits).toEqual([1000, 2000, 4000, 1000]);
  });

  test('stops where the ledger is not what it was', async () => {
    const file = join(trial.folder, 'registry/aigw.ledger.cognitotech/versions/1.json');
    const altered = watching(() =>
      writeFileSync(file, readFileSync(file, 'utf8').replace('It ran before', 'It never')),
    );
    expect(await toldBy(watch(altered.world, altered.options), 1)).toContain('Ticket 1: it was altered');
    rmSync(join(trial.folder, 'registry/aigw.ledger.cognitotech'), { recursive: true });
    await adopted('staging');
    const anew = watching(async () => {
      rmSync(join(trial.folder, 'registry/aigw.ledger.cognitotech'), { recursive: true });
      await adopted('dev');
    });
    expect(await toldBy(watch(anew.world, anew.options), 1)).toContain('does not have the entry of ticket 1 any more');
  });

  test('is refused where the registry does not answer at all', async () => {
    const { broken, options, world } = watching();
    broken.isGone = true;
    expect(await toldBy(watch(world, options), 3)).toContain('Nobody answers.');
  });
});

test('are asked for by words', { timeout: 60_000 }, () => {
  const aigw = (...words: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'promote', ...words, '--repo', trial.folder], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  const verdict = ['verdict', 'offline-eval', 'model', 'product-expert', '--in', 'staging'];
  expect(aigw(...verdict).stderr).toContain("required option '--status <status>'");
  expect(aigw(...verdict, '--status', 'perhaps').status).toBe(2);
  expect(aigw(...verdict, '--status', 'passed').stdout).toContain('offline-eval passed for model product-expert 8');
  const told = aigw('watch', '--since', '0', '--once', '--format', 'jsonl').stdout.trimEnd().split('\n');
  expect(told.map((line) => (JSON.parse(line) as { readonly kind: string }).kind)).toEqual(['adoption', 'verdict']);
  expect(aigw('watch', '--interval', '1ms').stderr).toContain('at least 1s');
  expect(aigw('attest').status).toBe(2);
  expect(
    execFileSync('git', ['-C', trial.folder, 'status', '--porcelain', '--', 'environments'], { encoding: 'utf8' }),
  ).toBe('');
});

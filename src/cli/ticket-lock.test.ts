// Promotions at once, on the embedded registry.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdingTicket } from '../commands/ticket-lock.ts';
import { LAPSE, tagsOf } from '../plan/ledger/ticket.ts';
import type { Registry } from '../ports/registry.ts';
import { filesRegistry } from '../registries/files/registry.ts';

let folder: string;
let now: number;
let registry: Registry;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aigw tickets '));
  now = Date.parse('2026-11-27T12:00:00Z');
  registry = filesRegistry(folder, () => now);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Time passes when somebody waits. */
const wait = async (milliseconds: number) => {
  now += milliseconds;
  await nextTick();
};
const requestOf = (request: string) => ({ registry, ledger: 'aigw.ledger.m', promotion: 'p', request, wait });
const states = async () => (await registry.versions('aigw.ledger.m')).map(({ tags }) => tags['aigw.state']);

test('lets twenty-four in one after the other, in the order of their tickets', async () => {
  let inside = 0;
  const seen: number[] = [];
  const work = async ({ number, assertHeld }: { number: number; assertHeld: () => Promise<void> }) => {
    inside++;
    expect(inside).toBe(1);
    await assertHeld();
    seen.push(number);
    await nextTick();
    inside--;
  };
  await Promise.all(Array.from({ length: 24 }, (_, index) => holdingTicket(requestOf(`r${index}`), work)));
  expect(seen).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  expect(new Set(await states())).toEqual(new Set(['done']));
});

test('lets the next one in where work fails, and tells what failed', async () => {
  const failing = holdingTicket(requestOf('a'), () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await holdingTicket(requestOf('b'), async ({ number }) => number)).toBe(2);
  expect(await states()).toEqual(['aborted', 'done']);
});

test('passes by whoever was killed, once no sign of life has come for long', async () => {
  await registry.createEntry('aigw.ledger.m', {});
  await registry.createVersion(
    'aigw.ledger.m',
    { ...tagsOf({ promotion: 'p', state: 'open', beatAt: now }), key: 'k' },
    'key',
  );
  const before = now;
  expect(await holdingTicket(requestOf('b'), async ({ number }) => number)).toBe(2);
  expect(now - before).toBeGreaterThan(LAPSE);
  expect(await states()).toEqual(['lapsed', 'done']);
});

test('does not write behind the back of others, having been passed by', async () => {
  const late = holdingTicket(requestOf('a'), async ({ assertHeld }) => {
    now += LAPSE + 1;
    await holdingTicket(requestOf('b'), async () => undefined);
    await assertHeld();
  });
  await expect(late).rejects.toThrow('Ticket 1 of aigw.ledger.m has lapsed');
});

test('is not kept waiting by what is no ticket', async () => {
  await registry.createEntry('aigw.ledger.m', {});
  await registry.createVersion('aigw.ledger.m', { note: 'by hand' }, 'note');
  expect(await holdingTicket(requestOf('a'), async ({ number }) => number)).toBe(2);
});

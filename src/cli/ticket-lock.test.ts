// Promotions at once, on the embedded registry.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdingTicket } from '../commands/ticket-lock.ts';
import { LAPSE, TAGS, tagsOf } from '../plan/ledger/ticket.ts';
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
const requestOf = (request: string) => ({
  registry,
  ledger: 'aigw.ledger.m',
  promotion: 'p',
  request,
  wait,
  every: () => () => undefined,
  patience: Number.POSITIVE_INFINITY,
});
const states = async () => (await registry.versions('aigw.ledger.m')).map(({ tags }) => tags['aigw.state']);

// The waits of all would add up to more time than passes for any of them, so here none passes.
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
  await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      holdingTicket({ ...requestOf(`r${index}`), wait: async () => await nextTick() }, work),
    ),
  );
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

test('looks the less often the more come before it', async () => {
  const open = (key: string) => ({ ...tagsOf({ promotion: 'p', state: 'open', beatAt: now }), key });
  await registry.createEntry('aigw.ledger.m', {});
  for (let ticket = 1; ticket <= 12; ticket++)
    await registry.createVersion('aigw.ledger.m', open(String(ticket)), 'key');
  const waits: number[] = [];
  const waitAndEnd = async (milliseconds: number) => {
    waits.push(milliseconds);
    await registry.setVersionTag('aigw.ledger.m', String(waits.length), TAGS.state, 'done');
  };
  expect(await holdingTicket({ ...requestOf('a'), wait: waitAndEnd }, async ({ number }) => number)).toBe(13);
  expect(waits).toEqual([5000, 5000, 5000, 4500, 4000, 3500, 3000, 2500, 2000, 1500, 1000, 500]);
});

test('is not passed by while it works for long', async () => {
  const pulse: (() => void)[] = [];
  const every = (_: number, deed: () => void) => {
    pulse.push(deed);
    return () => pulse.splice(0);
  };
  const untilBeat = async (beatAt: number) => {
    while (Number((await registry.version('aigw.ledger.m', '1'))?.tags[TAGS.beat]) < beatAt) await nextTick();
  };
  const begun = now;
  await holdingTicket({ ...requestOf('a'), every }, async ({ assertHeld }) => {
    for (let minute = 1; minute <= 5; minute++) {
      now += 60_000;
      for (const deed of pulse) deed();
      await untilBeat(begun + minute * 60_000);
    }
    const next = holdingTicket({ ...requestOf('b'), patience: 1000 }, async () => undefined);
    await expect(next).rejects.toThrow('ticket 1, is at work');
    await assertHeld();
  });
  expect(pulse).toEqual([]);
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

test('is not done where it was passed by at the very end', async () => {
  const late = holdingTicket(requestOf('a'), async () => {
    now += LAPSE + 1;
    await holdingTicket(requestOf('b'), async () => undefined);
  });
  await expect(late).rejects.toThrow('Ticket 1 of aigw.ledger.m has lapsed');
  expect(await states()).toEqual(['lapsed', 'done']);
});

test('does not wait for ever, and says for whom it has waited', async () => {
  await holdingTicket(requestOf('a'), async ({ assertHeld }) => {
    const impatient = {
      ...requestOf('b'),
      patience: 10_000,
      wait: async (milliseconds: number) => {
        await wait(milliseconds);
        await assertHeld();
      },
    };
    await expect(holdingTicket(impatient, async () => undefined)).rejects.toThrow(
      'Promotion p, with ticket 1, is at work, and ticket 2 of aigw.ledger.m has waited long enough.',
    );
  });
  expect(await states()).toEqual(['done', 'aborted']);
});

test('does not go in where it was passed by while it passed by others', async () => {
  await registry.createEntry('aigw.ledger.m', {});
  await registry.createVersion(
    'aigw.ledger.m',
    { ...tagsOf({ promotion: 'p', state: 'open', beatAt: now }), k: '1' },
    'k',
  );
  now += LAPSE + 1;
  const slow: Registry = {
    ...registry,
    setVersionTag: async (ledger, version, key, value) => {
      await registry.setVersionTag(ledger, version, key, value);
      // Somebody else takes this one for dead as well.
      if (value === 'lapsed') await registry.setVersionTag(ledger, '2', key, value);
    },
  };
  const work = async () => expect.unreachable('it is not its turn');
  await expect(holdingTicket({ ...requestOf('b'), registry: slow }, work)).rejects.toThrow(
    'Ticket 2 of aigw.ledger.m has lapsed',
  );
});

test('tells where work is done and the registry could not be told', async () => {
  const deaf: Registry = {
    ...registry,
    setVersionTag: async (ledger, version, key, value) => {
      if (value === 'done') throw new Error('nobody answers');
      await registry.setVersionTag(ledger, version, key, value);
    },
  };
  await expect(holdingTicket({ ...requestOf('a'), registry: deaf }, async () => 1)).rejects.toThrow('nobody answers');
  expect(await states()).toEqual(['open']);
});

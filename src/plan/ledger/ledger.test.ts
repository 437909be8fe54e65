import { describe, expect, test } from 'vitest';
import { judgePassage, type PassageInputs } from '../gates/passage.ts';
import { breachIn, chained, type Deed, type LedgerEntry, type Pin } from './entry.ts';
import { barringOf, currentPin, lastGood } from './history.ts';

const subject = { kind: 'model', name: 'product-expert' } as const;
const pin = (version: string, content = version): Pin => ({ version, digest: `sha256:${content.padStart(64, '0')}` });

function deed(to: string, after: Pin, more: Partial<Deed> & { readonly before?: Pin } = {}): Omit<Deed, 'ticket'> {
  const { before = null, ...rest } = more;
  return {
    kind: 'promotion',
    promotion: `p-${to}-${after.version}`,
    from: null,
    to,
    moves: [{ subject, before, since: null, after, file: null, verdicts: [] }],
    overrides: [],
    by: { name: 'anna', evidence: 'https://ci.example/1' },
    actor: { name: 'bot', evidence: 'https://ci.example/2' },
    reason: 'It answers better.',
    at: '2026-11-20T12:00:00Z',
    commit: null,
    plan: null,
    policies: null,
    tool: '0.1.0',
    server: null,
    ...rest,
  };
}

function ledger(...deeds: readonly Omit<Deed, 'ticket'>[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  // Tickets that were taken and never used leave gaps.
  for (const each of deeds) entries.push(chained({ ...each, ticket: entries.length * 2 + 1 }, entries.at(-1)));
  return entries;
}

const entries = ledger(
  deed('staging', pin('7')),
  deed('prod', pin('7'), { from: 'staging' }),
  deed('staging', pin('8'), { before: pin('7') }),
  deed('prod', pin('8'), { from: 'staging', before: pin('7') }),
);

describe('the chain', () => {
  test('holds as it was written', () => {
    expect(breachIn(entries)).toBeUndefined();
    expect(breachIn(JSON.parse(JSON.stringify(entries)) as LedgerEntry[])).toBeUndefined();
    expect(breachIn([])).toBeUndefined();
  });

  const altered = (index: number, more: Partial<LedgerEntry>) =>
    entries.map((entry, at) => (at === index ? { ...entry, ...more } : entry));

  test.each<[string, readonly LedgerEntry[], number, string]>([
    ['a word is altered', altered(1, { reason: 'None.' }), 3, 'altered'],
    [
      'a word and the hash are altered',
      [entries[0], chained({ ...deed('prod', pin('9')), ticket: 3 }, entries[0]), ...entries.slice(2)] as LedgerEntry[],
      5,
      'does not follow entry 3',
    ],
    ['an entry is taken out', [...entries.slice(0, 1), ...entries.slice(2)], 5, 'does not follow entry 1'],
    ['the first is taken out', entries.slice(1), 3, 'not the first'],
    ['entries change places', [entries[0], entries[2], entries[1]] as LedgerEntry[], 5, 'does not follow'],
    ['an entry is there twice', [entries[0], entries[0]] as LedgerEntry[], 1, 'does not follow'],
    [
      'a ticket goes back',
      [entries[0], chained({ ...deed('prod', pin('7')), ticket: 1 }, entries[0])] as LedgerEntry[],
      1,
      'does not come after 1',
    ],
  ])('tells that %s', (_, broken, ticket, reason) => {
    expect(breachIn(broken)).toEqual({ ticket, reason: expect.stringContaining(reason) });
  });
});

describe('history', () => {
  const rollback = deed('prod', pin('7'), { kind: 'rollback', before: pin('8'), reason: 'It is rude.' });
  const clearing = deed('prod', pin('8'), { kind: 'clearing', reason: 'The prompt was to blame.' });

  test('knows what runs, and where to come back to', () => {
    expect(currentPin(entries, 'prod', subject)).toEqual(pin('8'));
    expect(lastGood(entries, 'prod', subject)).toEqual(pin('7'));
    expect(currentPin(entries, 'dev', subject)).toBeUndefined();
    expect(lastGood(ledger(deed('prod', pin('7'))), 'prod', subject)).toBeUndefined();
  });

  test('bars what a rollback leaves, until it is cleared', () => {
    const back = [...entries, chained({ ...rollback, ticket: 9 }, entries.at(-1))];
    expect(currentPin(back, 'prod', subject)).toEqual(pin('7'));
    expect(barringOf(back, subject, pin('8'))?.ticket).toBe(9);
    expect(barringOf(back, subject, pin('7'))).toBeUndefined();
    const cleared = [...back, chained({ ...clearing, ticket: 11 }, back.at(-1))];
    expect(barringOf(cleared, subject, pin('8'))).toBeUndefined();
  });

  test('bars what was copied, whatever it is called in which registry', () => {
    const registry = { kind: 'mlflow', url: 'https://dev.example', workspace: null };
    const from = (version: string) => ({ registry, entry: 'product-expert', version });
    const [copy, first] = [pin('2', '8'), pin('1')];
    const move = { subject, before: first, since: null, after: copy, copyOf: from('8'), file: null, verdicts: [] };
    const there = { ...deed('prod', copy), ticket: 9, moves: [move] };
    const copies = [...entries, chained(there, entries.at(-1))];
    const back = deed('prod', first, { kind: 'rollback', before: copy });
    const barred = [...copies, chained({ ...back, ticket: 10 }, copies.at(-1))];
    const ticketOf = (each: Pin) => barringOf(barred, subject, each)?.ticket;
    expect([copy, pin('8'), pin('7'), pin('2')].map(ticketOf)).toEqual([10, 10, undefined, undefined]);
    const cleared = chained({ ...deed('prod', pin('8'), { kind: 'clearing' }), ticket: 11 }, barred.at(-1));
    expect(barringOf([...barred, cleared], subject, copy)).toBeUndefined();
  });

  test('never comes back to what is barred', () => {
    const barring = deed('prod', pin('7'), { kind: 'barring', reason: 'It leaks.' });
    expect(lastGood([...entries, chained({ ...barring, ticket: 9 }, entries.at(-1))], 'prod', subject)).toBeUndefined();
  });

  test('knows nothing of other subjects', () => {
    expect(currentPin(entries, 'prod', { kind: 'prompt', name: 'product-expert' })).toBeUndefined();
  });
});

describe('the way of a version', () => {
  const inputs = (more: Partial<PassageInputs> = {}): PassageInputs => ({
    entries,
    environments: ['dev', 'staging', 'prod'],
    from: 'staging',
    to: 'prod',
    subject,
    pin: pin('8'),
    source: more.pin ?? pin('8'),
    soak: undefined,
    now: Date.parse('2026-11-23T12:00:00Z'),
    ...more,
  });
  const statuses = (more: Partial<PassageInputs>) =>
    Object.fromEntries(judgePassage(inputs(more)).map(({ gate, status }) => [gate, status]));

  test.each<[string, Partial<PassageInputs>, object]>([
    ['is complete', {}, { hop: 'passed', bar: 'passed' }],
    ['leaves an environment out', { from: 'dev' }, { hop: 'failed' }],
    ['leads back', { from: 'prod', to: 'staging' }, { hop: 'failed' }],
    ['knows no such environment', { from: 'test' }, { hop: 'failed' }],
    ['was never in the one before', { pin: pin('9') }, { hop: 'failed' }],
    ['has another content than was there', { pin: pin('8', 'f') }, { hop: 'failed' }],
    ['begins in the first environment', { from: 'dev', to: 'staging', pin: pin('9') }, { hop: 'passed' }],
    ['has lasted long enough', { soak: '3d' }, { soak: 'passed' }],
    ['has not lasted long enough', { soak: '4d' }, { soak: 'pending' }],
    ['has not begun', { soak: '1s', pin: pin('9') }, { soak: 'pending' }],
    [
      'leads into another registry',
      { soak: '3d', pin: pin('2', '8'), source: pin('8') },
      { hop: 'passed', bar: 'passed', soak: 'passed' },
    ],
    ['was copied from another version', { pin: pin('8'), source: pin('2', '8') }, { hop: 'failed' }],
  ])('%s', (_, more, expected) => {
    expect(statuses(more)).toMatchObject(expected);
  });

  test('ends where somebody has barred it', () => {
    const barring = deed('prod', pin('8'), { kind: 'barring', reason: 'It leaks.' });
    const [, verdict] = judgePassage(
      inputs({ entries: [...entries, chained({ ...barring, ticket: 9 }, entries.at(-1))] }),
    );
    expect(verdict).toMatchObject({
      status: 'failed',
      message: 'Version 8 is barred since 2026-11-20T12:00:00Z by anna: It leaks.',
    });
  });
});

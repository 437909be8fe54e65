import { expect, test } from 'vitest';
import type { ResolvedConfig } from '../../config/model.ts';
import type { PolicyVerdict } from '../../config/schema-types.ts';
import { chained, type Deed, type LedgerEntry, type Pin, type Subject } from '../ledger/entry.ts';
import { judgeRecorded } from './recorded.ts';

const subject: Subject = { kind: 'model', name: 'product-expert' };
const pin = (version: string, content = version): Pin => ({ version, digest: `sha256:${content.padStart(64, '0')}` });
const rule: PolicyVerdict = { name: 'offline-eval', for: ['model'], teams: ['ml'], validFor: '14d' };
const config = {
  all: () => [{ name: 'ml', spec: { members: ['carla', 'eval-bot'] } }],
} as unknown as ResolvedConfig;
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T12:00:00.000Z`;

interface Said {
  readonly status?: 'passed' | 'failed';
  readonly who?: string;
  readonly test?: string;
  readonly of?: Subject;
  readonly pin?: Pin;
  readonly kind?: Deed['kind'];
}

function ledger(...all: readonly Said[]): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const {
    status = 'passed',
    who = 'eval-bot',
    test: name = rule.name,
    of = subject,
    pin: after = pin('8'),
    kind,
  } of all) {
    const verdict = {
      gate: 'verdict',
      name,
      status,
      message: '0.96 of 400 answers.',
      inputs: { url: 'https://ci.example/7' },
    };
    const actor = { name: who, evidence: 'a job' };
    const ticket = entries.length + 1;
    const deed: Deed = {
      kind: kind ?? 'verdict',
      ticket,
      promotion: 'p',
      from: null,
      to: null,
      moves: [{ subject: of, before: null, since: null, after, file: null, verdicts: [verdict] }],
      overrides: [],
      by: actor,
      actor,
      reason: 'why',
      at: day(ticket),
      commit: null,
      plan: null,
      policies: null,
      tool: '0.1.0',
      server: null,
    };
    entries.push(chained(deed, entries.at(-1)));
  }
  return entries;
}

const judged = (entries: readonly LedgerEntry[], now = day(10), rules = [rule]) =>
  judgeRecorded(rules, { entries, subject, pin: pin('8'), config, now: Date.parse(now) });

test.each<[string, readonly Said[], 'passed' | 'pending' | 'failed', string]>([
  ['passed', [{}], 'passed', 'offline-eval passed, says eval-bot at 2026-11-01T12:00:00.000Z: 0.96 of 400 answers.'],
  ['nothing', [], 'pending', 'Nobody has told the ledger how offline-eval judges version 8.'],
  ['failed', [{ status: 'failed' }], 'failed', 'offline-eval failed, says eval-bot'],
  ['passed, then failed', [{}, { status: 'failed' }], 'failed', 'offline-eval failed'],
  ['failed, then passed', [{ status: 'failed' }, {}], 'passed', 'offline-eval passed'],
  ['passed of another content', [{ pin: pin('8', 'f') }], 'pending', 'was given of another content of version 8'],
  ['passed of another version', [{ pin: pin('7') }], 'pending', 'Nobody has told'],
  ['passed of another subject', [{ of: { kind: 'prompt', name: 'product-expert' } }], 'pending', 'Nobody has told'],
  ['another test passed', [{ test: 'canary' }], 'pending', 'Nobody has told'],
  [
    'passed by somebody else',
    [{ who: 'mallory' }],
    'pending',
    'offline-eval passed, says mallory, who is in none of the teams ml.',
  ],
  ['failed, then passed by somebody else', [{ status: 'failed' }, { who: 'mallory' }], 'failed', 'says eval-bot'],
  ['passed, but no verdict', [{ kind: 'promotion' }], 'pending', 'Nobody has told'],
])('%s', (_, said, status, message) => {
  expect(judged(ledger(...said))).toEqual([
    expect.objectContaining({
      gate: 'verdict',
      name: 'offline-eval',
      status,
      message: expect.stringContaining(message),
    }),
  ]);
});

test('holds no longer than its policy says', () => {
  const entries = ledger({});
  expect(judged(entries, day(15))).toMatchObject([{ status: 'passed' }]);
  expect(judged(entries, day(16))).toMatchObject([
    { status: 'pending', message: expect.stringContaining('more than 14d ago') },
  ]);
  const { validFor: _, ...lasting } = rule;
  expect(judged(entries, day(30), [lasting])).toMatchObject([{ status: 'passed' }]);
});

test('is asked of the kinds that its policy names, and counts anybody where that names no team', () => {
  expect(judged([], day(1), [{ ...rule, for: ['prompt', 'config'] }])).toEqual([]);
  const { teams: _, ...open } = rule;
  expect(judged(ledger({ who: 'mallory' }), day(2), [open])).toMatchObject([{ status: 'passed' }]);
});

test('records by which entry it is passed', () => {
  const entries = ledger({});
  expect(judged(entries)[0]?.inputs).toEqual({
    entry: entries[0]?.hash,
    by: 'eval-bot',
    at: day(1),
    now: day(10),
    url: 'https://ci.example/7',
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTrial } from '../src/cli/promotion-trial.ts';
import { chained, type LedgerEntry } from '../src/plan/ledger/entry.ts';
import { JOURNAL_TAGS } from '../src/plan/ledger/journal.ts';
import { tagsOf } from '../src/plan/ledger/ticket.ts';
import type { Figure } from './figure.ts';
import { aigw, medianTimes, run } from './process.ts';

const ENTRIES = 10_000;

/** A promotion with eleven gates, in spite of those that tell the season. */
export const ELEVEN_GATES: readonly string[] = [
  ...['promote', 'model', 'product-expert', '--from', 'staging', '--to', 'prod', '--reason', 'why', '--dry-run'],
  ...['black-week', 'year-end'].flatMap((name) => ['--override', `freeze/${name}`]),
];

/** What a promotion takes of its own, on embedded parts, and what a long history takes. */
export async function measure(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw bench '));
  try {
    const [short, long] = [join(folder, 'short'), join(folder, 'long')];
    for (const place of [short, long]) await startTrial(place);
    for (const environment of ['staging', 'prod'])
      run({ words: [aigw, 'promote', 'adopt', '--in', environment], directory: short });
    layLedger(join(long, 'registry', 'aigw.ledger.cognitotech'));
    const times = medianTimes(
      {
        empty: { words: ['-e', ''] },
        gates: { words: [aigw, ...ELEVEN_GATES], directory: short },
        history: { words: [aigw, 'promote', 'history'], directory: long },
      },
      11,
    );
    const detail = `an empty Node process takes ${times.empty.toFixed(0)} ms`;
    return [
      {
        name: 'promotion with 11 gates, over an empty process',
        value: times.gates - times.empty,
        unit: 'ms',
        target: 300,
        detail,
      },
      { name: `history of ${ENTRIES} entries, chain checked`, value: times.history / 1000, unit: 's', target: 1 },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function layLedger(folder: string): void {
  mkdirSync(join(folder, 'versions'), { recursive: true });
  const at = '2026-11-21T12:00:00.000Z';
  writeFileSync(join(folder, 'entry.json'), JSON.stringify({ kind: 'model', aliases: {}, tags: {} }));
  let last: LedgerEntry | undefined;
  for (let ticket = 1; ticket <= ENTRIES; ticket++) {
    last = chained(deedOf(ticket, at), last);
    const state = tagsOf({ promotion: last.promotion, state: 'done', beatAt: Date.parse(at) });
    const tags = { ...state, [JOURNAL_TAGS.entry]: JSON.stringify(last) };
    writeFileSync(join(folder, 'versions', `${ticket}.json`), JSON.stringify({ createdAt: at, tags }));
  }
}

function deedOf(ticket: number, at: string): Parameters<typeof chained>[0] {
  const pin = (version: number) => ({
    version: String(version),
    digest: `sha256:${String(version).padStart(64, '0')}`,
  });
  const verdicts = Array.from({ length: 10 }, (_, index) => ({
    gate: 'metric',
    name: `metric-${index}`,
    status: 'passed' as const,
    message: `eval/${index} is 0.95 (at least 0.92).`,
    inputs: { metric: `eval/${index}`, candidate: { value: 0.95 }, champion: { value: 0.94 } },
  }));
  const subject = { kind: 'model', name: 'product-expert' } as const;
  const move = { subject, before: pin(ticket), since: null, after: pin(ticket + 1), file: null, verdicts };
  const who = { name: 'anna', evidence: 'https://ci.example/1' };
  const rest = { overrides: [], by: who, actor: who, reason: 'It answers better.', commit: null, tool: '0.1.0' };
  const unsaid = { plan: null, policies: null, server: null };
  return {
    kind: 'promotion',
    ticket,
    promotion: `p${ticket}`,
    from: 'staging',
    to: 'prod',
    moves: [move],
    at,
    ...rest,
    ...unsaid,
  };
}

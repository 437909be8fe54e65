// The gates that look at runs, times, people and variables.
import { describe, expect, test } from 'vitest';
import { type ApprovalFacts, judgeApprovals } from './approval.ts';
import { judgeFreezes } from './freeze.ts';
import { judgePromptVariables, type PromptVariables } from './prompt-variables.ts';
import { judgeRun, type RunFacts } from './run.ts';

const now = Date.parse('2026-11-27T12:00:00Z');
const day = 86_400_000;

describe('a run', () => {
  const run: RunFacts = { id: 'r1', status: 'FINISHED', isDeleted: false, endedAt: now - day, tags: { commit: 'abc' } };

  test.each([
    ['that has finished', {}, run, 'passed', 'has finished'],
    ['that there is not', {}, undefined, 'failed', 'no run'],
    ['that nobody can tell', {}, 'It is gone.', 'failed', 'It is gone.'],
    ['that goes on', {}, { ...run, status: 'RUNNING' }, 'failed', 'RUNNING and not FINISHED'],
    ['that is deleted', {}, { ...run, isDeleted: true }, 'failed', 'is deleted'],
    ['young enough', { maxAge: '1d' }, run, 'passed', ''],
    ['too old', { maxAge: '1h' }, run, 'failed', 'ended 1d ago, and 1h is allowed'],
    ['that ended nobody knows when', { maxAge: '1d' }, { ...run, endedAt: undefined }, 'failed', 'nobody knows'],
    ['with the tag', { tags: { commit: 'abc' } }, run, 'passed', ''],
    ['with some tag', { tags: { commit: '*' } }, run, 'passed', ''],
    ['with another tag', { tags: { commit: 'def' } }, run, 'failed', 'is abc and not def'],
    ['without the tag', { tags: { job: '*' } }, run, 'failed', 'has no tag job'],
    ['without a tag named like an inherited property', { tags: { toString: '*' } }, run, 'failed', 'has no tag'],
  ] as const)('%s', (_, rule, facts, status, message) => {
    const verdict = judgeRun(rule as never, facts as RunFacts | string | undefined, now);
    expect([verdict.status, verdict.message]).toEqual([status, expect.stringContaining(message)]);
  });
});

describe('a freeze', () => {
  const freeze = { name: 'week', from: '2026-11-23T00:00:00+01:00', to: '2026-12-01T00:00:00+01:00', reason: 'Busy.' };

  test.each([
    ['before', '2026-11-22T22:59:59Z', 'passed'],
    ['from its first instant', '2026-11-22T23:00:00Z', 'pending'],
    ['until its last', '2026-11-30T22:59:59Z', 'pending'],
    ['after', '2026-11-30T23:00:00Z', 'passed'],
  ])('%s', (_, time, status) => {
    expect(judgeFreezes([freeze], Date.parse(time))).toMatchObject([{ name: 'week', status }]);
  });

  test('says until when, and why', () => {
    const [verdict] = judgeFreezes([freeze], now);
    expect(verdict?.message).toBe('Nothing moves until 2026-12-01T00:00:00+01:00: Busy.');
  });
});

describe('approvals', () => {
  const approval = (by: string, more: Partial<ApprovalFacts> = {}): ApprovalFacts => ({
    by,
    teams: ['ml'],
    at: now - day,
    subject: 'plan-1',
    ...more,
  });
  const judge = (...approvals: readonly ApprovalFacts[]) =>
    judgeApprovals(
      { count: 2, teams: ['ml', 'platform'], validFor: '7d' },
      { approvals, requester: 'anna', authors: ['erik'], subject: 'plan-1', now },
    );

  test.each([
    ['enough', [approval('ben'), approval('cleo')], 'passed', '2 of 2 people of ml or platform'],
    ['none', [], 'pending', '0 of 2'],
    ['one of them twice', [approval('ben'), approval('ben')], 'pending', '1 of 2'],
    ['of the one who asks', [approval('ben'), approval('anna')], 'pending', 'anna asks for it'],
    ['of one who has made a part of it', [approval('ben'), approval('erik')], 'pending', 'erik has made a part of it'],
    ['of another team', [approval('ben'), approval('dora', { teams: ['sales'] })], 'pending', 'none of the teams'],
    ['too old', [approval('ben'), approval('cleo', { at: now - 8 * day })], 'pending', 'more than 7d ago'],
    ['of another plan', [approval('ben'), approval('cleo', { subject: 'plan-0' })], 'pending', 'something else'],
    [
      'an old one and a new one',
      [approval('ben'), approval('cleo', { at: now - 8 * day }), approval('cleo')],
      'passed',
      '2 of 2',
    ],
  ])('%s', (_, approvals, status, message) => {
    const verdict = judge(...approvals);
    expect([verdict.status, verdict.message]).toEqual([status, expect.stringContaining(message)]);
  });
});

test.each<[string, PromptVariables, PromptVariables | undefined, string]>([
  ['the same', { question: { required: true } }, { question: { required: true } }, 'passed'],
  ['no champion', { question: { required: true } }, undefined, 'passed'],
  ['a new one that is optional', { tone: { required: false } }, {}, 'passed'],
  ['a new one that is required', { tone: { required: true } }, {}, 'failed'],
  ['required, and was optional', { tone: { required: true } }, { tone: { required: false } }, 'failed'],
  ['one that is gone', {}, { tone: { required: true } }, 'passed'],
  ['one named like an inherited property', { toString: { required: true } }, {}, 'failed'],
])('prompt variables: %s', (_, candidate, champion, status) => {
  expect(judgePromptVariables(candidate, champion).status).toBe(status);
});

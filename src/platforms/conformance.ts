// What every platform has to do, asked of each member before a host that really keeps a repository.
import { beforeEach, describe, expect, test } from 'vitest';
import type { Platform } from '../ports/platform.ts';

/** A host whose project holds `a.yaml` (`a: 1`) and `deep/b.yaml` (`b: 1`) on `main`, and nothing else. */
export interface Conforming {
  /** As `anna`, who may write, asks for it. */
  readonly platform: Platform;
  /** The same project, as `ben`, who may write too, asks for it. */
  readonly other: Platform;
  /** One who may read only. */
  readonly reader: Platform;
  /** Somebody pushes a text of `a.yaml` to a branch, by Git alone. */
  readonly push: (branch: string, text: string) => void;
  /** Who says what of a request, the oldest first. */
  readonly comments: (request: number) => readonly (readonly [login: string, body: string])[];
  /** The states that a context had at a commit, the oldest first. */
  readonly states: (commit: string, context: string) => readonly string[];
  /** How the host calls `anna` and `ben`. */
  readonly logins: readonly [anna: string, ben: string];
  /** `ben` approves. Gives when, in milliseconds since 1970, where the host says it. */
  readonly approve: (request: number) => Promise<number | undefined>;
  /** Lets nothing be merged into `main` without so many approvals. */
  readonly protect: (approvals: number) => void;
  /** The same, once, while the next change set is being made. */
  readonly pushMeanwhile: (branch: string, text: string) => void;
  /** The host does it the next time that it is asked, and its answer is lost. */
  readonly loseAnswer: (to: Loss) => void;
}

export type Loss = 'publish' | 'request' | 'comment' | 'merge';

const MARKER = '<!-- aigw:promotion:staging -->';
const KEY = { branch: 'aigw/staging', target: 'main', marker: MARKER };

const change = (a: string | null, onto?: string) => ({
  branch: KEY.branch,
  onto,
  base: 'main',
  message: 'Promote',
  files: { 'a.yaml': a },
});

/** @param start before each test. */
export function testPlatform(start: () => Promise<Conforming>): void {
  let given: Conforming;
  beforeEach(async () => {
    given = await start();
  });
  testChanges(() => given);
  testRequests(() => given);
  testMerges(() => given);

  test('tells what who asks may not do, and refuses it', async () => {
    expect(await given.platform.limits()).toEqual([]);
    expect(await given.reader.limits()).not.toEqual([]);
    await expect(given.reader.publish(change('a: 2\n'))).rejects.toMatchObject({ kind: 'refused' });
    expect(await given.platform.commitOf(KEY.branch)).toBeUndefined();
  });
}

function testChanges(given: () => Conforming): void {
  describe('a change set', () => {
    test('becomes a branch, and more commits on it', async () => {
      const { platform } = given();
      const first = await platform.publish({
        ...change('a: 2\n'),
        files: { 'a.yaml': 'a: 2\n', 'new/ü b.yaml': 'ü\n' },
      });
      expect(await platform.commitOf(KEY.branch)).toBe(first);
      expect(await platform.readFile(KEY.branch, 'new/ü b.yaml')).toBe('ü\n');
      const second = await platform.publish(change(null, first));
      expect(second).not.toBe(first);
      expect(await platform.readFile(KEY.branch, 'a.yaml')).toBeUndefined();
      expect(await platform.readFile(first ?? '', 'a.yaml')).toBe('a: 2\n');
      expect(await platform.readFile('main', 'a.yaml')).toBe('a: 1\n');
    });

    test('that changes nothing is not published', async () => {
      const { platform } = given();
      const files = { 'a.yaml': 'a: 1\n', 'none.yaml': null };
      expect(await platform.publish({ ...change(null), files })).toBeUndefined();
      expect(await platform.commitOf(KEY.branch)).toBeUndefined();
    });

    test('never takes away what somebody pushed', async () => {
      const { platform, push } = given();
      const first = await platform.publish(change('a: 2\n'));
      push(KEY.branch, 'a: 3\n');
      for (const onto of [first, undefined])
        await expect(platform.publish(change('a: 4\n', onto))).rejects.toMatchObject({ kind: 'conflict' });
      expect(await platform.readFile(KEY.branch, 'a.yaml')).toBe('a: 3\n');
    });

    test('does not go over what is pushed while it is made', async () => {
      const { platform, pushMeanwhile } = given();
      const first = await platform.publish(change('a: 2\n'));
      pushMeanwhile(KEY.branch, 'a: 3\n');
      await expect(platform.publish(change('a: 4\n', first))).rejects.toMatchObject({ kind: 'conflict' });
      expect(await platform.readFile(KEY.branch, 'a.yaml')).toBe('a: 3\n');
    });

    test('is published once when the answer is lost', async () => {
      const { platform, loseAnswer } = given();
      let at: string | undefined;
      for (const text of ['a: 2\n', 'a: 3\n']) {
        loseAnswer('publish');
        at = await platform.publish(change(text, at));
        expect([await platform.commitOf(KEY.branch), await platform.readFile(KEY.branch, 'a.yaml')]).toEqual([
          at,
          text,
        ]);
      }
    });
  });
}

function testRequests(given: () => Conforming): void {
  describe('a change request', () => {
    beforeEach(async () => {
      await given().platform.publish(change('a: 2\n'));
    });

    test('is opened once, found and refreshed', async () => {
      const { platform } = given();
      expect(await platform.findRequest(KEY, 'open')).toBeUndefined();
      const first = await platform.saveRequest(KEY, 'Promote', 'one');
      expect(first).toMatchObject({ title: 'Promote', commit: await platform.commitOf(KEY.branch) });
      expect(await platform.authors(first.number)).toEqual([given().logins[0]]);
      const second = await platform.saveRequest(KEY, 'Promote more', 'two');
      expect([second.number, second.title, second.body]).toEqual([first.number, 'Promote more', `two\n\n${MARKER}`]);
      expect(await platform.findRequest(KEY, 'open')).toEqual(second);
      expect(await platform.findRequest({ ...KEY, marker: '<!-- other -->' }, 'open')).toBeUndefined();
    });

    test('is opened once when the answer is lost', async () => {
      const { platform, loseAnswer } = given();
      loseAnswer('request');
      const { number } = await platform.saveRequest(KEY, 'Promote', 'one');
      expect((await platform.saveRequest(KEY, 'Promote', 'one')).number).toBe(number);
    });

    test('keeps one comment, and leaves those of others alone', async () => {
      const { platform, other, comments, logins, loseAnswer } = given();
      const { number } = await platform.saveRequest(KEY, 'Promote', 'one');
      await other.keepComment(number, MARKER, 'theirs');
      loseAnswer('comment');
      for (const body of ['first', 'second']) await platform.keepComment(number, MARKER, body);
      await platform.keepComment(number, MARKER, 'second');
      expect(comments(number)).toEqual([
        [logins[1], `theirs\n\n${MARKER}`],
        [logins[0], `second\n\n${MARKER}`],
      ]);
      const long = 'x'.repeat(1_048_577);
      await expect(platform.keepComment(number, MARKER, long)).rejects.toMatchObject({ kind: 'unusable' });
    });

    test('has statuses, none of them set twice', async () => {
      const { platform, states } = given();
      const commit = (await platform.commitOf(KEY.branch)) ?? '';
      for (const state of ['pending', 'pending', 'success'] as const)
        await platform.setStatus(commit, { context: 'aigw', state, description: 'x'.repeat(300), url: undefined });
      expect(states(commit, 'aigw')).toEqual(['pending', 'success']);
    });
  });
}

function testMerges(given: () => Conforming): void {
  describe('a merge', () => {
    test('waits for approvals, and tells of them', async () => {
      const { platform, approve, protect, logins } = given();
      const commit = (await platform.publish(change('a: 2\n'))) ?? '';
      const { number } = await platform.saveRequest(KEY, 'Promote', '');
      protect(1);
      expect([await platform.approvals(number), await platform.merge(number, commit)]).toEqual([[], 'not-ready']);
      const at = await approve(number);
      const [approval, ...others] = await platform.approvals(number);
      expect([approval?.login, approval?.at, others]).toEqual([logins[1], at, []]);
      expect([undefined, commit]).toContain(approval?.commit);
      expect(await platform.merge(number, commit)).toBe('merged');
      expect(await platform.readFile('main', 'a.yaml')).toBe('a: 2\n');
      expect(await platform.merge(number, commit)).toBe('merged');
    });

    test('is found afterwards, the last of several', async () => {
      const { platform, push } = given();
      expect(await platform.findRequest(KEY, 'merged')).toBeUndefined();
      let commit: string | undefined;
      for (const a of ['a: 2\n', 'a: 3\n']) {
        commit = await platform.publish(change(a, commit));
        const { number, url } = await platform.saveRequest(KEY, `Promote ${a}`, a);
        expect((await platform.findRequest(KEY, 'merged'))?.number).not.toBe(number);
        expect(await platform.merge(number, commit ?? '')).toBe('merged');
        const body = `${a}\n\n${MARKER}`;
        expect(await platform.findRequest(KEY, 'merged')).toEqual({ number, url, title: `Promote ${a}`, body, commit });
        expect(await platform.findRequest(KEY, 'open')).toBeUndefined();
      }
      for (const key of [{ marker: '<!-- other -->' }, { branch: 'other' }, { target: 'other' }])
        expect(await platform.findRequest({ ...KEY, ...key }, 'merged')).toBeUndefined();
      push(KEY.branch, 'a: 4\n');
      expect((await platform.findRequest(KEY, 'merged'))?.commit).toBe(commit);
    });

    test('takes only the commit that was seen', async () => {
      const { platform, push } = given();
      const commit = (await platform.publish(change('a: 2\n'))) ?? '';
      const { number } = await platform.saveRequest(KEY, 'Promote', '');
      push(KEY.branch, 'a: 3\n');
      expect(await platform.merge(number, commit)).toBe('moved');
      expect(await platform.readFile('main', 'a.yaml')).toBe('a: 1\n');
    });

    test('is done once when the answer is lost', async () => {
      const { platform, loseAnswer } = given();
      const commit = (await platform.publish(change('a: 2\n'))) ?? '';
      const { number } = await platform.saveRequest(KEY, 'Promote', '');
      loseAnswer('merge');
      expect(await platform.merge(number, commit)).toBe('merged');
    });
  });
}

// The adapters of Git hosts, before the fake hosts, with a proxy between them that spoils answers.
import { afterEach, describe, expect, test } from 'vitest';
import { type Conforming, testPlatform } from '../../src/platforms/conformance.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { addReview, type Project } from '../fakes/git-hosts/project.ts';
import { elsewhere, page, primaryLimit, secondaryLimit, tooMany } from '../fakes/git-hosts/refusals.ts';
import {
  type Member,
  mainOf,
  members,
  plant,
  pushTo,
  requestIn,
  type Started,
  startMember,
  stopMember,
} from './host-member.ts';

afterEach(stopMember);

const CHANGE = { base: 'main', message: 'Change' } as const;

/** Has the repository do something else, once, right after it has done something. */
function afterNext(project: Project, what: 'addCommit' | 'fileAt', act: () => void): void {
  const { repository } = project;
  const call = repository[what] as (...args: readonly unknown[]) => unknown;
  const once = (...args: readonly unknown[]) => {
    Object.assign(project, { repository });
    const result = call(...args);
    act();
    return result;
  };
  Object.assign(project, { repository: { ...repository, [what]: once } });
}

function conforming({ project, proxy, as }: Started, { calls, meanwhile }: Member): Conforming {
  return {
    platform: as('anna'),
    other: as('ben'),
    reader: as('reader'),
    push: (branch, text) => pushTo(project, branch, text),
    pushMeanwhile: (branch, text) => afterNext(project, meanwhile, () => pushTo(project, branch, text)),
    comments: (number) => requestIn(project, number).notes.map(({ author, body }) => [author.login, body]),
    states: (commit, context) =>
      project.statuses.filter((each) => each.sha === commit && each.context === context).map(({ state }) => state),
    approve: async (number) => {
      return Date.parse(addReview(project, requestIn(project, number), { id: 2, login: 'ben' }).at);
    },
    logins: ['anna', 'ben'],
    protect: (approvals) => {
      project.protection = { statuses: [], approvals };
    },
    loseAnswer: (to) => void proxy.add({ ...calls[to], times: 1, fault: { kind: 'answer-lost' } }),
  };
}

describe.each(Object.entries(members))('%s', (name, member) => {
  testPlatform(async () => conforming(await startMember(member), member));

  test('keeps the modes of files', async () => {
    const { project, as } = await startMember(member);
    plant(project, [
      { path: 'deep/run.sh', text: 'one\n', mode: '100755' },
      { path: 'a.yaml', text: 'a: 1\n', mode: '100644' },
    ]);
    const files = { 'deep/run.sh': 'two\n', 'a.yaml': 'a: 2\n', 'deep/new/c.yaml': 'c: 1\n' };
    const commit = (await as('anna').publish({ branch: 'main', onto: mainOf(project), ...CHANGE, files })) ?? '';
    const modes = Object.keys(files).map((path) => project.repository.fileAt(commit, path)?.mode);
    expect(modes).toEqual(['100755', '100644', '100644']);
  });

  test.each([
    ['a login page', page(200), 'unusable'],
    ['a body that is cut', { kind: 'cut', bytes: 5 }, 'unreachable'],
    ['a proxy that fails', page(503), 'unreachable'],
    ['a limit for an hour', primaryLimit(4_000_000_000), 'limited'],
  ] as const)('tells of %s', async (_, fault, kind) => {
    const { proxy, as } = await startMember(member);
    proxy.add({ fault });
    await expect(as('anna').readFile('main', 'a.yaml')).rejects.toMatchObject({ name: 'Error', kind });
  });

  test('shows no token to another origin, nor in an error', async () => {
    const { proxy, host, as } = await startMember(member);
    const other = await startFaultProxy(new URL(host.url).origin);
    proxy.add({ fault: elsewhere(other.url) });
    const error = await as('anna')
      .readFile('main', 'a.yaml')
      .catch((reason: unknown) => reason);
    expect([error, other.passed]).toMatchObject([{ kind: 'unusable' }, []]);
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('of-anna');
    await other.stop();
  });

  test('makes no change again that may have been made', async () => {
    const { proxy, waits, as } = await startMember(member);
    proxy.add({ method: 'POST', fault: page(502) });
    const change = {
      branch: 'change',
      onto: undefined,
      base: 'main',
      message: 'Change',
      files: { 'a.yaml': 'a: 2\n' },
    };
    await expect(as('anna').publish(change)).rejects.toMatchObject({ kind: 'unreachable', status: 502 });
    expect([proxy.passed.filter(({ method }) => method === 'POST').length, waits]).toEqual([1, []]);
  });

  test('waits no longer than a job can', async () => {
    const { proxy, waits, as } = await startMember(member);
    proxy.add({ fault: name === 'github' ? secondaryLimit(31) : tooMany(31) });
    await expect(as('anna').readFile('main', 'a.yaml')).rejects.toMatchObject({ kind: 'limited' });
    expect([proxy.passed.length, waits]).toEqual([1, []]);
  });

  test.each([
    ['by the second limit', name === 'github' ? secondaryLimit(7) : tooMany(7), 7000],
    ['by the second limit, without a time', secondaryLimit(undefined), 100],
    ['by the first limit, by the host’s clock', primaryLimit(1005, 1000), 5000],
  ])('waits as long as it is asked to %s, and goes on', async (_, fault, wait) => {
    const { proxy, waits, as } = await startMember(member);
    proxy.add({ times: 1, fault });
    expect(await as('anna').readFile('main', 'a.yaml')).toBe('a: 1\n');
    expect(waits).toEqual([wait]);
  });

  test('follows a project that was renamed to read it, and not to change it', async () => {
    const { proxy, as } = await startMember(member);
    const lead = (status: number) => ({ kind: 'answer', status, headers: { location: '/nowhere' } }) as const;
    proxy.add({ method: 'GET', times: 1, fault: lead(301) });
    expect(await as('anna').commitOf('main')).toBeUndefined();
    expect(proxy.passed.map(({ path }) => path)).toContain('/nowhere');
    proxy.add({ method: 'POST', fault: lead(307) });
    const published = as('anna').publish({
      branch: 'change',
      onto: undefined,
      ...CHANGE,
      files: { 'a.yaml': 'a: 2\n' },
    });
    await expect(published).rejects.toMatchObject({ kind: 'unusable', help: expect.stringContaining('renamed') });
  });

  test('does once what is delivered twice', async () => {
    const { project, proxy, as } = await startMember(member);
    proxy.add({
      method: 'POST',
      path: /git\/refs$|commits$|pulls$|merge_requests$|comments$|notes$/,
      fault: { kind: 'twice' },
    });
    proxy.add({ method: 'PUT', path: /merge$/, fault: { kind: 'twice' } });
    const key = { branch: 'change', target: 'main', marker: '<!-- mark -->' };
    const change = { branch: key.branch, onto: undefined, ...CHANGE, files: { 'a.yaml': 'a: 2\n' } };
    const commit = (await as('anna').publish(change)) ?? '';
    const { number } = await as('anna').saveRequest(key, 'Change', '');
    await as('anna').keepComment(number, key.marker, 'one');
    expect(await as('anna').merge(number, commit)).toBe('merged');
    expect(project.requests.map(({ notes, state }) => [notes.length, state])).toEqual([[1, 'merged']]);
    expect(await as('anna').commitOf('change')).toBe(commit);
  });

  test.each([
    [405, 'not-ready'],
    [409, 'moved'],
    ...(name === 'gitlab' ? ([[422, 'not-ready']] as const) : []),
  ] as const)('takes a refusal to merge by %i for %s', async (status, outcome) => {
    const { proxy, as } = await startMember(member);
    const commit =
      (await as('anna').publish({ branch: 'change', onto: undefined, ...CHANGE, files: { 'a.yaml': 'a: 2\n' } })) ?? '';
    const { number } = await as('anna').saveRequest({ branch: 'change', target: 'main', marker: 'mark' }, 'Change', '');
    const headers = { 'content-type': 'application/json' };
    proxy.add({ method: 'PUT', path: /merge$/, fault: { kind: 'answer', status, headers, body: '{"message":"No."}' } });
    expect(await as('anna').merge(number, commit)).toBe(outcome);
  });

  test('tells what the host says of a change that it does not take (422)', async () => {
    const { proxy, as } = await startMember(member);
    const body = JSON.stringify({ message: 'Validation Failed', errors: [{ code: 'custom', message: 'No of-anna.' }] });
    const headers = { 'content-type': 'application/json' };
    proxy.add({ method: 'POST', fault: { kind: 'answer', status: 422, headers, body } });
    const published = as('anna').publish({
      branch: 'change',
      onto: undefined,
      ...CHANGE,
      files: { 'a.yaml': 'a: 2\n' },
    });
    const message = /Validation Failed \[\{"code":"custom","message":"No \[redacted\]\."\}\]/;
    await expect(published).rejects.toMatchObject({
      kind: 'unusable',
      status: 422,
      message: expect.stringMatching(message),
    });
  });
});

describe.each(Object.entries(members))('%s gets no file in the place of', (_, member) => {
  test.each([
    ['a link', { 'link.yaml': 'a: 2\n' }],
    ['a link that would go', { 'link.yaml': null }],
    ['a folder', { deep: 'a: 2\n' }],
    ['a file for a folder', { 'a.yaml/b.yaml': 'a: 2\n' }],
    ['what lies below a link', { 'link.yaml/b.yaml': 'a: 2\n' }],
    ['another repository', { vendored: 'a: 2\n' }],
  ])('%s', async (_what, files) => {
    const { project, as } = await startMember(member);
    plant(project, [
      { path: 'link.yaml', text: 'a.yaml', mode: '120000' },
      { path: 'vendored', text: mainOf(project), mode: '160000' },
    ]);
    const before = mainOf(project);
    const published = as('anna').publish({ branch: 'main', onto: before, ...CHANGE, files });
    await expect(published).rejects.toMatchObject({ kind: 'unusable' });
    expect(mainOf(project)).toBe(before);
  });
});

test('GitLab has a status set again where two are set at once (409)', async () => {
  const { project, proxy, as } = await startMember(members.gitlab);
  const headers = { 'content-type': 'application/json' };
  const fault = { kind: 'answer', status: 409, headers, body: '{"message":"409 Conflict"}' } as const;
  proxy.add({ method: 'POST', path: /statuses/, times: 2, fault });
  const status = { context: 'aigw', state: 'success', description: '', url: undefined } as const;
  await as('anna').setStatus(mainOf(project), status);
  expect(project.statuses.map(({ context }) => context)).toEqual(['aigw']);
  proxy.add({ method: 'POST', path: /statuses/, fault });
  const other = as('anna').setStatus(mainOf(project), { ...status, context: 'other' });
  await expect(other).rejects.toMatchObject({ kind: 'conflict' });
});

test('GitLab of an older version does not say when somebody approved', async () => {
  const { proxy, as } = await startMember(members.gitlab);
  const body = JSON.stringify({ approved_by: [{ user: { username: 'ben' } }] });
  const headers = { 'content-type': 'application/json' };
  proxy.add({ path: /\/approvals$/, fault: { kind: 'answer', status: 200, headers, body } });
  expect(await as('anna').approvals(1)).toEqual([{ login: 'ben', commit: undefined, at: undefined }]);
});

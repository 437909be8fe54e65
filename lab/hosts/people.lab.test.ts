// Whose requests, comments and approvals count on Git hosts, and what tokens may do.
import { afterEach, describe, expect, test } from 'vitest';
import { addNote, addRequest, addReview, type Review, type Token } from '../fakes/git-hosts/project.ts';
import { members, plant, pushTo, requestIn, startMember, stopMember } from './host-member.ts';

afterEach(stopMember);

const MARKER = '<!-- aigw:promotion:prod -->';
const KEY = { branch: 'aigw/prod', target: 'main', marker: MARKER };
const CHANGE = { branch: KEY.branch, onto: undefined, base: 'main', message: 'Promote', files: { 'a.yaml': 'a: 2\n' } };
const [anna, ben] = [
  { id: 1, login: 'anna' },
  { id: 2, login: 'ben' },
];
const bot = { id: 41_898_282, login: 'github-actions[bot]', isBot: true } as const;
const otherBot = { id: 500, login: 'other[bot]', isBot: true } as const;
const ofBot: Token = { value: 'of-bot', account: bot, scope: 'write', role: 'write', kind: 'job' };
const ofFork: Token = { ...ofBot, value: 'of-fork', scope: 'read' };
const classic: Token = { value: 'of-classic', account: anna, scope: 'write', role: 'write', kind: 'personal' };

describe.each(Object.entries(members))('%s', (name, member) => {
  test.each(['shop', 'stranger'])('takes no request of a fork of %s for its own', async (owner) => {
    const { project, as } = await startMember(member);
    const commit = await as('anna').publish(CHANGE);
    const fork = { id: 99, owner, name: 'gateways-too' };
    const fields = { source: KEY.branch, target: 'main', title: 'Mine', body: MARKER, isDraft: false, fork };
    const [open, merged] = [0, 1].map(() => addRequest(project, { id: 9, login: owner }, fields));
    Object.assign(merged ?? {}, { state: 'merged', merged: project.repository.commitOf('main')?.sha });
    for (const state of ['open', 'merged'] as const) expect(await as('anna').findRequest(KEY, state)).toBeUndefined();
    const own = await as('anna').saveRequest(KEY, 'Promote', '');
    expect([own.number, own.commit, open?.title]).toEqual([3, commit, 'Mine']);
    expect(await as('anna').findRequest(KEY, 'open')).toEqual(own);
  });

  const words = { yes: 'APPROVED', no: 'CHANGES_REQUESTED', well: 'COMMENTED', gone: 'DISMISSED' } as const;
  test.each<[string, readonly Review['state'][], boolean]>([
    ['approves', [words.yes], true],
    ['approves, and then wants changes', [words.yes, words.no], false],
    ['wants changes, and then approves', [words.no, words.yes], true],
    ['approves, and then says something', [words.yes, words.well], true],
    ['approved, and was dismissed', [words.gone], false],
    ['approved, was dismissed, and approves', [words.gone, words.yes], true],
    ['says something', [words.well], false],
  ])('counts who %s: %s', async (_, states, counts) => {
    const { project, as } = await startMember(member);
    await as('anna').publish(CHANGE);
    const { number } = await as('anna').saveRequest(KEY, 'Promote', '');
    for (const state of states) addReview(project, requestIn(project, number), ben, state);
    expect((await as('anna').approvals(number)).map(({ login }) => login)).toEqual(counts ? ['ben'] : []);
  });

  test('tells which commit was approved', async () => {
    const { project, as } = await startMember(member);
    const first = await as('anna').publish(CHANGE);
    const { number } = await as('anna').saveRequest(KEY, 'Promote', '');
    const request = requestIn(project, number);
    addReview(project, request, ben);
    pushTo(project, KEY.branch, 'a: 3\n');
    const second = await as('anna').commitOf(KEY.branch);
    addReview(project, request, { id: 3, login: 'cleo' });
    const approvals = await as('anna').approvals(number);
    expect(approvals.map(({ login, commit }) => [login, commit])).toEqual([
      ['ben', first],
      ['cleo', second],
    ]);
  });

  test('tells who has made a part of a request', async () => {
    const { project, as } = await startMember(member);
    await as('anna').publish(CHANGE);
    const { number, commit } = await as('anna').saveRequest(KEY, 'Promote', '');
    expect(await as('ben').authors(number)).toEqual(['anna']);
    plant(project, [{ path: 'more.yaml', text: 'more: 1\n', mode: '100644' }], KEY.branch, 'ben');
    // GitLab tells names, and logins of those alone who approve.
    addReview(project, requestIn(project, number), ben);
    expect(await as('anna').authors(number)).toEqual(['anna', 'ben']);
    const head = (await as('anna').commitOf(KEY.branch)) ?? '';
    expect([head === commit, await as('anna').merge(number, head)]).toEqual([false, 'merged']);
    expect(await as('anna').authors(number)).toEqual(['anna', 'ben']);
  });

  test('is opened later where the token could not', async () => {
    const { project, proxy, as } = await startMember(member);
    await as('anna').publish(CHANGE);
    const headers = { 'content-type': 'application/json' };
    const fault = { kind: 'answer', status: 403, headers, body: '{"message":"403 Forbidden"}' } as const;
    proxy.add({ method: 'POST', times: 1, fault });
    await expect(as('anna').saveRequest(KEY, 'Promote', '')).rejects.toMatchObject({ kind: 'refused' });
    expect([project.requests, project.repository.branches()]).toEqual([[], [KEY.branch, 'main']]);
    expect(await as('anna').publish({ ...CHANGE, onto: await as('anna').commitOf(KEY.branch) })).toBeUndefined();
    expect((await as('anna').saveRequest(KEY, 'Promote', '')).number).toBe(1);
  });

  test('says to whom it refuses a change what is missing', async () => {
    const { as } = await startMember(member);
    const help = name === 'github' ? /write contents.*`permissions`.*fork/ : /scope api/;
    await expect(as('reader').publish(CHANGE)).rejects.toMatchObject({
      kind: 'refused',
      help: expect.stringMatching(help),
    });
    await expect(as('nobody').commitOf('main')).rejects.toMatchObject({ kind: 'refused', status: 401 });
  });
});

describe('GitHub', () => {
  const { github } = members;

  test('lets the token of a workflow promote, and knows its comments from those of other bots', async () => {
    const { project, as } = await startMember(github, [ofBot]);
    expect(await as('bot').limits()).toEqual([]);
    await as('bot').publish(CHANGE);
    const { number } = await as('bot').saveRequest(KEY, 'Promote', '');
    addNote(project, requestIn(project, number), otherBot, `theirs ${MARKER}`);
    for (const body of ['first', 'second']) await as('bot').keepComment(number, MARKER, body);
    expect(requestIn(project, number).notes.map(({ author, body }) => [author.login, body])).toEqual([
      ['other[bot]', `theirs ${MARKER}`],
      ['github-actions[bot]', `second\n\n${MARKER}`],
    ]);
  });

  test('tells the token of a job of a fork what it takes, and keeps everything as it was', async () => {
    const { project, as } = await startMember(github, [ofFork]);
    // It tells nothing of this before.
    expect(await as('fork').limits()).toEqual([]);
    await expect(as('fork').publish(CHANGE)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('Resource not accessible by integration It takes contents=write.'),
      help: expect.stringContaining('A job of a fork may only read.'),
    });
    expect([project.repository.branches(), project.requests]).toEqual([['main'], []]);
  });

  test.each([
    ['repo, read:org', 0],
    ['public_repo', 1],
    ['gist, read:org', 1],
    // Of tokens that have other ways to be limited.
    ['', 0],
  ])('tells beforehand what the scopes %j lack', async (scopes, count) => {
    const { as } = await startMember(github, [{ ...classic, scopes }]);
    expect(await as('classic').limits()).toHaveLength(count);
  });

  test('says why it does not tell whose the token is', async () => {
    const { proxy, as } = await startMember(github);
    const body = JSON.stringify({ data: null, errors: [{ message: 'Something went wrong.' }] });
    const headers = { 'content-type': 'application/json' };
    proxy.add({ path: /graphql/, fault: { kind: 'answer', status: 200, headers, body } });
    await expect(as('anna').keepComment(1, MARKER, '')).rejects.toMatchObject({
      kind: 'unusable',
      message: expect.stringContaining('Something went wrong.'),
    });
  });
});

describe('GitLab', () => {
  const { gitlab } = members;

  test.each([
    ['of somebody who may only read', classic, 'read', /less than a developer/],
    ['that may only read', { ...classic, scope: 'read' }, 'write', /lacks the scope api/],
  ] as const)('tells beforehand what a token lacks: one %s', async (_, token, role, what) => {
    const { as } = await startMember(gitlab, [{ ...token, role }]);
    expect(await as('classic').limits()).toEqual([expect.stringMatching(what)]);
  });

  test.each([
    ['an administrator, of whom it tells nothing', /projects\/[^/]+$/, 200, { permissions: { project_access: null } }],
    ['a token that is nobody’s', /tokens\/self$/, 404, { message: '404 Not Found' }],
  ])('refuses nothing to %s', async (_, path, status, answer) => {
    const { proxy, as } = await startMember(gitlab);
    const headers = { 'content-type': 'application/json' };
    proxy.add({ path, fault: { kind: 'answer', status, headers, body: JSON.stringify(answer) } });
    expect(await as('anna').limits()).toEqual([]);
  });
});

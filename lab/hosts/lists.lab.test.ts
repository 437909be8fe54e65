// Lists of Git hosts that are longer than a page.
import { afterEach, describe, expect, test } from 'vitest';
import { addNote, addRequest, addReview } from '../fakes/git-hosts/project.ts';
import { type Member, mainOf, members, plant, requestIn, startMember, stopMember } from './host-member.ts';

afterEach(stopMember);

const MARKER = '<!-- aigw:promotion:prod -->';
const KEY = { branch: 'aigw/prod', target: 'main', marker: MARKER };
const CHANGE = { branch: KEY.branch, onto: undefined, base: 'main', message: 'Promote', files: { 'a.yaml': 'a: 2\n' } };
const anna = { id: 1, login: 'anna' };
const MANY = Array.from({ length: 12 }, (_, index) => index);

/** Pages that hold three items, whatever is asked for. */
async function startPaged(member: Member) {
  const started = await startMember(member);
  started.project.mostOnPage = 3;
  return started;
}

describe.each(Object.entries(members))('%s', (_, member) => {
  test('finds a request among many, and the last that was merged', async () => {
    const { project, as } = await startPaged(member);
    await as('anna').publish(CHANGE);
    const fields = { source: KEY.branch, target: 'main', title: 'Promote', isDraft: false };
    for (const index of MANY) {
      const request = addRequest(project, anna, { ...fields, body: index === 3 || index === 7 ? MARKER : 'other' });
      Object.assign(request, { state: 'merged', merged: mainOf(project) });
    }
    expect((await as('anna').findRequest(KEY, 'merged'))?.number).toBe(8);
    const { number } = await as('anna').saveRequest(KEY, 'Promote', '');
    expect([number, (await as('anna').findRequest(KEY, 'open'))?.number]).toEqual([13, 13]);
  });

  test('finds its comment, each approval and each author among many', async () => {
    const { project, as } = await startPaged(member);
    await as('anna').publish(CHANGE);
    const { number } = await as('anna').saveRequest(KEY, 'Promote', '');
    const request = requestIn(project, number);
    await as('anna').keepComment(number, MARKER, 'first');
    for (const index of MANY) {
      addNote(project, request, { id: 1000 + index, login: `p${index}` }, `${index} ${MARKER}`);
      addReview(project, request, { id: 1000 + index, login: `p${index}` });
    }
    await as('anna').keepComment(number, MARKER, 'second');
    expect(request.notes.filter(({ author }) => author.login === 'anna').map(({ body }) => body)).toEqual([
      `second\n\n${MARKER}`,
    ]);
    expect((await as('anna').approvals(number)).map(({ login }) => login)).toEqual(MANY.map((index) => `p${index}`));
    // The oldest commit is somebody else's.
    plant(project, [{ path: 'b.yaml', text: 'b: 1\n', mode: '100644' }], KEY.branch, 'ben');
    for (let count = 2; count < 6; count++)
      plant(project, [{ path: 'b.yaml', text: `b: ${count}\n`, mode: '100644' }], KEY.branch, 'anna');
    addReview(project, request, { id: 2, login: 'ben' });
    expect((await as('anna').authors(number)).toSorted()).toEqual(['anna', 'ben']);
  });

  test('sets a status once among many', async () => {
    const { project, as } = await startPaged(member);
    const commit = (await as('anna').publish(CHANGE)) ?? '';
    const status = { context: 'aigw', state: 'pending', description: 'Waits.', url: undefined } as const;
    await as('anna').setStatus(commit, status);
    for (const index of MANY) {
      const more = { sha: commit, state: 'success', description: null, url: null, by: anna } as const;
      project.statuses.push({ ...more, id: project.nextId(), context: `ci/${index}`, at: project.now() });
    }
    await as('anna').setStatus(commit, status);
    const own = project.statuses.filter(({ context }) => context === 'aigw');
    expect(own.map(({ state }) => state)).toEqual(['pending']);
  });

  test('sees a link among many files', async () => {
    const { project, as } = await startPaged(member);
    plant(project, [
      ...MANY.map((index) => ({ path: `many/${index}.yaml`, text: 'a: 1\n', mode: '100644' })),
      { path: 'many/zz.yaml', text: '1.yaml', mode: '120000' },
    ]);
    const before = mainOf(project);
    const onMain = { branch: 'main', onto: before, base: 'main', message: 'Change' };
    const asked = as('anna').publish({ ...onMain, files: { 'many/zz.yaml': 'a: 2\n' } });
    await expect(asked).rejects.toMatchObject({ kind: 'unusable' });
    expect(mainOf(project)).toBe(before);
    expect(await as('anna').publish({ ...onMain, files: { 'many/new.yaml': 'a: 2\n' } })).toBe(mainOf(project));
  });
});

test('GitHub’s lists of folders that it cuts are not taken for whole', async () => {
  const { project, as } = await startMember(members.github);
  project.mostEntries = 1;
  const onMain = { branch: 'main', onto: mainOf(project), base: 'main', message: 'Change' };
  const publish = (path: string) => as('anna').publish({ ...onMain, files: { [path]: 'a: 2\n' } });
  await expect(publish('new.yaml')).rejects.toMatchObject({ message: expect.stringContaining('too large') });
  expect(await publish('a.yaml')).toBe(mainOf(project));
});

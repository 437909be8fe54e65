// What people do to a change request of a promotion, and what then becomes of it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toldBy } from '../../src/cli/promotion-trial.ts';
import { applyPlan, promote } from '../../src/commands/promote.ts';
import { approve as approveInLedger } from '../../src/commands/promotion-records.ts';
import { plant } from './host-member.ts';
import {
  type Beginning,
  beginning,
  hosts,
  type Proposed,
  type StartedPromotion,
  startPromotion,
  toProd,
} from './promotion-host.ts';

let begun: Beginning;
let now: StartedPromotion;
beforeAll(async () => {
  begun = await beginning();
});
afterEach(() => now.stop());
afterAll(() => begun.end());

/** Where hosts do the same, and their adapters are tried by it elsewhere, one of them is enough. */
type Name = keyof typeof hosts;
const onGithub: readonly Name[] = ['github'];
const onGitlab: readonly Name[] = ['gitlab'];
const both = [...onGithub, ...onGitlab];

const carryOut = ({ path: plan }: Proposed, exitCode: number) =>
  toldBy(applyPlan(now.world('anna'), { path: '.', plan }), exitCode);
const aliasOf = async () => (await (await now.trial.registry()).entry('product-expert'))?.aliases['prod'];
const requestAt = (index: number) => {
  const request = now.project.requests[index];
  if (request === undefined) throw new Error(`no request ${index}`);
  return request;
};
const branchAt = (branch: string) => now.project.repository.commitOf(`refs/heads/${branch}`)?.sha;

test.each(both)('%s: one that was closed by hand is proposed anew, and its approvals do not count', async (name) => {
  now = await startPromotion(hosts[name], begun);
  const first = await now.propose();
  for (const login of ['ben', 'carla']) now.approve(login, 1);
  requestAt(0).state = 'closed';
  // The plan lies nowhere but on its branch.
  expect(await carryOut(first, 2)).toContain('is no plan');
  const second = await now.propose();
  expect([second.request.number, second.hash, branchAt(second.request.branch)]).toEqual([
    2,
    first.hash,
    first.request.commit,
  ]);
  await now.merge(second);
  await now.pull();
  expect(await carryOut(second, 4)).toContain('0 of 2 people');
  expect(await aliasOf()).toBe('7');
});

test.each(onGitlab)('%s: one that was closed and opened again goes on as it was', async (name) => {
  now = await startPromotion(hosts[name], begun);
  const first = await now.propose();
  for (const login of ['ben', 'carla']) now.approve(login, 1);
  requestAt(0).state = 'closed';
  requestAt(0).state = 'open';
  expect(await now.propose()).toEqual(first);
  await now.merge(first);
  await now.pull();
  expect(await carryOut(first, 0)).toContain('Done: prod runs it');
});

test.each(onGithub)('%s: one that was merged before it was approved waits for approvals', async (name) => {
  now = await startPromotion(hosts[name], begun);
  const proposed = await now.propose();
  await now.merge(proposed);
  await now.pull();
  const again = await toldBy(promote(now.world('anna'), toProd));
  expect(again).toContain(`merged has not been carried out: aigw promote --plan ${proposed.path}`);
  expect(await carryOut(proposed, 4)).toContain('0 of 2 people');
  now.approve('ben', 1);
  await toldBy(approveInLedger(now.world('carla'), { path: '.', plan: proposed.path }));
  expect(await carryOut(proposed, 0)).toContain('Done: prod runs it');
  expect(await toldBy(promote(now.world('anna'), toProd))).not.toContain('carried out');
});

test.each(both)(
  '%s: one to whose branch somebody else has pushed keeps that, and whoever pushed does not approve of it',
  async (name) => {
    now = await startPromotion(hosts[name], begun);
    const first = await now.propose();
    const { branch } = first.request;
    const files = [
      { path: 'notes.txt', text: 'Mine.\n', mode: '100644' },
      { path: 'environments/prod/product-expert.yaml', text: '# Mine.\n', mode: '100644' },
    ];
    plant(now.project, files, branch, 'ben');
    const pushed = branchAt(branch) ?? '';
    const second = await now.propose();
    expect([second.request.number, second.hash]).toEqual([1, first.hash]);
    // On top of what was pushed, and not in its place.
    expect(now.project.repository.commitOf(`refs/heads/${branch}`)?.parents).toEqual([pushed]);
    expect(await now.there.readFile(branch, 'notes.txt')).toBe('Mine.\n');
    expect(await now.there.readFile(branch, 'environments/prod/product-expert.yaml')).toContain('version: "8"');
    for (const login of ['ben', 'carla']) now.approve(login, 1);
    await now.merge(second);
    await now.pull();
    const told = await carryOut(second, 4);
    expect([told.includes('1 of 2 people'), told.includes('ben has made a part of it')]).toEqual([true, true]);
    expect(await aliasOf()).toBe('7');
  },
);

test.each(onGithub)('%s: one whose target was forced back moves nothing, and is proposed anew', async (name) => {
  now = await startPromotion(hosts[name], begun);
  const { repository } = now.project;
  const before = branchAt('main') ?? '';
  const first = await now.propose();
  for (const login of ['ben', 'carla']) now.approve(login, 1);
  await now.merge(first);
  await now.pull();
  repository.moveBranch('main', branchAt('main'), before);
  expect(await carryOut(first, 4)).toContain('not changed yet');
  await now.pull();
  const second = await now.propose();
  expect([second.request.number, second.hash, branchAt('main')]).toEqual([2, first.hash, before]);
  expect([branchAt(second.request.branch), await aliasOf()]).toEqual([first.request.commit, '7']);
});

test.each(both)('%s: one whose branch was deleted is proposed anew from where its target is', async (name) => {
  now = await startPromotion(hosts[name], begun);
  const first = await now.propose();
  for (const login of ['ben', 'carla']) now.approve(login, 1);
  const { branch } = first.request;
  plant(now.project, [{ path: 'notes.txt', text: 'Mine.\n', mode: '100644' }]);
  now.project.repository.moveBranch(branch, branchAt(branch), undefined);
  // GitHub closes what has lost its branch, and GitLab leaves it open.
  if (name === 'github') requestAt(0).state = 'closed';
  const second = await now.propose();
  expect(second.request.number).toBe(name === 'github' ? 2 : 1);
  expect(now.project.repository.commitOf(`refs/heads/${branch}`)?.parents).toEqual([branchAt('main')]);
  // Another commit of the target makes another plan, which nobody has approved.
  expect(second.hash).not.toBe(first.hash);
  await now.merge(second);
  await now.pull();
  expect(await carryOut(second, 4)).toContain('0 of 2 people');
});

test.each(onGitlab)('%s: one whose branch was deleted after the merge keeps its approvals', async (name) => {
  now = await startPromotion(hosts[name], begun);
  const proposed = await now.propose();
  for (const login of ['ben', 'carla']) now.approve(login, 1);
  await now.merge(proposed);
  await now.pull();
  const { branch } = proposed.request;
  now.project.repository.moveBranch(branch, branchAt(branch), undefined);
  expect(await carryOut(proposed, 0)).toContain('Done: prod runs it');
});

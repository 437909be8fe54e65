// What a host answers on bad days, told by what its own clients make of it.
import { Gitlab } from '@gitbeaker/rest';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { startGithub } from '../fakes/git-hosts/github.ts';
import { startGitlab } from '../fakes/git-hosts/gitlab.ts';
import { addRequest, type Project, startProject, type Token } from '../fakes/git-hosts/project.ts';
import { elsewhere, page, primaryLimit, secondaryLimit, tooMany } from '../fakes/git-hosts/refusals.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';

const anna = { id: 1, login: 'anna' };
const tokens: readonly Token[] = [{ value: 'of-anna', account: anna, scope: 'write', role: 'write', kind: 'personal' }];

let project: Project;
let hosts: { readonly github: FakeHost; readonly gitlab: FakeHost };
let github: FaultProxy;
let gitlab: FaultProxy;

beforeEach(async () => {
  project = await startProject({ owner: 'shop', name: 'gateways', tokens, files: { 'a.yaml': 'a: 1\n' } });
  addRequest(project, anna, { source: 'main', target: 'main', title: 'Change a', body: '', isDraft: false });
  hosts = { github: await startGithub(project), gitlab: await startGitlab(project) };
  github = await startFaultProxy(hosts.github.url);
  gitlab = await startFaultProxy(hosts.gitlab.url.replace('/api/v4', ''));
});

afterEach(async () => {
  for (const each of [github, gitlab, hosts.github, hosts.gitlab]) await each.stop();
  await project.stop();
});

function comment(): Promise<unknown> {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const client = new Octokit({ auth: 'of-anna', baseUrl: github.url, log: quiet });
  return client.issues.createComment({ owner: 'shop', repo: 'gateways', issue_number: 1, body: 'seen' });
}

function note(): Promise<unknown> {
  return new Gitlab({ host: gitlab.url, token: 'of-anna' }).MergeRequestNotes.create(77, 1, 'seen');
}

const said = () => project.requests[0]?.notes.map(({ body }) => body);

test('an answer is lost after the host has acted', async () => {
  for (const proxy of [github, gitlab]) proxy.add({ method: 'POST', times: 1, fault: { kind: 'answer-lost' } });
  await expect(comment()).rejects.toThrow();
  await expect(note()).rejects.toThrow();
  expect(said()).toEqual(['seen', 'seen']);
});

test.each([
  ['no request is left', primaryLimit(4_000_000_000), 403],
  ['too much is asked at a time', secondaryLimit(60), 403],
  ['too much is asked at a time, and nobody says for how long', secondaryLimit(undefined), 403],
  ['a proxy fails', page(503), 503],
])('GitHub: %s', async (_, fault, status) => {
  github.add({ fault });
  await expect(comment()).rejects.toMatchObject({ status });
  expect(said()).toEqual([]);
});

test('GitLab: too many requests, until there are fewer', async () => {
  gitlab.add({ times: 1, fault: tooMany(1) });
  await note();
  expect(said()).toEqual(['seen']);
});

test('a page in place of JSON passes for an answer with both clients', async () => {
  for (const proxy of [github, gitlab]) proxy.add({ fault: page(200) });
  expect(await comment()).toMatchObject({ data: expect.stringContaining('<html>') });
  expect(await note()).toContain('<html>');
  expect(said()).toEqual([]);
});

test('GitLab’s client shows its token to whom it is led to', async () => {
  const other = await startFaultProxy(hosts.gitlab.url.replace('/api/v4', ''));
  gitlab.add({ fault: elsewhere(`${other.url}/api/v4/projects/77/merge_requests/1/notes`) });
  await note();
  expect(other.passed[0]?.headers['private-token']).toBe('of-anna');
  await other.stop();
});

// A Git host of the lab for tests of its adapter: a project with people, and a proxy before it that spoils answers.
import { expect } from 'vitest';
import type { Loss } from '../../src/platforms/conformance.ts';
import { githubPlatform } from '../../src/platforms/github/platform.ts';
import { gitlabPlatform } from '../../src/platforms/gitlab/platform.ts';
import type { Platform } from '../../src/ports/platform.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { startGithub } from '../fakes/git-hosts/github.ts';
import { startGitlab } from '../fakes/git-hosts/gitlab.ts';
import { type Project, startProject, type Token } from '../fakes/git-hosts/project.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';

const tokens: readonly Token[] = [
  { value: 'of-anna', account: { id: 1, login: 'anna' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-ben', account: { id: 2, login: 'ben' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-reader', account: { id: 3, login: 'reader' }, scope: 'read', role: 'read', kind: 'personal' },
];

/** A Git host of the lab, and its adapter. */
export interface Member {
  /** The call of each loss: its method, where that tells it from others, and its path. */
  readonly calls: Readonly<Record<Loss, { readonly method?: string; readonly path: RegExp }>>;
  /** What the host does while a change set is made, before the branch moves. */
  readonly meanwhile: 'addCommit' | 'fileAt';
  readonly host: (project: Project) => Promise<FakeHost>;
  readonly platform: (origin: string, name: string, pause: (milliseconds: number) => Promise<void>) => Platform;
}

export const members: Readonly<Record<'github' | 'gitlab', Member>> = {
  github: {
    calls: {
      publish: { path: /\/git\/refs/ },
      request: { method: 'POST', path: /\/pulls$/ },
      comment: { method: 'POST', path: /\/comments$/ },
      merge: { method: 'PUT', path: /\/merge$/ },
    },
    meanwhile: 'addCommit',
    host: (project) => startGithub(project, '/api/v3'),
    platform: (origin, name, pause) =>
      githubPlatform({ url: `${origin}/api/v3`, owner: 'shop', repo: 'gateways', token: `of-${name}`, pause }),
  },
  gitlab: {
    calls: {
      publish: { method: 'POST', path: /\/repository\/commits$/ },
      request: { method: 'POST', path: /\/merge_requests$/ },
      comment: { method: 'POST', path: /\/notes$/ },
      merge: { method: 'PUT', path: /\/merge$/ },
    },
    meanwhile: 'fileAt',
    host: (project) => startGitlab(project, '/gitlab/api/v4'),
    platform: (origin, name, pause) =>
      gitlabPlatform({ url: `${origin}/gitlab`, project: 'shop/gateways', token: `of-${name}`, pause }),
  },
};

/** A host that runs, behind a proxy that spoils answers. */
export interface Started {
  readonly project: Project;
  readonly host: FakeHost;
  readonly proxy: FaultProxy;
  readonly waits: number[];
  readonly as: (name: string) => Platform;
}

let started: Started | undefined;

/** @param more tokens beside those of `anna` and `ben`, who may write, and of `reader`. */
export async function startMember(
  { host: startHost, platform }: Member,
  more: readonly Token[] = [],
): Promise<Started> {
  const files = { 'a.yaml': 'a: 1\n', 'deep/b.yaml': 'b: 1\n' };
  const project = await startProject({ owner: 'shop', name: 'gateways', tokens: [...tokens, ...more], files });
  const host = await startHost(project);
  const proxy = await startFaultProxy(new URL(host.url).origin);
  const waits: number[] = [];
  const pause = async (milliseconds: number) => void waits.push(milliseconds);
  started = { project, host, proxy, waits, as: (name) => platform(proxy.url, name, pause) };
  return started;
}

/** To be called after each test: whatever was asked otherwise than the host documents fails it. */
export async function stopMember(): Promise<void> {
  const breaches = started?.host.breaches;
  await started?.proxy.stop();
  await started?.host.stop();
  await started?.project.stop();
  started = undefined;
  expect(breaches).toEqual([]);
}

export function mainOf({ repository }: Project): string {
  return repository.commitOf('refs/heads/main')?.sha ?? '';
}

export interface Planted {
  readonly path: string;
  /** Of another repository, its commit. */
  readonly text: string;
  readonly mode: string;
}

export function pushTo(project: Project, branch: string, text: string): void {
  plant(project, [{ path: 'a.yaml', text, mode: '100644' }], branch);
}

/** Somebody pushes files of certain modes. */
export function plant({ repository }: Project, files: readonly Planted[], branch = 'main', login = 'cleo'): void {
  const before = repository.commitOf(`refs/heads/${branch}`);
  if (before === undefined) throw new Error(`no branch ${branch}`);
  const changes = files.map(({ path, text, mode }) => {
    return { path, mode, blob: mode === '160000' ? text : repository.addBlob(Buffer.from(text)) };
  });
  const tree = repository.addTree(before.tree, changes);
  const author = { name: login, email: `${login}@example.com` };
  const sha = repository.addCommit({ tree, parents: [before.sha], message: 'Mine', author });
  repository.moveBranch(branch, before.sha, sha);
}

export function requestIn({ requests }: Project, asked: number) {
  const request = requests.find(({ number }) => number === asked);
  if (request === undefined) throw new Error(`no request ${asked}`);
  return request;
}

// A promotion by way of a Git host, for tests: the flagship with its registry in a folder, and a host that holds the same.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { startTrial, type Trial, toldBy } from '../../src/cli/promotion-trial.ts';
import { type PromoteOptions, promote } from '../../src/commands/promote.ts';
import { adopt } from '../../src/commands/promotion-records.ts';
import { githubPlatform } from '../../src/platforms/github/platform.ts';
import { gitlabPlatform } from '../../src/platforms/gitlab/platform.ts';
import type { Platform } from '../../src/ports/platform.ts';
import type { World } from '../../src/ports/world.ts';
import { startGithub } from '../fakes/git-hosts/github.ts';
import { startGitlab } from '../fakes/git-hosts/gitlab.ts';
import { addReview, type Project, startProject, type Token } from '../fakes/git-hosts/project.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';

const tokens: readonly Token[] = [
  { value: 'of-anna', account: { id: 1, login: 'anna' }, scope: 'write', role: 'write', kind: 'personal' },
  { value: 'of-ben', account: { id: 2, login: 'ben' }, scope: 'write', role: 'write', kind: 'personal' },
];

export interface PromotionHost {
  readonly start: (project: Project) => Promise<FakeHost>;
  readonly platform: (origin: string) => Platform;
}

export const hosts: Readonly<Record<'github' | 'gitlab', PromotionHost>> = {
  github: {
    start: (project) => startGithub(project, '/api/v3'),
    platform: (origin) =>
      githubPlatform({ url: `${origin}/api/v3`, owner: 'shop', repo: 'gateways', token: 'of-anna' }),
  },
  gitlab: {
    start: (project) => startGitlab(project, '/gitlab/api/v4'),
    platform: (origin) => gitlabPlatform({ url: `${origin}/gitlab`, project: 'shop/gateways', token: 'of-anna' }),
  },
};

/** What is promoted in these tests, and how. */
export const toProd: PromoteOptions = {
  path: '.',
  subjects: [{ kind: 'model', name: 'product-expert' }],
  from: 'staging',
  to: 'prod',
  overrides: [],
  dryRun: false,
  direct: false,
};

/** Who approves in these tests, by their teams two that count. */
const ACCOUNTS: Readonly<Record<string, number>> = { anna: 1, ben: 2, carla: 3, stranger: 9 };

/** The flagship as it begins: each test works on a copy. */
export interface Beginning {
  readonly trial: Trial;
  readonly files: Readonly<Record<string, string>>;
  readonly end: () => void;
}

/** With what staging and prod run in the ledger. */
export async function beginning(): Promise<Beginning> {
  const parent = mkdtempSync(join(tmpdir(), 'aigw promotion '));
  const folder = join(parent, 'repo');
  const trial = await startTrial(folder);
  const paths = execFileSync('git', ['-C', folder, 'ls-files'], { encoding: 'utf8' }).trim().split('\n');
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  for (const environment of ['staging', 'prod']) await toldBy(adopt(trial.world('anna'), { path: '.', environment }));
  return { trial, files, end: () => rmSync(parent, { recursive: true }) };
}

export interface StartedPromotion {
  readonly trial: Trial;
  readonly project: Project;
  readonly there: Platform;
  readonly world: (who: string) => World;
  /** Proposes, and gives what is told of the plan and of its change request. */
  readonly propose: () => Promise<Proposed>;
  /** Brings the work tree to where the host's branch is, as far as a plan changes it. */
  readonly pull: () => Promise<void>;
  /** Approves of a change request at the host. */
  readonly approve: (login: string, request: number) => void;
  readonly merge: (proposed: Proposed) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Proposed {
  /** Of the plan, from the repo's root. */
  readonly path: string;
  readonly hash: string;
  readonly request: { readonly number: number; readonly commit: string; readonly branch: string };
}

export async function startPromotion(
  { start, platform }: PromotionHost,
  { trial: begun, files }: Beginning,
): Promise<StartedPromotion> {
  const parent = mkdtempSync(join(tmpdir(), 'aigw promotion '));
  const folder = join(parent, 'repo');
  cpSync(begun.folder, folder, { recursive: true });
  const trial = begun.in(folder);
  const clockOffset = trial.now - Date.now();
  const project = await startProject({ owner: 'shop', name: 'gateways', tokens, files, clockOffset });
  const host = await start(project);
  const there = platform(new URL(host.url).origin);
  const world = (who: string) => trial.world(who, { platform: () => there });
  let last: Proposed | undefined;
  return {
    trial,
    project,
    there,
    world,
    propose: async () => {
      const { report } = await promote(world('anna'), toProd);
      if (report.exitCode !== 0) throw new Error(report.text.join('\n'));
      const { path, request, plan } = report.result as unknown as Proposed & {
        readonly plan: { readonly hash: string };
      };
      last = { path, hash: plan.hash, request };
      return last;
    },
    pull: async () => {
      for (const path of ['environments/prod/product-expert.yaml', ...(last === undefined ? [] : [last.path])]) {
        const text = await there.readFile('main', path);
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        if (text === undefined) rmSync(join(folder, path), { force: true });
        else writeFileSync(join(folder, path), text);
      }
    },
    approve: (login, number) => {
      const request = project.requests.find((each) => each.number === number);
      if (request === undefined) throw new Error(`no request ${number}`);
      addReview(project, request, { id: ACCOUNTS[login] ?? 0, login });
    },
    merge: async ({ request: { number } }) => {
      const commit = (await there.findRequest(keyOf(project, number), 'open'))?.commit ?? '';
      expect(await there.merge(number, commit)).toBe('merged');
    },
    stop: async () => {
      await host.stop();
      await project.stop();
      rmSync(parent, { recursive: true });
      expect(host.breaches).toEqual([]);
    },
  };
}

function keyOf({ requests }: Project, number: number) {
  const request = requests.find((each) => each.number === number);
  if (request === undefined) throw new Error(`no request ${number}`);
  return { branch: request.source, target: request.target, marker: 'aigw:promotion' };
}

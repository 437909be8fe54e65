// A promotion by way of a Git host: proposed, approved by people there, merged there, and carried out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startTrial, toldBy } from '../../src/cli/promotion-trial.ts';
import { applyPlan, promote } from '../../src/commands/promote.ts';
import { adopt } from '../../src/commands/promotion-records.ts';
import { githubPlatform } from '../../src/platforms/github/platform.ts';
import { gitlabPlatform } from '../../src/platforms/gitlab/platform.ts';
import type { Platform } from '../../src/ports/platform.ts';
import { startGithub } from '../fakes/git-hosts/github.ts';
import { startGitlab } from '../fakes/git-hosts/gitlab.ts';
import { addReview, type Project, startProject, type Token } from '../fakes/git-hosts/project.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';

const tokens: readonly Token[] = [
  { value: 'of-anna', account: { id: 1, login: 'anna' }, scope: 'write', role: 'write', kind: 'personal' },
];

interface Host {
  readonly start: (project: Project) => Promise<FakeHost>;
  readonly platform: (origin: string) => Platform;
}

const hosts: Readonly<Record<string, Host>> = {
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

let end: (() => Promise<void>) | undefined;
afterEach(async () => {
  await end?.();
  end = undefined;
});

async function started({ start, platform }: Host) {
  const folder = join(mkdtempSync(join(tmpdir(), 'aigw promotion ')), 'repo');
  const trial = await startTrial(folder);
  const paths = execFileSync('git', ['-C', folder, 'ls-files'], { encoding: 'utf8' }).trim().split('\n');
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const clockOffset = trial.now - Date.now();
  const project = await startProject({ owner: 'shop', name: 'gateways', tokens, files, clockOffset });
  const host = await start(project);
  end = async () => {
    await host.stop();
    await project.stop();
    rmSync(join(folder, '..'), { recursive: true });
    expect(host.breaches).toEqual([]);
  };
  const there = platform(new URL(host.url).origin);
  const world = (who: string) => trial.world(who, { platform: () => there });
  /** Brings files of the work tree to where the host's branch is. */
  const pull = async (changed: readonly string[]) => {
    for (const path of changed) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), (await there.readFile('main', path)) ?? '');
    }
  };
  const approve = (login: string, id: number) => {
    const request = project.requests[0];
    if (request === undefined) throw new Error('no request');
    addReview(project, request, { id, login });
  };
  return { trial, world, there, pull, approve };
}

test.each(Object.entries(hosts))('%s', async (_, host) => {
  const { world, there, pull, approve, trial } = await started(host);
  for (const environment of ['staging', 'prod']) await toldBy(adopt(world('anna'), { path: '.', environment }));
  const model = { kind: 'model', name: 'product-expert' } as const;
  const asked = {
    path: '.',
    subjects: [model],
    from: 'staging',
    to: 'prod',
    overrides: [],
    dryRun: false,
    direct: false,
  };
  const { report } = await promote(world('anna'), asked);
  const { path, request } = report.result as unknown as {
    readonly path: string;
    readonly request: { readonly number: number; readonly commit: string };
  };
  expect(report.exitCode).toBe(0);
  // Whoever asks does not count, nor does a stranger.
  approve('anna', 1);
  approve('stranger', 9);
  approve('ben', 2);
  expect(await there.merge(request.number, request.commit)).toBe('merged');
  await pull(['environments/prod/product-expert.yaml', path]);
  expect(await toldBy(applyPlan(world('anna'), { path: '.', plan: path }), 4)).toContain('1 of 2 people');
  approve('carla', 3);
  expect(await toldBy(applyPlan(world('anna'), { path: '.', plan: path }))).toContain('Done: prod runs it');
  const registry = await trial.registry();
  expect((await registry.entry('product-expert'))?.aliases['prod']).toBe('8');
});

// Which Git host is asked, with which token, and who is said to ask: by the config repo and by the variables of CI jobs.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RepositorySpec } from '../config/schema-types.ts';
import { compose } from './compose.ts';

const VARIABLES = [
  ...['GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_API_URL', 'GITHUB_REPOSITORY', 'GITHUB_ACTIONS', 'GITHUB_ACTOR'],
  ...['GITHUB_TRIGGERING_ACTOR', 'GITHUB_SERVER_URL', 'GITHUB_RUN_ID'],
  ...[
    'GITLAB_TOKEN',
    'GITLAB_CI',
    'GITLAB_USER_LOGIN',
    'CI_SERVER_URL',
    'CI_PROJECT_PATH',
    'CI_JOB_TOKEN',
    'CI_JOB_URL',
  ],
];
const { world } = compose({ note: () => undefined, warn: () => undefined });

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

type Variables = Readonly<Record<string, string>>;
const set = (variables: Variables) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

const inGithub = { GITHUB_TOKEN: 'of-job', GITHUB_REPOSITORY: 'shop/gateways' };
const inGitlab = { GITLAB_TOKEN: 'of-project', CI_PROJECT_PATH: 'shop/deep/gateways' };

test.each<[string, Omit<NonNullable<RepositorySpec['platform']>, 'branch'>, Variables, string, string]>([
  ['GitHub', { type: 'github' }, inGithub, 'https://api.github.com', 'shop/gateways'],
  [
    'GitHub Enterprise Server by its job',
    { type: 'github' },
    { ...inGithub, GITHUB_API_URL: 'https://git.example/api/v3' },
    'https://git.example/api/v3',
    'shop/gateways',
  ],
  [
    'GitHub Enterprise Server by its address',
    { type: 'github', url: 'https://git.example/', project: 'a/b' },
    { ...inGithub, GITHUB_API_URL: 'https://api.github.com' },
    'https://git.example/api/v3',
    'a/b',
  ],
  [
    'GitHub by its address',
    { type: 'github', url: 'https://github.com' },
    inGithub,
    'https://api.github.com',
    'shop/gateways',
  ],
  [
    'GitHub Enterprise Cloud by its address',
    { type: 'github', url: 'https://shop.ghe.com' },
    inGithub,
    'https://api.shop.ghe.com',
    'shop/gateways',
  ],
  ['GitLab', { type: 'gitlab' }, inGitlab, 'https://gitlab.com', 'shop/deep/gateways'],
  [
    'GitLab below a path by its job',
    { type: 'gitlab' },
    { ...inGitlab, CI_SERVER_URL: 'https://git.example/gitlab' },
    'https://git.example/gitlab',
    'shop/deep/gateways',
  ],
  [
    'GitLab below a path by its address',
    { type: 'gitlab', url: 'https://git.example/gitlab/', project: 'a/b' },
    inGitlab,
    'https://git.example/gitlab',
    'a/b',
  ],
])('finds %s', async (_, setting, variables, url, project) => {
  set(variables);
  expect((await world.platform({ branch: 'main', ...setting }, '.')).address).toEqual({
    kind: setting.type,
    url,
    project,
  });
});

test.each<[string, 'github' | 'gitlab', Variables, RegExp, RegExp]>([
  [
    'GitHub',
    'github',
    { GITHUB_REPOSITORY: 'shop/gateways' },
    /GITHUB_TOKEN and GH_TOKEN are not set/,
    /`env`.*A job of a fork gets one that may only read: run this in the project itself/,
  ],
  [
    'GitLab, of a fork or a branch that is not protected',
    'gitlab',
    { CI_PROJECT_PATH: 'ben/gateways', CI_JOB_TOKEN: 'of-job' },
    /GITLAB_TOKEN is not set\. CI_JOB_TOKEN may neither read files nor open merge requests/,
    /scope api\. Jobs of forks do not get it.*run this in the project itself/,
  ],
])('tells a job of %s what to do without a token', async (_, type, variables, message, help) => {
  set(variables);
  await expect(world.platform({ type, branch: 'main' }, '.')).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(message),
    help: expect.stringMatching(help),
  });
});

test.each<[string, Variables, string, string]>([
  [
    'GitHub, whoever runs it again',
    {
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'anna',
      GITHUB_TRIGGERING_ACTOR: 'ben',
      GITHUB_SERVER_URL: 'https://git.example',
      GITHUB_REPOSITORY: 'shop/gateways',
      GITHUB_RUN_ID: '7',
      GITHUB_TOKEN: 'of-the-bot',
    },
    'anna',
    'https://git.example/shop/gateways/actions/runs/7',
  ],
  [
    'GitLab',
    { GITLAB_CI: 'true', GITLAB_USER_LOGIN: 'anna', CI_JOB_URL: 'https://git.example/jobs/7', GITLAB_TOKEN: 'of-bot' },
    'anna',
    'https://git.example/jobs/7',
  ],
])('says that the person asks who began the job of %s, not its token’s bot', async (_, variables, name, evidence) => {
  set(variables);
  expect(await world.actor('.')).toEqual({ name, evidence });
});

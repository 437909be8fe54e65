// Git hosts behind what companies put before them: an authority of their own, certificates of clients, and a proxy.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { githubPlatform } from '../../src/platforms/github/platform.ts';
import { gitlabPlatform } from '../../src/platforms/gitlab/platform.ts';
import { networkOf } from '../../src/platforms/network.ts';
import { startGithub } from '../fakes/git-hosts/github.ts';
import { startGitlab } from '../fakes/git-hosts/gitlab.ts';
import { type Project, startProject } from '../fakes/git-hosts/project.ts';
import type { FakeHost } from '../fakes/git-hosts/server.ts';
import {
  type Certificates,
  type ForwardProxy,
  type Front,
  makeCertificates,
  startForwardProxy,
  startTlsFront,
} from '../fakes/tls-front.ts';

const NAME = 'git.example';
const token = 'of-anna';
let folder: string;
let certificates: Certificates;
let project: Project;
let hosts: readonly FakeHost[];
let fronts: { readonly gitlab: Front; readonly github: Front; readonly strict: Front };
let proxy: ForwardProxy;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aigw network '));
  certificates = await makeCertificates(folder, NAME);
  const account = { id: 1, login: 'anna' };
  const tokens = [{ value: token, account, scope: 'write', role: 'write', kind: 'personal' }] as const;
  project = await startProject({ owner: 'shop', name: 'gateways', tokens, files: { 'a.yaml': 'a: 1\n' } });
  hosts = [await startGitlab(project, '/gitlab/api/v4'), await startGithub(project, '/api/v3')];
  const [gitlab = 0, github = 0] = hosts.map(({ url }) => Number(new URL(url).port));
  fronts = {
    gitlab: await startTlsFront(gitlab, certificates),
    github: await startTlsFront(github, certificates),
    strict: await startTlsFront(gitlab, certificates, true),
  };
  proxy = await startForwardProxy({
    [`${NAME}:443`]: fronts.gitlab.port,
    [`${NAME}:8443`]: fronts.github.port,
    [`${NAME}:8080`]: gitlab,
  });
});
afterAll(async () => {
  for (const each of [proxy, ...Object.values(fronts), ...hosts, project]) await each.stop();
  rmSync(folder, { recursive: true });
});

const main = () => project.repository.commitOf('refs/heads/main')?.sha;
const PATH_OF_PROJECT = 'shop/gateways';

/** GitLab below a sub-path, as a job with certain variables reaches it. */
function gitlab(origin: string, env: Readonly<Record<string, string>>) {
  const network = networkOf(env);
  return gitlabPlatform({
    url: `${origin}/gitlab`,
    project: PATH_OF_PROJECT,
    token,
    network,
    pause: async () => undefined,
  });
}

/** What was asked of the proxy meanwhile. */
async function askedDuring(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = proxy.asked.length;
  await act();
  return proxy.asked.slice(before);
}

test.each(['HTTPS_PROXY', 'https_proxy'])(
  'by a proxy that %s names, with an authority of the company’s own',
  async (name) => {
    const env = { [name]: proxy.url, GIT_SSL_CAINFO: certificates.authority };
    const asked = await askedDuring(async () => {
      expect(await gitlab(`https://${NAME}`, env).commitOf('main')).toBe(main());
      const url = `https://${NAME}:8443/api/v3`;
      const github = githubPlatform({ url, owner: 'shop', repo: 'gateways', token, network: networkOf(env) });
      expect(await github.commitOf('main')).toBe(main());
      const change = { branch: 'change', onto: undefined, base: 'main', message: 'Change' };
      await github.publish({ ...change, branch: name, files: { 'a.yaml': `${name}\n` } });
      expect(await github.readFile(name, 'a.yaml')).toBe(`${name}\n`);
    });
    expect(new Set(asked)).toEqual(new Set([`CONNECT ${NAME}:443`, `CONNECT ${NAME}:8443`]));
  },
);

test('by a proxy without a scheme, and without TLS', async () => {
  const asked = await askedDuring(async () => {
    const there = gitlab(`http://${NAME}:8080`, { http_proxy: proxy.url.replace('http://', '') });
    expect(await there.commitOf('main')).toBe(main());
  });
  expect(asked).toEqual([`GET http://${NAME}:8080/gitlab/api/v4/projects/shop%2Fgateways/repository/branches/main`]);
});

test.each([
  ['22.20.0', false],
  ['22.21.0', true],
  ['23.11.1', false],
  ['24.4.1', false],
  ['24.5.0', true],
  ['26.0.0', true],
])('with Node.js %s, by the proxy or not at all: %s', async (version, isKnown) => {
  const env = { HTTPS_PROXY: proxy.url, GIT_SSL_CAINFO: certificates.authority };
  const url = `https://${NAME}/gitlab`;
  const there = gitlabPlatform({ url, project: PATH_OF_PROJECT, token, network: networkOf(env, version) });
  const told = await there.commitOf('main').catch((error: Error) => error.message);
  expect(told).toBe(isKnown ? main() : `HTTPS_PROXY is set, and Node.js ${version} cannot go by a proxy.`);
});

test('past the proxy where NO_PROXY names the host', async () => {
  const env = {
    HTTPS_PROXY: proxy.url,
    NO_PROXY: 'example.com,127.0.0.1',
    CI_SERVER_TLS_CA_FILE: certificates.authority,
  };
  const asked = await askedDuring(async () => {
    expect(await gitlab(`https://127.0.0.1:${fronts.gitlab.port}`, env).commitOf('main')).toBe(main());
  });
  expect(asked).toEqual([]);
});

test('with a certificate of the client', async () => {
  const origin = `https://127.0.0.1:${fronts.strict.port}`;
  const env = { GIT_SSL_CAINFO: certificates.authority };
  await expect(gitlab(origin, env).commitOf('main')).rejects.toMatchObject({ kind: 'unreachable' });
  const { certificate, key } = certificates.client;
  const ofGit = { ...env, GIT_SSL_CERT: certificate, GIT_SSL_KEY: key };
  const ofJob = { ...env, CI_SERVER_TLS_CERT_FILE: certificate, CI_SERVER_TLS_KEY_FILE: key };
  for (const own of [ofGit, ofJob]) expect(await gitlab(origin, own).commitOf('main')).toBe(main());
});

test('with an authority that Node.js is told of, without any flag', async () => {
  const origin = `https://127.0.0.1:${fronts.gitlab.port}/gitlab`;
  const source = ['network', 'gitlab/platform'].map((name) =>
    join(import.meta.dirname, `../../src/platforms/${name}.ts`),
  );
  const script = `const { networkOf } = await import(${JSON.stringify(source[0])});
    const { gitlabPlatform } = await import(${JSON.stringify(source[1])});
    const options = { url: '${origin}', project: '${PATH_OF_PROJECT}', token: '${token}', network: networkOf(process.env) };
    console.log(await gitlabPlatform(options).commitOf('main'));`;
  const env = { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: certificates.authority };
  const run = (more: object) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: { ...env, ...more } });
  expect((await run({})).stdout.trim()).toBe(main());
  // An authority that is named beside it takes nothing away.
  expect((await run({ GIT_SSL_CAINFO: certificates.client.certificate })).stdout.trim()).toBe(main());
});

test.each([
  [
    'a certificate that nobody vouches for',
    { HTTPS_PROXY: '' },
    'unusable',
    /certificate that is not trusted/,
    /NODE_EXTRA_CA_CERTS/,
  ],
  [
    'a proxy that does not lead there',
    { HTTPS_PROXY: 'elsewhere' },
    'unreachable',
    /the proxy answered 403/,
    /HTTPS_PROXY/,
  ],
  [
    'a proxy that is not there',
    { HTTPS_PROXY: 'http://127.0.0.1:9' },
    'unreachable',
    /ECONNREFUSED/,
    /whether it is up/,
  ],
  [
    'no file',
    { GIT_SSL_CAINFO: '/nowhere' },
    'unusable',
    /GIT_SSL_CAINFO names \/nowhere.*ENOENT/,
    /Correct GIT_SSL_CAINFO/,
  ],
  ['another file', { GIT_SSL_CERT: 'text' }, 'unusable', /neither a certificate nor a key/, /Correct GIT_SSL_CERT/],
] as const)('tells of %s', async (_, variables, kind, message, help) => {
  const text = join(folder, 'text');
  writeFileSync(text, 'none\n');
  const given = Object.entries(variables).map(([name, value]) => [
    name,
    value === 'elsewhere' ? proxy.url : value === 'text' ? text : value,
  ]);
  const host =
    'elsewhere' === Object.values(variables)[0] ? 'https://unknown.example' : `https://127.0.0.1:${fronts.gitlab.port}`;
  const asked = gitlab(host, Object.fromEntries(given)).commitOf('main');
  await expect(asked).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(message),
    help: expect.stringMatching(help),
  });
});

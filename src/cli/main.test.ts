import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { version } from './version.ts';

const main = join(import.meta.dirname, 'main.ts');
const bin = join(import.meta.dirname, '../../bin/aigw.js');
const folder = mkdtempSync(join(tmpdir(), 'aigw cli '));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly env?: Readonly<Record<string, string>>;
  /** JavaScript that runs first. */
  readonly before?: string;
}

function nodeArguments(words: readonly string[], before: string | undefined): readonly string[] {
  return [
    ...(before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`]),
    ...words,
  ];
}

function aigw(words: readonly string[], { env = {}, before }: Run = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, nodeArguments([main, ...words], before), {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the shell', () => {
  test('says its version', () => {
    expect(aigw(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('shows help on standard output when asked', () => {
    const { status, stdout, stderr } = aigw(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('completion');
  });

  test('shows help as a message when told nothing', () => {
    const { status, stdout, stderr } = aigw([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: aigw');
  });

  test.each([
    [['completon'], 'Did you mean completion?'],
    [['completion', 'bash', '--formt', 'json'], 'Did you mean --format?'],
    [['completion', 'bash', '--format', 'jsn'], 'Did you mean json?'],
    [['completion', 'bash', '--format', 'toString'], 'Allowed choices are text, json'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [['completion'], 'missing required argument'],
    [['completion', 'bash', 'zsh'], 'too many arguments'],
    [['completion', 'bash', '--max-findings', 'all'], 'whole number'],
    [['completion', 'bash', '--output', ''], 'It needs a name'],
    [['completion', 'bash', '--format', 'text', '--format', 'json'], 'only one report can go to standard output'],
  ])('refuses %j', (words, sentence) => {
    const { status, stdout, stderr } = aigw(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^aigw: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('writes each report where it belongs', () => {
    const words = ['--format', 'json', '--output', 'reports/a.json', '--format', 'text'];
    const { status, stdout, stderr } = aigw(['completion', 'bash', ...words]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('complete -o bashdefault');
    expect(JSON.parse(readFileSync(join(folder, 'reports/a.json'), 'utf8'))).toMatchObject({
      command: 'completion',
      version,
      exitCode: 0,
      result: { shell: 'bash', script: stdout },
    });
  });

  test('says when a report cannot be written, last and with 3', () => {
    const { status, stdout, stderr } = aigw(['completion', 'bash', '--format', 'json', '--output', '.']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe(
      'aigw: The report could not be written to .: a folder stands where a file is needed (EISDIR).\n',
    );
  });

  test('keeps colours out of what is no terminal', () => {
    expect(aigw(['completion', 'bash']).stdout).not.toContain('\u001b[');
    const both = { env: { FORCE_COLOR: '1', NO_COLOR: '1' } };
    expect(aigw(['--help'], both).stdout).not.toContain('\u001b[');
    expect(aigw(['validate', '.'], both).stdout).not.toContain('\u001b[');
  });
});

describe('the end', () => {
  const planted = "process.cwd = () => { throw new TypeError('planted ' + process.env.MY_TOKEN); };";

  test('a fault of aigw: 70, a masked trace, nothing on standard output', () => {
    const { status, stdout, stderr } = aigw(['completion', 'bash'], {
      before: planted,
      env: { MY_TOKEN: 'tok-0123456789' },
    });
    expect({ status, stdout }).toEqual({ status: 70, stdout: '' });
    expect(stderr).toContain(`aigw ${version} stopped because of a fault in aigw itself`);
    expect(stderr).toContain('planted [redacted]');
    expect(stderr).toContain('src/cli/compose.ts');
    expect(stderr).not.toContain(main);
  });

  test('--debug shows the whole trace', () => {
    const { status, stderr } = aigw(['completion', 'bash', '--debug'], { before: planted });
    expect(status).toBe(70);
    expect(stderr).toContain(join(import.meta.dirname, 'compose.ts'));
  });

  test('a refusal of the system: 3, no trace', () => {
    const before =
      "process.cwd = () => { throw Object.assign(new Error('EACCES: no rights, uv_cwd'), { code: 'EACCES', syscall: 'uv_cwd' }); };";
    const { status, stdout, stderr } = aigw(['completion', 'bash'], { before });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe('aigw: EACCES: no rights, uv_cwd\n');
  });

  test('a reader that has gone away is no fault', () => {
    const script = '"$0" "$1" completion bash | true; echo "$PIPESTATUS"';
    const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, main], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: %i', async (signal, code) => {
    const child = spawn(process.execPath, nodeArguments([main, '--version'], 'setInterval(() => {}, 1000);'));
    child.stdout.once('data', () => child.kill(signal));
    const ended = await new Promise((settle) => child.once('exit', (status, by) => settle({ status, by })));
    expect(ended).toEqual({ status: code, by: null });
  });
});

describe('bin/aigw.js', () => {
  const claim = (node: string) =>
    `Object.defineProperty(process, 'versions', { value: { node: '${node}' } });` +
    `Object.defineProperty(process, 'version', { value: 'v${node}' });`;

  test.each(['20.20.2', '22.18.0', '8.17.0'])('tells Node %s what is missing', (node) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, nodeArguments([bin, '--help'], claim(node)), {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`aigw needs Node.js 22.19 or newer, but ${process.execPath} is v${node}.`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  test('lets NO_COLOR win before Node.js sees both', () => {
    const before = `${claim('20.20.2')} process.on('exit', () => console.log(process.env.FORCE_COLOR));`;
    const run = (env: Readonly<Record<string, string>>) =>
      spawnSync(process.execPath, nodeArguments([bin], before), { env, encoding: 'utf8' }).stdout;
    expect(run({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe('undefined\n');
    expect(run({ FORCE_COLOR: '1', NO_COLOR: '' })).toBe('1\n');
  });

  test('is written in what old Nodes can read', () => {
    expect(readFileSync(bin, 'utf8')).not.toMatch(/\?\.|\?\?|^import |^await |#[a-z]+\(|\bimport\s*\{/m);
  });
});

test('the runs left nothing but the report that was asked for', () => {
  expect(readdirSync(folder)).toEqual(['reports']);
});

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS } from '../src/config/schema-types.ts';
import { companyTexts, layRepo } from './corpus.ts';
import { type Figure, median } from './figure.ts';

const bin = join(import.meta.dirname, '../bin/aigw.js');
const PEER = 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0';
const rounds = 3;

/** 10,000 documents in 1,000 files: everything that `aigw validate` does, against kubeconform's schema check of the same documents and schemas. */
export async function measure(): Promise<readonly Figure[]> {
  const texts = companyTexts();
  const documents = texts.reduce((sum, { text }) => sum + text.split(/^---$/m).length, 0);
  const repo = layRepo(texts);
  const schemas = laySchemas();
  try {
    const peer = kubeconform();
    const location = join(schemas, '{{ .ResourceKind }}.json');
    const runs = Array.from({ length: rounds }, () => ({
      ours: run(process.execPath, [bin, 'validate', repo]),
      theirs: run(peer, ['-schema-location', location, '-summary', repo]),
    }));
    const ours = median(runs.map((each) => each.ours.milliseconds));
    const theirs = median(runs.map((each) => each.theirs.milliseconds));
    const rate = (milliseconds: number) => Math.round((documents * 1000) / milliseconds).toLocaleString('en');
    const memory = median(runs.map((each) => each.ours.megabytes));
    return [
      {
        name: `validating ${documents.toLocaleString('en')} documents over kubeconform 0.7.0`,
        value: ours / theirs,
        unit: 'times',
        target: 1 / 2.5,
        detail: `${rate(ours)} against ${rate(theirs)} documents/s`,
      },
      { name: 'memory of that', value: memory, unit: 'MB', target: 250, detail: 'most resident' },
    ];
  } finally {
    for (const folder of [repo, schemas]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Each kind's schema as kubeconform looks for it: by the kind's name in small letters. */
function laySchemas(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-schemas-'));
  for (const kind of KINDS) {
    const printed = execFileSync(process.execPath, [bin, 'schema', kind], { encoding: 'utf8' });
    writeFileSync(join(folder, `${kind.toLowerCase()}.json`), printed);
  }
  return folder;
}

/** The peer, built once into the user's cache. */
function kubeconform(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aigw', 'bench');
  const program = join(folder, 'kubeconform');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const { error } = spawnSync('go', ['install', PEER], { env: { ...process.env, GOBIN: folder }, stdio: 'inherit' });
  if (error !== undefined || !existsSync(program)) {
    throw new Error(`kubeconform could not be built: this bench needs Go, and its module proxy to install ${PEER}`);
  }
  return program;
}

/** Wall time and most resident memory of a whole process; `/usr/bin/time` of Debian's package `time` tells the latter. */
function run(program: string, words: readonly string[]): { readonly milliseconds: number; readonly megabytes: number } {
  const begin = performance.now();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', program, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 28,
  });
  const milliseconds = performance.now() - begin;
  const kilobytes = Number(stderr.trim().split('\n').at(-1));
  if (status !== 0 || Number.isNaN(kilobytes))
    throw new Error(`${program} ended with ${status}: ${stderr.slice(0, 2000)}`);
  return { milliseconds, megabytes: kilobytes / 1000 };
}

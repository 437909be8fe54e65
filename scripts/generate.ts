/**
 * Runs every `scripts/generate-*.ts`; with `--pages` every `scripts/page-*.ts`, which run the program that the others help to
 * make, in a process of their own. Each exports `generate(): Promise<GeneratedFile[]>`.
 *
 * Files that Git ignores are always written. The others are committed: without a flag they are written too, with
 * `--check` they are compared, and with `--ignored` they are left alone (what `npm ci` does, so that a fresh clone has
 * everything that it compiles against).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** A file that a generator makes; `path` is relative to the repository's root, with forward slashes. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

interface Generator {
  readonly generate: () => Promise<readonly GeneratedFile[]>;
}

const root = join(import.meta.dirname, '..');
const { values: mode } = parseArgs({
  options: { check: { type: 'boolean' }, ignored: { type: 'boolean' }, pages: { type: 'boolean' } },
});

const files = await generateAll();
const ignored = ignoredByGit(files.map((file) => file.path));
const stale = files.filter((file) => readIfThere(file.path) !== file.text);
const kept = mode.check || mode.ignored ? stale.filter((file) => !ignored.has(file.path)) : [];
const written = stale.filter((file) => !kept.includes(file));
for (const file of written) write(file);
if (written.length > 0) console.error(`Generated ${written.length} of ${files.length} files anew.`);

if (mode.check && kept.length > 0) {
  for (const file of kept) console.error(`${file.path} differs from what its generator makes.`);
  console.error('Run `npm run generate` and commit the result.');
  process.exitCode = 1;
}

async function generateAll(): Promise<GeneratedFile[]> {
  const scripts = globSync(`scripts/${mode.pages ? 'page' : 'generate'}-*.ts`, { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts'),
  );
  const made: GeneratedFile[] = [];
  for (const script of scripts.sort()) {
    const { generate } = (await import(pathToFileURL(join(root, script)).href)) as Generator;
    made.push(...(await generate()));
  }
  return made;
}

function ignoredByGit(paths: readonly string[]): ReadonlySet<string> {
  if (paths.length === 0) return new Set();
  const asked = spawnSync('git', ['check-ignore', '--stdin'], { cwd: root, input: paths.join('\n'), encoding: 'utf8' });
  if (asked.status !== 0 && asked.status !== 1) {
    throw new Error(`git check-ignore failed: ${asked.error?.message ?? asked.stderr}`);
  }
  return new Set(asked.stdout.split('\n'));
}

function readIfThere(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function write(file: GeneratedFile): void {
  const path = join(root, file.path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.text);
}

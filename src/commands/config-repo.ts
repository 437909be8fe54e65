// What the commands share: finding and reading the config repo that they work on.
import { assembleRepo, type ConfigRepo, selectionOf } from '../config/repo.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { INDEX, indexedPaths } from '../plan/render-index.ts';
import type { World } from '../ports/world.ts';

/** A config repo as read from disk. */
export interface OpenedRepo {
  /** Absolute. */
  readonly root: string;
  /** The folder for rendered files, relative to the root. */
  readonly output: string;
  readonly repo: ConfigRepo;
  /** Texts of the files that resources name. */
  readonly files: ReadonlyMap<string, string>;
  /** What reading files told; the repo's own findings are not among them. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The repo that holds the folder `path`; without a root, only what there is to say about that. */
export async function openRepo(
  world: World,
  path: string,
): Promise<OpenedRepo | { readonly root: undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const found = await world.files.findRoot(path);
  if (found.root === undefined) return { root: undefined, diagnostics: found.diagnostics };
  const { root } = found;
  const rootFile = await world.files.readText(root, 'aigw.yaml');
  const selection = selectionOf(rootFile?.sources[0]);
  const texts = await world.files.readTexts(root, { ...selection, outputs: [selection.output] });
  const repo = withoutNamedFiles(assembleRepo(await withoutRendered(world, root, texts.sources)));
  const named = await Promise.all(repo.namedFiles.map((file) => world.files.readText(root, file)));
  return {
    root,
    output: selection.output,
    repo,
    files: new Map(named.flatMap((text) => text?.sources ?? []).map(({ path: file, text }) => [file, text])),
    diagnostics: [...found.diagnostics, ...texts.diagnostics, ...named.flatMap((text) => text?.diagnostics ?? [])],
  };
}

/** Texts but for those that `aigw render` wrote into another folder of the repo than the one that aigw.yaml names. */
async function withoutRendered(
  world: World,
  root: string,
  sources: readonly SourceText[],
): Promise<readonly SourceText[]> {
  const folders = new Set(sources.filter((source) => !isConfig(source)).flatMap(({ path }) => foldersAbove(path)));
  const rendered = new Set<string>();
  for (const folder of folders) {
    const index = await world.files.readText(root, `${folder}/${INDEX}`);
    for (const path of indexedPaths(index?.sources[0]?.text)) rendered.add(`${folder}/${path}`);
  }
  return rendered.size === 0 ? sources : sources.filter((source) => isConfig(source) || !rendered.has(source.path));
}

/** `a/b/c.yaml` lies in `a` and `a/b`. */
function foldersAbove(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

/** What no resource and no index can take out of the config by naming its file. */
function isConfig({ path, text }: SourceText): boolean {
  return path === 'aigw.yaml' || text.includes('aigw.dev/');
}

/**
 * A file that a resource names is that resource's, not a config file, though the globs choose it. But no resource can take
 * another out of the config by naming its file.
 */
function withoutNamedFiles(repo: ConfigRepo): ConfigRepo {
  const named = new Set(repo.namedFiles);
  const sources = repo.sources.filter((source) => !named.has(source.path) || isConfig(source));
  return sources.length === repo.sources.length ? repo : assembleRepo(sources);
}

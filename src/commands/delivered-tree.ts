// What became of the folders that `render` writes or compares: one for each environment.
import { join, relative } from 'node:path';
import type { Json } from '../lib/json.ts';
import { INDEX, indexedEnvironment, indexedPaths } from '../plan/render-index.ts';
import type { RenderedEnvironment } from '../plan/rendering.ts';
import type { WrittenTree } from '../ports/files.ts';
import type { World } from '../ports/world.ts';
import { counted, regionOf } from '../reports/report.ts';

export interface DeliveredTree {
  readonly environment: string;
  /** Absolute. */
  readonly folder: string;
  /** Undefined for an environment that aigw.yaml no longer lists, and whose files go. */
  readonly rendered: RenderedEnvironment | undefined;
  readonly tree: WrittenTree;
}

/** Where trees go; both absolute. */
interface Place {
  readonly root: string;
  readonly folder: string;
}

/** Makes the folder of an environment hold what was rendered for it; `check` only compares. */
export async function deliver(
  world: World,
  place: Place,
  rendered: RenderedEnvironment,
  check: boolean,
): Promise<DeliveredTree> {
  const { environment } = rendered;
  const folder = join(place.folder, environment);
  return { environment, folder, rendered, tree: await write(world, place.root, folder, rendered, check) };
}

/** Removes what aigw wrote for environments that the repo no longer lists; `check` only tells. */
export async function removeGone(
  world: World,
  place: Place,
  environments: readonly string[],
  check: boolean,
): Promise<readonly DeliveredTree[]> {
  const removed: DeliveredTree[] = [];
  for (const environment of await world.files.foldersIn(place.folder)) {
    const folder = join(place.folder, environment);
    if (environments.includes(environment)) continue;
    const index = await world.files.readText(folder, INDEX);
    if (indexedEnvironment(index?.sources[0]?.text) !== environment) continue;
    const tree = await write(world, place.root, folder, { files: [] }, check);
    removed.push({ environment, folder, rendered: undefined, tree });
  }
  return removed;
}

async function write(
  world: World,
  root: string,
  folder: string,
  { files }: Pick<RenderedEnvironment, 'files'>,
  dryRun: boolean,
): Promise<WrittenTree> {
  const index = await world.files.readText(folder, INDEX);
  const inRepo = !relative(root, folder).startsWith('..');
  const owned = indexedPaths(index?.sources[0]?.text);
  return world.files.writeTree(folder, files, { owned, index: INDEX, trusted: inRepo ? root : folder, dryRun });
}

/** `no` where something was refused, or a comparison found a difference. */
export function answerOf(delivered: readonly DeliveredTree[], check: boolean): 'yes' | 'no' {
  const isNo = ({ tree }: DeliveredTree) => tree.refused.length > 0 || (check && isDifferent(tree));
  return delivered.some(isNo) ? 'no' : 'yes';
}

function isDifferent({ written, removed }: WrittenTree): boolean {
  return written.length + removed.length > 0;
}

/** A line for each folder, and one for each file that needs a word. */
export function wordsOf(delivered: readonly DeliveredTree[], directory: string, check: boolean): readonly string[] {
  return delivered.flatMap((one) => {
    const below = relative(directory, one.folder);
    const where = below.startsWith('..') ? one.folder : below || '.';
    if (one.tree.refused.length > 0) return refusedWords(one, where, check);
    return check && isDifferent(one.tree) ? differenceWords(one, where) : [`${where}: ${summaryOf(one, check)}.`];
  });
}

function refusedWords({ tree }: DeliveredTree, where: string, check: boolean): readonly string[] {
  return [
    `${where}: ${check ? 'not as rendered' : 'nothing was written'}.`,
    ...tree.refused.map(({ path, reason }) => `  ${path}: ${reason}.`),
    '  Move these away, or delete the folder where everything in it was rendered, and render again.',
  ];
}

function differenceWords({ rendered, tree }: DeliveredTree, where: string): readonly string[] {
  if (rendered === undefined) return [`${where}: needless, since aigw.yaml does not list this environment.`];
  const added = new Set(tree.added);
  return [
    `${where}: not as rendered; run \`aigw render\` and commit what it writes.`,
    ...tree.written.map((path) => `  ${added.has(path) ? 'missing' : 'differs'}: ${path}`),
    ...tree.removed.map((path) => `  needless: ${path}`),
  ];
}

function summaryOf({ rendered, tree }: DeliveredTree, check: boolean): string {
  const { written, removed, unchanged } = tree;
  if (rendered === undefined) return `${removed.length} removed, since aigw.yaml does not list this environment`;
  const count = `${counted(rendered.files.length, 'file')}; ${lossesInWords(rendered)}`;
  if (check) return `${count}; all as rendered`;
  return `${count}; ${written.length} written, ${removed.length} removed, ${unchanged.length} unchanged`;
}

/** What the targets do not express exactly, by count, the gravest first. What others do is no loss. */
function lossesInWords({ losses }: RenderedEnvironment): string {
  const counts = (['dropped', 'emulated', 'approximate'] as const).flatMap((status) => {
    const count = losses.filter((loss) => loss.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return counts.length === 0 ? 'every field expressed exactly' : `of the fields ${counts.join(', ')}`;
}

/** The same for machines. */
export function resultOf(delivered: readonly DeliveredTree[]): Json {
  return delivered.map(({ environment, folder, rendered, tree }) => ({
    environment,
    folder,
    files: (rendered?.files ?? []).map(({ path }) => path),
    written: tree.written,
    removed: tree.removed,
    unchanged: tree.unchanged,
    refused: tree.refused.map(({ path, reason }) => ({ path, reason })),
    losses: (rendered?.losses ?? []).map(({ place, ...loss }) => ({ ...loss, ...regionOf(place, '') })),
  }));
}

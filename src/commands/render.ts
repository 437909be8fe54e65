// aigw render: turns a config repo into what each environment really runs, checked before anything is written.
// config reads; checks and targets judge; plan renders; worktree writes or compares; reports tell.
import { join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Json } from '../lib/json.ts';
import { rememberingCheck } from '../plan/object-check.ts';
import { INDEX, indexedPaths } from '../plan/render-index.ts';
import { type RenderedEnvironment, renderEnvironment } from '../plan/rendering.ts';
import type { WrittenTree } from '../ports/files.ts';
import type { World } from '../ports/world.ts';
import { regionOf, runReport } from '../reports/report.ts';
import { loadTargets } from '../targets/targets.ts';
import { type OpenedRepo, openRepo } from './config-repo.ts';
import { environmentsOf, judge, targetTypesOf } from './judgement.ts';
import type { Outcome } from './outcome.ts';

export interface RenderOptions {
  /** A folder of the repo. */
  readonly path: string;
  /** Only this environment; all when left out. */
  readonly environment?: string;
  /** Where to; the folder that aigw.yaml names when left out. */
  readonly directory?: string;
  /** Compares with what stands there, and writes nothing. */
  readonly check: boolean;
}

export async function render(world: World, options: RenderOptions): Promise<Outcome> {
  const head = { command: 'render', version: world.version };
  const opened = await openRepo(world, resolve(world.directory, options.path));
  if (opened.root === undefined) {
    return { report: runReport({ ...head, diagnostics: opened.diagnostics, answer: 'misunderstood' }) };
  }
  const { root } = opened;
  const environments = environmentsOf(opened, options.environment);
  if ('kind' in environments) {
    return { root, report: runReport({ ...head, diagnostics: [environments], answer: 'misunderstood' }) };
  }
  const targets = await loadTargets(targetTypesOf(opened, environments));
  const settle = await judge(world, opened, { environments, targets, baseline: true });
  const before = settle();
  if (hasError(before.diagnostics)) return { root, report: runReport({ ...head, ...before, text: [NOTHING_WRITTEN] }) };
  const rendered: RenderedEnvironment[] = [];
  const check = rememberingCheck();
  for (const environment of environments) {
    const config = opened.repo.resolve(environment, opened.files);
    if (config !== undefined) rendered.push(await renderEnvironment(config, targets, check));
  }
  const findings = settle(rendered.flatMap(({ diagnostics }) => diagnostics));
  if (hasError(findings.diagnostics)) {
    return { root, report: runReport({ ...head, ...findings, text: [NOTHING_WRITTEN] }) };
  }
  const folder = resolve(world.directory, options.directory ?? join(root, opened.output));
  const delivered: Delivered[] = [];
  for (const one of rendered)
    delivered.push(await deliver(world, opened, join(folder, one.environment), one, options.check));
  const parts = {
    ...findings,
    answer: answerOf(delivered, options),
    result: resultOf(delivered),
    text: textOf(delivered, world, options),
  };
  return { root, report: runReport({ ...head, ...parts }) };
}

const NOTHING_WRITTEN = 'Nothing was written. Correct the errors first.';

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** What became of one environment's folder. */
interface Delivered {
  /** Absolute. */
  readonly folder: string;
  readonly rendered: RenderedEnvironment;
  readonly tree: WrittenTree;
}

async function deliver(
  world: World,
  { root }: OpenedRepo,
  folder: string,
  rendered: RenderedEnvironment,
  dryRun: boolean,
): Promise<Delivered> {
  const index = await world.files.readText(folder, INDEX);
  const inRepo = !relative(root, folder).startsWith('..');
  const options = {
    owned: indexedPaths(index?.sources[0]?.text),
    index: INDEX,
    trusted: inRepo ? root : folder,
    dryRun,
  };
  return { folder, rendered, tree: await world.files.writeTree(folder, rendered.files, options) };
}

function answerOf(delivered: readonly Delivered[], { check }: RenderOptions): 'yes' | 'no' {
  const isDifferent = ({ tree }: Delivered) => tree.written.length + tree.removed.length > 0;
  return delivered.some((one) => one.tree.refused.length > 0 || (check && isDifferent(one))) ? 'no' : 'yes';
}

function textOf(delivered: readonly Delivered[], world: World, { check }: RenderOptions): readonly string[] {
  return delivered.flatMap(({ folder, rendered, tree }) => {
    const below = relative(world.directory, folder);
    const where = below.startsWith('..') ? folder : below || '.';
    const { written, removed, unchanged, refused } = tree;
    if (refused.length > 0)
      return [`${where}: nothing was written.`, ...refused.map(({ path, reason }) => `  ${path}: ${reason}.`)];
    const count = `${rendered.files.length} files; ${lossesInWords(rendered)}`;
    if (!check)
      return [
        `${where}: ${count}; ${written.length} written, ${removed.length} removed, ${unchanged.length} unchanged.`,
      ];
    if (written.length + removed.length === 0) return [`${where}: ${count}; all as rendered.`];
    return [
      `${where}: not as rendered; run \`aigw render\` and commit what it writes.`,
      ...written.map((path) => `  differs: ${path}`),
      ...removed.map((path) => `  needless: ${path}`),
    ];
  });
}

/** What the targets do not express exactly, by count, the gravest first. What others do is no loss. */
function lossesInWords({ losses }: RenderedEnvironment): string {
  const counts = (['dropped', 'emulated', 'approximate'] as const).flatMap((status) => {
    const count = losses.filter((loss) => loss.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return counts.length === 0 ? 'every field expressed exactly' : `of the fields ${counts.join(', ')}`;
}

function resultOf(delivered: readonly Delivered[]): Json {
  return delivered.map(({ folder, rendered, tree }) => ({
    environment: rendered.environment,
    folder,
    files: rendered.files.map(({ path }) => path),
    written: tree.written,
    removed: tree.removed,
    unchanged: tree.unchanged,
    refused: tree.refused.map(({ path, reason }) => ({ path, reason })),
    losses: rendered.losses.map(({ place, ...loss }) => ({ ...loss, ...regionOf(place, '') })),
  }));
}

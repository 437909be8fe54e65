// aigw render: turns a config repo into what each environment really runs, checked before anything is written.
// config reads; checks and targets judge; plan renders; worktree writes or compares; reports tell.
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { rememberingCheck } from '../plan/object-check.ts';
import { type RenderedEnvironment, renderEnvironment } from '../plan/rendering.ts';
import type { World } from '../ports/world.ts';
import { runReport } from '../reports/report.ts';
import { loadTargets } from '../targets/targets.ts';
import { openRepo } from './config-repo.ts';
import { answerOf, type DeliveredTree, deliver, removeGone, resultOf, wordsOf } from './delivered-tree.ts';
import { environmentsOf, judge, targetTypesOf } from './judgement.ts';
import type { Outcome } from './outcome.ts';

export interface RenderOptions {
  /** A folder of the repo. */
  readonly path: string;
  /** Only this environment; all when left out. */
  readonly environment?: string;
  /** Where to; the folder that aigw.yaml names when left out. */
  readonly directory?: string;
  /** Only what gateways of this target run. Takes a folder of its own. */
  readonly target?: string;
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
  if (options.target !== undefined && !targets.some(({ id }) => id === options.target)) {
    const text = [`No gateway runs on ${options.target} in ${environments.join(', ')}. Nothing was written.`];
    return { root, report: runReport({ ...head, answer: 'no', text }) };
  }
  const settle = await judge(world, opened, { environments, targets, baseline: true });
  const before = settle();
  if (hasError(before.diagnostics)) return { root, report: runReport({ ...head, ...before, text: [NOTHING_WRITTEN] }) };
  const rendered: RenderedEnvironment[] = [];
  const check = rememberingCheck();
  for (const environment of environments) {
    const config = opened.repo.resolve(environment, opened.files);
    if (config !== undefined) rendered.push(await renderEnvironment(config, targets, { check, only: options.target }));
  }
  const findings = settle(rendered.flatMap(({ diagnostics }) => diagnostics));
  if (hasError(findings.diagnostics)) {
    return { root, report: runReport({ ...head, ...findings, text: [NOTHING_WRITTEN] }) };
  }
  const place = { root, folder: resolve(world.directory, options.directory ?? join(root, opened.output)) };
  const delivered: DeliveredTree[] = [];
  for (const one of rendered) delivered.push(await deliver(world, place, one, options.check));
  // Another folder than the repo's own may be shared with others.
  if (options.environment === undefined && options.directory === undefined)
    delivered.push(...(await removeGone(world, place, environments, options.check)));
  const parts = {
    ...findings,
    answer: answerOf(delivered, options.check),
    result: resultOf(delivered),
    text: wordsOf(delivered, world.directory, options.check),
  };
  return { root, report: runReport({ ...head, ...parts }) };
}

const NOTHING_WRITTEN = 'Nothing was written. Correct the errors first.';

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

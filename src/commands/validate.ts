// aigw validate: reads a config repo, runs every check in each environment, and tells what it found.
// config reads; checks and targets judge; plan settles what is reported; reports write it.
import { resolve } from 'node:path';
import type { Severity } from '../diagnostics/diagnostic.ts';
import { baselinePath, writeBaseline } from '../plan/baseline.ts';
import type { World } from '../ports/world.ts';
import { runReport } from '../reports/report.ts';
import { loadTargets } from '../targets/targets.ts';
import { openRepo } from './config-repo.ts';
import { environmentsOf, judge, targetTypesOf } from './judgement.ts';
import type { Outcome } from './outcome.ts';

export interface ValidateOptions {
  /** A folder of the repo. */
  readonly path: string;
  /** Only this environment; all when left out. */
  readonly environment?: string;
  /** The mildest severity that makes the answer no. */
  readonly failOn: Severity;
  /** Whether findings that the baseline lists are left out. */
  readonly baseline: boolean;
  /** Whether all that is found becomes the new baseline. */
  readonly updateBaseline: boolean;
}

export async function validate(world: World, options: ValidateOptions): Promise<Outcome> {
  const head = { command: 'validate', version: world.version, failOn: options.failOn };
  const opened = await openRepo(world, resolve(world.directory, options.path));
  if (opened.root === undefined) {
    return { report: runReport({ ...head, diagnostics: opened.diagnostics, answer: 'misunderstood' }) };
  }
  const { root, repo } = opened;
  const environments = environmentsOf(opened, options.environment);
  if ('kind' in environments) {
    return { root, report: runReport({ ...head, diagnostics: [environments], answer: 'misunderstood' }) };
  }
  const targets = await loadTargets(targetTypesOf(opened, environments));
  const baseline = options.baseline && !options.updateBaseline;
  const settle = await judge(world, opened, { environments, targets, baseline });
  const findings = settle();
  const result = { environments, files: repo.sources.length, documents: repo.documents };
  if (!options.updateBaseline) {
    const text = [
      `Checked ${repo.documents} documents in ${repo.sources.length} files for ${environments.join(', ')}.`,
    ];
    return { root, report: runReport({ ...head, ...findings, result, text }) };
  }
  const file = { path: baselinePath, text: writeBaseline(findings.unsuppressed) };
  await world.files.writeTree(root, [file], { owned: [baselinePath], index: baselinePath, trusted: root });
  const text = [`Wrote ${findings.unsuppressed.length} findings to ${baselinePath}; from now on they are left out.`];
  return { root, report: runReport({ ...head, result, text }) };
}

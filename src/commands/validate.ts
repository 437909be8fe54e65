// aigw validate: reads a config repo, runs every check in each environment, and tells what it found.
// config reads; checks and targets judge; plan settles what is reported; reports write it.
import { resolve } from 'node:path';
import type { Severity } from '../diagnostics/diagnostic.ts';
import { baselinePath, isBaselinable, writeBaseline } from '../plan/baseline.ts';
import type { Findings } from '../plan/findings.ts';
import type { World } from '../ports/world.ts';
import { counted, type RunReportParts, runReport } from '../reports/report.ts';
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
  if (options.updateBaseline) return updateBaseline(world, root, head, findings);
  const result = { environments, files: repo.sources.length, documents: repo.documents };
  const looked = environments.length === 0 ? '' : ` for ${environments.join(', ')}`;
  const text = `Checked ${counted(repo.documents, 'document')} in ${counted(repo.sources.length, 'file')}${looked}.`;
  return { root, report: runReport({ ...head, ...findings, result, text: [text] }) };
}

/** Makes all that is found the baseline. What no baseline may list is reported as ever. */
async function updateBaseline(
  world: World,
  root: string,
  head: Pick<RunReportParts, 'command' | 'version' | 'failOn'>,
  { diagnostics, unsuppressed, sensitive }: Findings,
): Promise<Outcome> {
  const file = { path: baselinePath, text: writeBaseline(unsuppressed) };
  const options = { owned: [baselinePath], index: baselinePath, trusted: root };
  const { refused } = await world.files.writeTree(root, [file], options);
  const [refusal] = refused;
  if (refusal !== undefined) {
    const text = [`${refusal.path} was not written: ${refusal.reason}.`];
    return { root, report: runReport({ ...head, sensitive, answer: 'no', text }) };
  }
  const listed = unsuppressed.filter(isBaselinable).length;
  const left = diagnostics.filter((finding) => !isBaselinable(finding));
  const text = [
    `Wrote ${counted(listed, 'finding')} to ${baselinePath}; from now on ${listed === 1 ? 'it is' : 'they are'} left out.`,
    ...(left.length === 0 ? [] : ['A baseline hides neither secrets nor AIGW1xxx: correct what is listed above.']),
  ];
  return { root, report: runReport({ ...head, diagnostics: left, sensitive, result: { listed }, text }) };
}

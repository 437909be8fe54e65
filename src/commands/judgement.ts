// What `validate` and `render` share: the verdict on a config repo.
import { checks } from '../checks/checks.ts';
import { unknownEnvironment } from '../config/repo-findings.ts';
import { countTokens } from '../config/tokens.ts';
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import { nearest } from '../lib/nearest.ts';
import { baselinePath } from '../plan/baseline.ts';
import { type Findings, settleFindings } from '../plan/findings.ts';
import { renderingKinds } from '../plan/rendering-kinds.ts';
import { validate } from '../plan/validation.ts';
import type { World } from '../ports/world.ts';
import type { Target } from '../targets/target.ts';
import { allKinds } from './catalogue.ts';
import type { OpenedRepo } from './config-repo.ts';

/** The environments to work on: the one that was asked for, or all. A name that aigw.yaml does not list is a finding. */
export function environmentsOf({ repo }: OpenedRepo, asked: string | undefined): readonly string[] | Diagnostic {
  const known = repo.environments;
  if (asked === undefined || known.length === 0) return known;
  if (known.includes(asked)) return [asked];
  return raise(unknownEnvironment, { name: asked, known, meant: nearest(asked, known) }, undefined);
}

export interface JudgementInput {
  readonly environments: readonly string[];
  readonly targets: readonly Target[];
  /** Whether findings that the baseline lists are left out. */
  readonly baseline: boolean;
}

/**
 * Runs every check once. The answer settles what of it is reported, together with what rendering found, where there was any.
 */
export async function judge(
  world: World,
  opened: OpenedRepo,
  input: JudgementInput,
): Promise<(rendered?: readonly Diagnostic[]) => Findings> {
  const { repo, files, root } = opened;
  const today = world.clock.today();
  const found = await validate({ ...input, repo, files, checks, today, countTokens });
  const baseline = input.baseline ? await world.files.readText(root, baselinePath) : undefined;
  const complete = input.environments.length === repo.environments.length;
  return (rendered) => {
    const notRun = new Set(rendered === undefined ? renderingKinds.map(({ code }) => code as string) : []);
    return settleFindings({
      diagnostics: [...opened.diagnostics, ...found, ...(rendered ?? []), ...(baseline?.diagnostics ?? [])],
      sources: repo.sources,
      baseline: baseline?.sources[0],
      kinds: allKinds,
      today,
      covers: ({ code }) => complete && !notRun.has(code),
    });
  };
}

/** The systems that the repo's gateways name, in the eyes of the given environments. */
export function targetTypesOf({ repo, files }: OpenedRepo, environments: readonly string[]): readonly string[] {
  const configs = environments.flatMap((environment) => repo.resolve(environment, files) ?? []);
  return [
    ...new Set(configs.flatMap((config) => config.all('Gateway').map(({ spec }) => spec.target.type))),
  ].toSorted();
}

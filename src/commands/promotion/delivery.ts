// What becomes of a plan: shown, kept in a file, proposed as a change request, or carried out at once.
import { dirname, resolve } from 'node:path';
import type { LedgerEntry } from '../../plan/ledger/entry.ts';
import type { Journal } from '../../plan/ledger/journal.ts';
import { answerOf, type PromotionPlan, printPlan, readPlan } from '../../plan/promotion/plan.ts';
import type { RunReportParts } from '../../reports/report.ts';
import { apply } from './applying.ts';
import { approvalVerdicts } from './approvals.ts';
import type { Planned } from './planning.ts';
import { assertFresh, planPathOf, propose, requestKeyOf, textsOf } from './proposal.ts';
import { configOf, Ending, isOneRegistry, type Scene } from './scene.ts';
import { standing, telling } from './telling.ts';

export interface DeliveryOptions {
  /** Shows everything and writes nothing. */
  readonly dryRun: boolean;
  /** Writes the plan to this file, and nothing else. */
  readonly planOut?: string;
  /** Carries it out at once, without a change request. */
  readonly direct: boolean;
}

type Parts = Omit<RunReportParts, 'command' | 'version'>;

export async function delivered(
  scene: Scene,
  { plan, texts }: Planned,
  journal: Journal & { readonly now: number },
  options: DeliveryOptions,
): Promise<Parts> {
  const { moves, answer, end } = await heldBack(scene, plan, journal, { ...options, first: { lines: [], limits: [] } });
  if (end !== undefined) return end;
  if (options.planOut !== undefined) {
    const next = await planWritten(scene, plan, options.planOut);
    return { ...telling(plan, moves, [next], { state: 'planned' }), answer };
  }
  await assertFresh(scene, plan, plan.commit);
  const whole = await textsOf(scene, plan, texts, journal.entries);
  if (options.direct) {
    const { entry } = await apply(scene, plan, whole);
    return {
      ...telling(plan, entry.moves, [doneIn(entry)], { state: 'applied', ticket: entry.ticket, commit: entry.commit }),
    };
  }
  return { ...(await proposed(scene, plan, whole, moves)), answer };
}

export interface HoldOptions extends DeliveryOptions {
  /** What is to be done before, in sentences, and what keeps it from being done. */
  readonly first: { readonly lines: readonly string[]; readonly limits: readonly string[] };
}

export interface Held {
  /** With the approvals. */
  readonly moves: PromotionPlan['moves'];
  readonly answer: ReturnType<typeof answerOf>;
  /** What is told where nothing is to be written; undefined where it may be. */
  readonly end: Parts | undefined;
}

/** Whether a plan is to be written down, or only told: because it is a dry run, by its gates, by rights that are missing, or until people approve. */
export async function heldBack(
  scene: Scene,
  plan: PromotionPlan,
  journal: Journal & { readonly now: number },
  options: HoldOptions,
): Promise<Held> {
  const approvals = await approvalVerdicts(scene, plan, {
    to: configOf(scene, plan.to),
    recorded: journal.approvals,
    now: journal.now,
  });
  const isRollback = plan.kind === 'rollback';
  const moves = plan.moves.map((move) => ({ ...move, verdicts: [...move.verdicts, ...(isRollback ? [] : approvals)] }));
  // Whoever has yet to approve of a plan must have it first.
  const isNow = options.direct && options.planOut === undefined;
  const answer = answerOf({ moves: isNow ? moves : plan.moves, overrides: plan.overrides });
  const end = (next: readonly string[], state: string, final: typeof answer = answer): Held => ({
    moves,
    answer,
    end: { ...telling(plan, moves, next, { state }), answer: final },
  });
  const { lines, limits: kept } = options.first;
  const stands = standing({ ...plan, moves });
  if (options.dryRun) {
    const next = [...stands, ...lines, ...kept, 'This was a dry run: nothing was written.'];
    return end(next, 'planned', kept.length > 0 ? 'no' : answer);
  }
  if (answer === 'no') return end([...stands, 'Nothing was written.'], 'refused');
  const limits = [...kept, ...(await limitsOf(scene, plan, options))];
  if (limits.length > 0) return end([...limits, 'Nothing was written.'], 'refused', 'no');
  if (isNow && answer === 'pending') return end([...stands, 'Nothing is promoted yet.'], 'waiting');
  return { moves, answer, end: undefined };
}

/** What who asks may not do, before anything is written. */
async function limitsOf(
  { registry, registryIn, platform, ledger }: Scene,
  plan: PromotionPlan,
  { planOut }: DeliveryOptions,
): Promise<readonly string[]> {
  const needs = plan.aliases.flatMap(({ entry, before }) => [
    { entry, verb: 'alias' as const },
    // A first promotion that is taken back leaves no alias behind.
    ...(before === null ? [{ entry, verb: 'unalias' as const }] : []),
  ]);
  const home = await registryIn(plan.to);
  const own = [{ entry: ledger, verb: 'version' }] as const;
  const ofRegistry = isOneRegistry(home, registry)
    ? await registry.limits([...needs, ...own])
    : [...(await home.limits(needs)), ...(await registry.limits(own))];
  return [...ofRegistry, ...(planOut === undefined ? await platform.limits() : [])];
}

async function planWritten({ world }: Scene, plan: PromotionPlan, planOut: string): Promise<string> {
  const path = resolve(world.directory, planOut);
  const folder = dirname(path);
  const name = path.slice(folder.length + 1);
  const { refused } = await world.files.writeTree(folder, [{ path: name, text: printPlan(plan) }], {
    owned: [name],
    index: name,
    trusted: folder,
  });
  const [refusal] = refused;
  if (refusal !== undefined) throw new Ending([`${planOut} was not written: ${refusal.reason}.`], { answer: 'no' });
  return `Wrote ${planOut}. Carry it out by: aigw promote --plan ${planOut}`;
}

/** A plan that lies on its branch already and says the same keeps its hash, and with it who has approved it. */
async function proposed(
  scene: Scene,
  plan: PromotionPlan,
  texts: Readonly<Record<string, string | null>>,
  moves: PromotionPlan['moves'],
): Promise<Parts> {
  const { branch } = requestKeyOf(plan, scene.branch);
  const path = planPathOf(plan);
  const there = await scene.platform.readFile(branch, scene.prefix + path);
  const old = there === undefined ? undefined : readPlan(there);
  const kept = typeof old === 'object' && saysTheSame(old, plan) ? old : plan;
  const request = await propose(scene, kept, { ...texts, [path]: printPlan(kept) });
  const where = request.url === '' ? `branch ${branch}` : request.url;
  const carriedOut = `When it is merged, carry it out by: aigw promote --plan ${path}`;
  const next = [`Proposed as ${where}.`, ...standing({ ...kept, moves }), carriedOut];
  const { number, url, commit } = request;
  return telling(kept, moves, next, { state: 'proposed', request: { number, url, commit, branch }, path });
}

function saysTheSame(old: PromotionPlan, plan: PromotionPlan): boolean {
  const essence = ({ moves, aliases, files, policies, overrides, reason, commit }: PromotionPlan) =>
    JSON.stringify([
      moves.map(({ verdicts, ...move }) => [move, verdicts.map(({ gate, name, status }) => [gate, name, status])]),
      aliases,
      files,
      policies,
      overrides,
      reason,
      commit,
    ]);
  return essence(old) === essence(plan);
}

export function doneIn({ ticket, to }: LedgerEntry): string {
  return `Done: ${to} runs it by the ledger's ticket ${ticket}.`;
}

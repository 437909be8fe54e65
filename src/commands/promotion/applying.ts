// Carrying a plan out when its turn has come: everything that it stands on is looked at once more.
import { mapBounded } from '../../lib/bounded.ts';
import type { Verdict } from '../../plan/gates/verdict.ts';
import type { LedgerEntry, Move, Pin } from '../../plan/ledger/entry.ts';
import type { Journal } from '../../plan/ledger/journal.ts';
import { answerOf, keyOf, type Present, type PromotionPlan, stalenessOf } from '../../plan/promotion/plan.ts';
import { pinIn, policiesHash } from '../../plan/promotion/subject.ts';
import { approvalVerdicts } from './approvals.ts';
import { hashOf, type Texts } from './change.ts';
import { contentOf, registeredName, verdictsOn } from './evidence.ts';
import { alone, assertNothingUnfinished, carryOut } from './saga.ts';
import { configOf, Ending, no, readJournal, type Scene } from './scene.ts';
import { telling } from './telling.ts';

/** Requests to a registry at a time. */
const LANES = 8;

export interface Applied {
  readonly entry: LedgerEntry;
  readonly isNew: boolean;
}

/** @param texts what to commit, where all is done at once; undefined where a merge has brought it in. */
export function apply(scene: Scene, plan: PromotionPlan, texts: Texts | undefined): Promise<Applied> {
  return alone(scene, plan.promotion, async (ticket) => {
    const journal = await readJournal(scene);
    const done = journal.entries.find(({ promotion, kind }) => promotion === plan.promotion && kind === plan.kind);
    if (done !== undefined) return { entry: done, isNew: false };
    assertNothingUnfinished(journal.unfinished, plan.promotion);
    const begun = journal.unfinished.find((each) => each.plan.promotion === plan.promotion);
    await assertStanding(scene, plan, texts !== undefined);
    // What was begun had passed its gates.
    const moves = begun === undefined ? await judgedAgain(scene, plan, journal) : begun.plan.moves;
    return { entry: await carryOut(scene, ticket, begun?.plan ?? plan, { texts, moves }), isNew: true };
  });
}

/** Rejects with an Ending where the plan does not stand on what it stood on. */
async function assertStanding(scene: Scene, plan: PromotionPlan, hasTexts: boolean): Promise<void> {
  const present = await presentOf(scene, plan);
  const reasons = stalenessOf(plan, present);
  if (reasons.length > 0)
    throw no('The plan is stale.', ...reasons, 'Make a new one: the same command without --plan.');
  const waiting = plan.files.filter(({ path, after }) => (present.files.get(path) ?? null) !== after);
  if (!hasTexts && waiting.length > 0)
    throw new Ending(
      [
        `${waiting.map(({ path }) => path).join(', ')} of ${scene.branch} is not changed yet.`,
        'Merge the change request first.',
      ],
      { answer: 'pending' },
    );
}

async function presentOf(scene: Scene, plan: PromotionPlan): Promise<Present> {
  const { platform, prefix, branch, registry } = scene;
  const to = configOf(scene, plan.to);
  const head = (await platform.commitOf(branch)) ?? branch;
  const [files, aliases, digests] = await Promise.all([
    mapBounded(
      plan.files,
      LANES,
      async ({ path }) => [path, hashOf(await platform.readFile(head, prefix + path))] as const,
    ),
    mapBounded(plan.aliases, LANES, async ({ entry, alias }) => {
      return [`${entry}@${alias}`, (await registry.entry(entry))?.aliases[alias] ?? null] as const;
    }),
    mapBounded(plan.moves, LANES, async ({ subject, after }) => {
      // What lies in files is told by the files' hashes.
      if (subject.kind !== 'model') return [keyOf(subject), after.digest] as const;
      const version = await registry.version(registeredName(to, subject), after.version);
      const content = version && (await contentOf(registry, version));
      return [keyOf(subject), typeof content === 'object' ? content.digest : null] as const;
    }),
  ]);
  const pins = plan.moves.map(({ subject }): [string, Pin | null] => [keyOf(subject), pinIn(to, subject) ?? null]);
  return {
    pins: new Map(pins),
    digests: new Map(digests),
    aliases: new Map(aliases),
    files: new Map(files),
    policies: policiesHash(to),
  };
}

/** What was proven by the ledger or by the files when the plan was made stays so: environments move on meanwhile. */
const LASTING: ReadonlySet<string> = new Set(['hop', 'prompt-variables', 'config']);

/** The moves with what their gates say now. Rejects with an Ending where they do not let it pass. */
async function judgedAgain(
  scene: Scene,
  plan: PromotionPlan,
  journal: Journal & { readonly now: number },
): Promise<readonly Move[]> {
  const { entries, approvals: recorded, now } = journal;
  const to = configOf(scene, plan.to);
  const approvals = await approvalVerdicts(scene, plan, { to, recorded, now });
  const from = plan.from === null ? undefined : configOf(scene, plan.from);
  const isRollback = plan.kind === 'rollback';
  const moves = await Promise.all(
    plan.moves.map(async (move): Promise<Move> => {
      const passage = {
        subject: move.subject,
        from,
        to,
        before: move.before ?? undefined,
        after: move.after,
        isRollback,
      };
      const fresh = await verdictsOn(scene, passage, entries, now);
      const kept = move.verdicts.filter(isLasting);
      const again = fresh.filter(
        (verdict) => !kept.some((each) => each.gate === verdict.gate && each.name === verdict.name),
      );
      return { ...move, verdicts: [...again, ...kept, ...(isRollback ? [] : approvals)] };
    }),
  );
  const answer = answerOf({ moves, overrides: plan.overrides });
  if (answer === 'yes') return moves;
  const next =
    answer === 'no' ? 'Nothing is promoted.' : 'Nothing is promoted yet. Run it again when what it waits for has come.';
  const { text = [], ...parts } = telling(plan, moves, [next]);
  throw new Ending(text, { ...parts, answer });
}

function isLasting({ gate, status }: Verdict): boolean {
  return LASTING.has(gate) || (gate === 'soak' && status === 'passed');
}

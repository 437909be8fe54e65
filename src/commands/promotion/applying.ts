// Carrying a plan out when its turn has come: everything that it stands on is looked at once more.

import { policiesIn } from '../../config/policies.ts';
import { mapBounded } from '../../lib/bounded.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { judgePassage } from '../../plan/gates/passage.ts';
import type { Verdict } from '../../plan/gates/verdict.ts';
import type { LedgerEntry, Move, Origin, Pin } from '../../plan/ledger/entry.ts';
import type { Journal } from '../../plan/ledger/journal.ts';
import { pinBefore } from '../../plan/promotion/copy.ts';
import { answerOf, keyOf, type Present, type PromotionPlan, stalenessOf } from '../../plan/promotion/plan.ts';
import { pinIn, policiesHash, registeredName, sourceEntry } from '../../plan/promotion/subject.ts';
import { approvalVerdicts } from './approvals.ts';
import { hashOf, type Texts } from './change.ts';
import { digestIn, verdictsOn } from './evidence.ts';
import { mayOverride } from './planning.ts';
import { alone, assertNothingUnfinished, carryOut } from './saga.ts';
import { configOf, Ending, hasAliases, inOneLook, isOneRegistry, no, readJournal, type Scene } from './scene.ts';
import { standing, telling } from './telling.ts';

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
    await assertHonest(scene, plan);
    const look = inOneLook(scene);
    await assertStanding(look, plan, texts !== undefined);
    // What was begun had passed its gates.
    const moves =
      begun === undefined
        ? await judgedAgain(look, plan, { ...journal, isMerged: texts === undefined })
        : begun.plan.moves;
    return { entry: await carryOut(scene, ticket, begun?.plan ?? plan, { texts, moves }), isNew: true };
  });
}

/** A plan is a file that anybody can write: rejects with an Ending where it does other than its moves say, or by a right that nobody has. */
async function assertHonest(scene: Scene, plan: PromotionPlan): Promise<void> {
  const { to: environment, moves, aliases, overrides, by } = plan;
  const to = configOf(scene, environment);
  const isNamed = await hasAliases(scene, environment);
  const meant = moves.flatMap(({ subject, after }) => {
    const entry = registeredName(to, subject);
    return entry === undefined || !isNamed ? [] : [`${entry}@${environment} ${after.version}`];
  });
  const told = aliases.map(({ entry, alias, after }) => `${entry}@${alias} ${after}`);
  if (meant.toSorted().join() !== told.toSorted().join())
    throw no('The plan moves other aliases than its moves say.', 'Make a new one: the same command without --plan.');
  const origins = await originsOf(scene, plan);
  if (moves.some(({ copyOf }, index) => canonicalJson({ ...copyOf }) !== canonicalJson({ ...origins[index] })))
    throw no(
      'The plan takes a version from elsewhere than it says.',
      'Make a new one: the same command without --plan.',
    );
  const forged = overrides.find((each) => each.by !== by.name || !mayOverride(to, each.by, each.gate));
  if (forged !== undefined)
    throw no(`No policy of ${environment} lets ${forged.by} go on in spite of ${forged.gate}/${forged.name}.`);
}

/** What the versions of a plan must be copies of, by the registries of its environments; their numbers over there are proven by gates. */
async function originsOf(scene: Scene, { from, to, moves }: PromotionPlan): Promise<readonly (Origin | undefined)[]> {
  const [source, home] = await Promise.all([from ?? to, to].map(scene.registryIn));
  if (from === null || source === undefined || home === undefined || isOneRegistry(source, home))
    return moves.map(() => undefined);
  return moves.map(({ subject, copyOf }) => {
    const entry = sourceEntry(configOf(scene, from), subject);
    return entry === undefined ? undefined : { registry: source.address, entry, version: copyOf?.version ?? '' };
  });
}

/** Rejects with an Ending where the plan does not stand on what it stood on. */
async function assertStanding(scene: Scene, plan: PromotionPlan, hasTexts: boolean): Promise<void> {
  const present = await presentOf(scene, plan);
  const reasons = stalenessOf(plan, present);
  if (reasons.length > 0)
    throw new Ending(['The plan is stale.', ...reasons, 'Make a new one: the same command without --plan.'], {
      answer: 'no',
      result: { state: 'stale', promotion: plan.promotion, reasons },
    });
  const changedYet = (move: Move) => present.pins.get(keyOf(move.subject))?.digest === move.after.digest;
  const files = plan.files.filter(({ path, after }) => (present.files.get(path) ?? null) !== after);
  const waiting = [
    ...files.map(({ path }) => `${path} of ${scene.branch}`),
    // With --direct the work tree may stand where it was.
    ...(plan.isDirect ? [] : plan.moves.filter((move) => !changedYet(move)).map(({ subject }) => subject.name)),
  ];
  if (!hasTexts && waiting.length > 0)
    throw new Ending(
      [
        `${waiting.join(', ')}: not changed yet.`,
        'Merge the change request first, and bring this work tree to where it is merged.',
      ],
      { answer: 'pending' },
    );
}

async function presentOf(scene: Scene, plan: PromotionPlan): Promise<Present> {
  const { platform, prefix, branch } = scene;
  const to = configOf(scene, plan.to);
  const registry = await scene.registryIn(plan.to);
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
      const entry = registeredName(to, subject);
      if (entry === undefined) return [keyOf(subject), after.digest] as const;
      return [keyOf(subject), (await digestIn(registry, entry, after.version)) ?? null] as const;
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

/** What the change of files was judged by, which is merged by now. It stands in the plan, by whose hash it is approved. */
const LASTING: ReadonlySet<string> = new Set(['prompt-variables', 'config']);
/** What the ledger proves. Environments move on meanwhile, so it may have been so when the plan was made. */
const PROVEN: ReadonlySet<string> = new Set(['hop', 'soak']);

/** The moves with what their gates say now. Rejects with an Ending where they do not let it pass. */
async function judgedAgain(
  scene: Scene,
  plan: PromotionPlan,
  journal: Journal & { readonly now: number; readonly isMerged: boolean },
): Promise<readonly Move[]> {
  const { entries, approvals: recorded, now, isMerged } = journal;
  const to = configOf(scene, plan.to);
  const approvals = await approvalVerdicts(scene, plan, { to, recorded, now });
  const from = plan.from === null ? undefined : configOf(scene, plan.from);
  const isRollback = plan.kind === 'rollback';
  const moves = await Promise.all(
    plan.moves.map(async (move): Promise<Move> => {
      const { subject, before, after, copyOf } = move;
      const next = isMerged ? to : undefined;
      const passage = { subject, from, to, next, before: before ?? undefined, after, copyOf, isRollback };
      const fresh = await verdictsOn(scene, passage, entries, now);
      const then = passageThen({ scene, plan, move }, entries, now);
      const again = fresh
        .filter(({ gate }) => !LASTING.has(gate))
        .map((verdict) => then.find((each) => isPassed(each) && isOneGate(each, verdict)) ?? verdict);
      const kept = move.verdicts.filter(({ gate }) => LASTING.has(gate) || (gate === 'text' && !isMerged));
      return { ...move, verdicts: [...again, ...kept, ...(isRollback ? [] : approvals)] };
    }),
  );
  const answer = answerOf({ moves, overrides: plan.overrides });
  if (answer === 'yes') return moves;
  const [next, state] =
    answer === 'no'
      ? (['Nothing is promoted.', 'refused'] as const)
      : (['Nothing is promoted yet. Run it again when that has come.', 'waiting'] as const);
  const judged = { moves, overrides: plan.overrides };
  const { text = [], ...parts } = telling(plan, moves, [...standing(judged), next], { state });
  throw new Ending(text, { ...parts, answer });
}

/** What the ledger proved when the plan was made, as far as its entries of then tell. */
function passageThen(
  { scene, plan, move }: { readonly scene: Scene; readonly plan: PromotionPlan; readonly move: Move },
  entries: readonly LedgerEntry[],
  now: number,
): readonly Verdict[] {
  if (plan.kind === 'rollback') return [];
  const then = Math.min(now, Date.parse(plan.at));
  const known = entries.filter(({ at }) => Date.parse(at) <= then);
  const { from, to } = plan;
  const { subject, after: pin, copyOf } = move;
  const { environments } = scene;
  const way = { entries: known, environments, from, to, subject, pin, source: pinBefore(pin, copyOf) };
  const soaks = [undefined, ...policiesIn(configOf(scene, to)).map(({ spec }) => spec.soak)];
  return soaks.flatMap((soak) => judgePassage({ ...way, soak, now: then })).filter(({ gate }) => PROVEN.has(gate));
}

function isPassed({ status }: Verdict): boolean {
  return status === 'passed';
}

/** A policy's own soak time makes a gate of its own. */
function isOneGate(one: Verdict, other: Verdict): boolean {
  return one.gate === other.gate && one.name === other.name && one.inputs['soak'] === other.inputs['soak'];
}

// aigw promote: a version, a prompt or a config moves on to the next environment, with evidence.
// config and registry tell what is there; plan judges it; the Git host gets the change; the ledger keeps what was done.
import { join, resolve } from 'node:path';
import type { LedgerEntry, Subject } from '../plan/ledger/entry.ts';
import { isOneSubject, isSame } from '../plan/ledger/history.ts';
import { type PromotionPlan, readPlan } from '../plan/promotion/plan.ts';
import type { World } from '../ports/world.ts';
import type { Outcome } from './outcome.ts';
import { apply } from './promotion/applying.ts';
import { copied, copyingOf, located } from './promotion/copying.ts';
import { type DeliveryOptions, delivered, doneIn, heldBack } from './promotion/delivery.ts';
import { moving, planned, type Target, targetFromRegistry, targetsFrom } from './promotion/planning.ts';
import { begunLike, goneOn, missingTexts } from './promotion/recovery.ts';
import { assertNothingUnfinished } from './promotion/saga.ts';
import { Ending, inOneLook, no, openScene, readJournal, type Scene, told } from './promotion/scene.ts';
import { telling } from './promotion/telling.ts';

export interface PromoteOptions extends DeliveryOptions {
  /** A folder of the config repo. */
  readonly path: string;
  readonly subjects: readonly Subject[];
  /** Left out for a version that comes out of the registry. */
  readonly from?: string;
  readonly to: string;
  /** A version of the registry's, where `from` is left out. */
  readonly fromRegistry?: string;
  readonly reason?: string;
  /** `GATE/NAME` of each verdict to go on in spite of. */
  readonly overrides: readonly string[];
}

export function promote(world: World, options: PromoteOptions): Promise<Outcome> {
  return told(world, 'promote', async () => {
    const scene = await openScene(world, options.path);
    const { root } = scene.opened;
    const journal = await readJournal(scene);
    const begun = begunLike(journal, { kind: 'promotion', ...options });
    if (begun !== undefined && options.direct && !options.dryRun)
      return { root, parts: await goneOn(scene, begun, journal) };
    const look = inOneLook(scene);
    const asked = await located(scene, await targetsOf(look, options), options.from);
    const targets = moving(asked);
    if (targets.length === 0) {
      assertNothingUnfinished(journal.unfinished, undefined);
      const text = [
        `${options.to} runs what it is to run already. Nothing was written.`,
        ...(await mergedPlans(scene, asked, journal.entries)).map(
          (path) => `But a plan that was merged has not been carried out: aigw promote --plan ${path}`,
        ),
      ];
      return { root, parts: { text, result: { state: 'unchanged' } } };
    }
    const { from, to, reason, overrides, direct: isDirect } = options;
    const intent = { kind: 'promotion', isDirect, from, to, reason, overrides } as const;
    const plan = await planned(look, intent, targets, journal);
    assertNothingUnfinished(journal.unfinished, plan.plan.promotion);
    if (!targets.some(({ still }) => still !== undefined))
      return { root, parts: await delivered(scene, plan, journal, options) };
    const first = await copyingOf(scene, targets);
    const { end } = await heldBack(scene, plan.plan, journal, { ...options, first });
    if (end !== undefined) return { root, parts: end };
    for (const line of first.lines) world.messages.note(line);
    const there = await planned(scene, intent, moving(await copied(scene, targets)), journal);
    return { root, parts: await delivered(scene, there, journal, options) };
  });
}

/** Plans of this work tree that brought in what its files hold, and of which the ledger does not tell. */
async function mergedPlans(
  { world, opened: { root } }: Scene,
  targets: readonly Target[],
  entries: readonly LedgerEntry[],
): Promise<readonly string[]> {
  const folder = `promotions/${targets[0]?.environment ?? ''}`;
  const isMeant = ({ promotion, moves }: PromotionPlan) =>
    !entries.some((entry) => entry.promotion === promotion) &&
    moves.some(({ subject, after }) =>
      targets.some((target) => isOneSubject(target.subject, subject) && isSame(target.pin, after)),
    );
  const paths = (await world.files.filesIn(join(root, folder))).map((name) => `${folder}/${name}`);
  const found = await Promise.all(
    paths.map(async (path) => {
      const text = (await world.files.readText(root, path))?.sources[0]?.text;
      const plan = text === undefined ? undefined : readPlan(text);
      return typeof plan === 'object' && isMeant(plan) ? [path] : [];
    }),
  );
  return found.flat();
}

async function targetsOf(scene: Scene, { subjects, from, to, fromRegistry }: PromoteOptions) {
  if (from !== undefined) return targetsFrom(scene, subjects, from, to);
  if (fromRegistry === undefined)
    throw new Ending(['Say where it comes from: --from ENVIRONMENT, or --from-registry VERSION.'], {
      answer: 'misunderstood',
    });
  if (subjects.length > 1)
    throw new Ending(['--from-registry names a version of one alone: leave --with out.'], { answer: 'misunderstood' });
  return await Promise.all(subjects.map((subject) => targetFromRegistry(scene, subject, to, fromRegistry)));
}

export interface ApplyOptions {
  readonly path: string;
  /** The plan's file. */
  readonly plan: string;
  /** What it must move, and where to, where that is said. */
  readonly subject?: Subject;
  readonly to?: string;
}

/** Carries a plan out that was proposed and merged, or that needs no merge. */
export function applyPlan(world: World, options: ApplyOptions): Promise<Outcome> {
  return told(world, 'promote', async () => {
    const plan = await planIn(world, options.plan);
    const scene = await openScene(world, options.path);
    await assertOfRegistry(scene, plan);
    assertAsked(plan, options);
    const texts = await missingTexts(scene, plan, (await readJournal(scene)).entries);
    const limits = texts === undefined ? [] : await scene.platform.limits();
    if (limits.length > 0) throw no(...limits, 'Nothing was written.');
    const { entry, isNew } = await apply(scene, plan, texts);
    const next = isNew
      ? doneIn(entry)
      : `It was done before, by the ledger's ticket ${entry.ticket}. Nothing was written.`;
    const more = { state: isNew ? 'applied' : 'unchanged', ticket: entry.ticket, commit: entry.commit };
    return { root: scene.opened.root, parts: telling(plan, entry.moves, [next], more) };
  });
}

/** A plan's file. Rejects with an Ending where it is none. */
export async function planIn(world: World, path: string): Promise<PromotionPlan> {
  const absolute = resolve(world.directory, path);
  const read = await world.files.readText(resolve(absolute, '..'), absolute.slice(resolve(absolute, '..').length + 1));
  const text = read?.sources[0]?.text;
  const plan = text === undefined ? 'It cannot be read.' : readPlan(text);
  if (typeof plan === 'object') return plan;
  throw new Ending([`${path} is no plan. ${plan}`, 'Make one by: aigw promote ... --plan-out FILE'], {
    answer: 'misunderstood',
  });
}

function assertAsked({ moves, to }: PromotionPlan, asked: ApplyOptions): void {
  const { subject = moves[0]?.subject } = asked;
  const isMoved = moves.some((move) => subject !== undefined && isOneSubject(move.subject, subject));
  if (isMoved && (asked.to ?? to) === to) return;
  const told = moves.map((move) => `${move.subject.kind} ${move.subject.name}`).join(', ');
  throw new Ending([`The plan moves ${told} to ${to}, and something else is asked for.`], { answer: 'misunderstood' });
}

async function assertOfRegistry(scene: Scene, plan: PromotionPlan): Promise<void> {
  const home = await scene.registryIn(plan.to);
  const pairs = [
    [plan.registry, scene.registry.address],
    [plan.destination ?? plan.registry, home.address],
  ] as const;
  const other = pairs.find(([one, address]) => JSON.stringify({ ...one }) !== JSON.stringify({ ...address }));
  if (other === undefined) return;
  const [planned, here] = other.map(({ url, kind }) => url ?? kind);
  throw new Ending(
    [
      `The plan is for the registry ${planned}, and this repo's is ${here}.`,
      'Set the variables that name the registry.',
    ],
    { answer: 'no' },
  );
}

// Carrying a plan out: a journalled saga under the ledger's lock. What it is about to do is written down before the first write, so that a killed
// run is gone on with, or taken back, by whoever comes next; what somebody else has written meanwhile is found, named, and left alone.
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { JsonObject } from '../../lib/json.ts';
import { chained, type Deed, type LedgerEntry, type Move } from '../../plan/ledger/entry.ts';
import { JOURNAL_TAGS, type Unfinished } from '../../plan/ledger/journal.ts';
import type { AliasMove, PromotionPlan } from '../../plan/promotion/plan.ts';
import { registeredName } from '../../plan/promotion/subject.ts';
import type { Registry } from '../../ports/registry.ts';
import { titleOf } from '../../reports/change-request.ts';
import { type HeldTicket, holdingTicket } from '../ticket-lock.ts';
import { hashOf, type Texts } from './change.ts';
import { digestIn } from './evidence.ts';
import { assertFresh, headOf, publish } from './proposal.ts';
import { configOf, Ending, no, type RegistryScene, readJournal, type Scene } from './scene.ts';

/** Milliseconds that a promotion waits for those before it. */
const PATIENCE = 600_000;
/** UTF-16 units of a tag's value that MLflow (3.17, mlflow/utils/validation.py) takes. */
const LONGEST_TAG = 100_000;

/** Does work when nobody else is at work on this ledger. */
export function alone<T>(
  scene: RegistryScene,
  promotion: string,
  work: (ticket: HeldTicket) => Promise<T>,
): Promise<T> {
  const { registry, ledger, world } = scene;
  const { wait, every } = world.clock;
  return holdingTicket({ registry, ledger, promotion, request: world.newId(), patience: PATIENCE, wait, every }, work);
}

/** How a plan is carried out. */
export interface Execution {
  /** What the branch is to hold when all is done at once; undefined where a merge has brought it in. */
  readonly texts: Texts | undefined;
  /** With the verdicts by which it is done. */
  readonly moves: readonly Move[];
}

/**
 * Moves everything that a plan names, and gives its entry. Where anything fails, or somebody else has moved something, what it had moved itself is
 * put back, and it rejects. Where not even that can be done all stays as it is, and the same run begun anew goes on.
 */
export async function carryOut(
  scene: Scene,
  ticket: HeldTicket,
  plan: PromotionPlan,
  { texts, moves }: Execution,
): Promise<LedgerEntry> {
  const { registry, ledger } = scene;
  await ticket.assertHeld();
  const intent = canonicalJson(plan as unknown as JsonObject);
  if (intent.length > LONGEST_TAG)
    throw no(`The plan of ${plan.moves.length} moves is longer than a ledger keeps.`, 'Promote fewer at once.');
  await registry.setVersionTag(ledger, String(ticket.number), JOURNAL_TAGS.plan, intent);
  let commit: string | undefined;
  try {
    commit = texts === undefined ? await headOf(scene) : await commitDirectly(scene, plan, texts);
    const home = await scene.registryIn(plan.to);
    for (const move of plan.aliases) await moveAlias(home, ticket, move);
    await assertAsPlanned(scene, home, plan);
  } catch (error) {
    throw await takenBack(scene, ticket, plan, error as Error);
  }
  return await record(scene, ticket, {
    ...deedOf(scene, plan, { kind: plan.kind, commit, reason: plan.reason }),
    moves,
  });
}

/** Puts back what was moved, and gives the error to end with. Where that fails too, the plan stays unfinished. */
async function takenBack(scene: Scene, ticket: HeldTicket, plan: PromotionPlan, error: Error): Promise<Error> {
  let left: readonly string[];
  try {
    left = await putBack(scene, ticket, plan);
    await record(scene, ticket, deedOf(scene, plan, { kind: 'abort', commit: null, reason: error.message }));
  } catch {
    // The first error tells what is wrong with the world.
    scene.world.messages.warn(`${titleOf(plan)} has stopped in the middle. Run it again, or "aigw promote abort".`);
    return error;
  }
  if (error instanceof Ending)
    return no(...error.lines, ...left, 'What it had moved is put back; nothing is promoted.');
  for (const line of [...left, 'What it had moved is put back; nothing is promoted.']) scene.world.messages.warn(line);
  return error;
}

/** A run that was killed behind its commit finds the files as they are to be. */
async function commitDirectly(scene: Scene, plan: PromotionPlan, texts: Texts): Promise<string> {
  const assert = (onto: string) => assertFreshOrDone(scene, plan, onto);
  return await publish(scene, { branch: scene.branch, message: `${titleOf(plan)}\n\n${plan.reason}`, texts, assert });
}

async function assertFreshOrDone(scene: Scene, plan: PromotionPlan, onto: string): Promise<void> {
  const done = { ...plan, files: plan.files.map((file) => ({ ...file, before: file.after })) };
  try {
    await assertFresh(scene, done, onto);
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    await assertFresh(scene, plan, onto);
  }
}

async function moveAlias(
  registry: Registry,
  ticket: HeldTicket,
  { entry, alias, before, after }: AliasMove,
): Promise<void> {
  await ticket.assertHeld();
  const now = await aliasNow(registry, entry, alias);
  if (now === after) return;
  if (now !== before) throw no(foreign(entry, alias, now, before));
  await registry.setAlias(entry, alias, after);
}

async function aliasNow(registry: Registry, entry: string, alias: string): Promise<string | null> {
  return (await registry.entry(entry))?.aliases[alias] ?? null;
}

function foreign(entry: string, alias: string, now: string | null, expected: string | null): string {
  const named = (version: string | null) => (version === null ? 'nothing' : `version ${version}`);
  return `Somebody else has made alias ${alias} of ${entry} mean ${named(now)}; it was to mean ${named(expected)}.`;
}

/** Reads back what was written, and that the versions still hold what was judged. */
async function assertAsPlanned(scene: Scene, registry: Registry, plan: PromotionPlan): Promise<void> {
  const { to, aliases, moves } = plan;
  for (const { entry, alias, after } of aliases) {
    const now = await aliasNow(registry, entry, alias);
    if (now !== after) throw no(foreign(entry, alias, now, after));
  }
  for (const { subject, after } of moves) {
    const entry = registeredName(configOf(scene, to), subject);
    if (entry === undefined) continue;
    if ((await digestIn(registry, entry, after.version)) !== after.digest)
      throw no(`The content of version ${after.version} of ${entry} has changed since its gates were asked.`);
  }
}

/** Takes back what a plan has moved, the last first, but for what somebody else has moved since: that is told. */
export async function putBack(scene: Scene, ticket: HeldTicket, plan: PromotionPlan): Promise<readonly string[]> {
  const left: string[] = [];
  const home = await scene.registryIn(plan.to);
  for (const { entry, alias, before, after } of plan.aliases.toReversed()) {
    await ticket.assertHeld();
    const now = await aliasNow(home, entry, alias);
    if (now !== after) {
      if (now !== before) left.push(`Alias ${alias} of ${entry} was left where somebody else has put it.`);
    } else if (before === null) await home.deleteAlias(entry, alias);
    else await home.setAlias(entry, alias, before);
  }
  if (plan.isDirect) left.push(...(await revert(scene, plan)));
  return left;
}

/** Brings the branch's files back to what they were before the plan. */
async function revert(scene: Scene, plan: PromotionPlan): Promise<readonly string[]> {
  const { platform, prefix, branch } = scene;
  const texts: Record<string, string | null> = {};
  const left: string[] = [];
  for (const { path, before, after } of plan.files) {
    const now = hashOf(await platform.readFile(branch, prefix + path));
    if (now === after) texts[path] = (await platform.readFile(plan.commit, prefix + path)) ?? null;
    else if (now !== before) left.push(`${path} was left in ${branch} as somebody else has changed it.`);
  }
  const message = `Take back: ${titleOf(plan)}`;
  if (Object.keys(texts).length > 0) await publish(scene, { branch, message, texts });
  return left;
}

type Told = Pick<Deed, 'kind' | 'commit' | 'reason'>;

/** A deed without what the ledger adds to it. */
export type Recorded = Omit<Deed, 'ticket' | 'at' | 'tool' | 'server'>;

export function deedOf(scene: Scene, plan: PromotionPlan, told: Told): Recorded {
  const { promotion, from, to, moves, overrides, by, hash, policies } = plan;
  return { ...told, promotion, from, to, moves, overrides, by, actor: scene.actor, plan: hash, policies };
}

/** What deeds have that move nothing and follow no plan. */
export function unplanned({ actor }: RegistryScene) {
  return { from: null, overrides: [], plan: null, policies: null, by: actor, actor } as const;
}

/** Chains a deed to the ledger, under a ticket whose turn it is. */
export async function record(scene: RegistryScene, ticket: HeldTicket, deed: Recorded): Promise<LedgerEntry> {
  const server = (await scene.registry.server?.()) ?? null;
  await ticket.assertHeld();
  const { entries, now } = await readJournal(scene);
  const at = new Date(now).toISOString();
  const entry = chained({ ...deed, ticket: ticket.number, at, tool: scene.world.version, server }, entries.at(-1));
  const text = JSON.stringify(entry);
  if (text.length > LONGEST_TAG) throw no('The entry is longer than a ledger keeps.', 'Promote fewer at once.');
  await scene.registry.setVersionTag(scene.ledger, String(ticket.number), JOURNAL_TAGS.entry, text);
  return entry;
}

/** Rejects with an Ending where somebody has begun something else and not ended it. @param own the promotion that may go on. */
export function assertNothingUnfinished(unfinished: readonly Unfinished[], own: string | undefined): void {
  const other = unfinished.find(({ plan }) => plan.promotion !== own);
  if (other === undefined) return;
  throw no(
    `${titleOf(other.plan)} was begun by ${other.plan.by.name} with ticket ${other.ticket}, and has not ended.`,
    'Go on with it by "aigw promote resume", or take it back by "aigw promote abort".',
  );
}

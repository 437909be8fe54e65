import { canonicalJson } from '../../lib/canonical-json.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Verdict } from '../gates/verdict.ts';
import type { Actor, Move, Origin, Override, Pin, Subject } from '../ledger/entry.ts';
import { isSame } from '../ledger/history.ts';

/** An alias in the registry that says what an environment runs. */
export interface AliasMove {
  /** The registered model or prompt. */
  readonly entry: string;
  readonly alias: string;
  /** The version that it means now; null where it is not there. */
  readonly before: string | null;
  readonly after: string;
}

/** A file of the config repo that changes. Hashes are `sha256:` and 64 hexadecimal digits. */
export interface FileMove {
  /** From the repo's root. */
  readonly path: string;
  /** Null where there is no such file yet. */
  readonly before: string | null;
  /** Null where it goes. */
  readonly after: string | null;
}

/** What a promotion is about to do, and on what grounds. */
export interface Intent {
  /** A rollback is a promotion of what an environment ran before. */
  readonly kind: 'promotion' | 'rollback';
  /** Whether it is carried out at once, without a change request. */
  readonly isDirect: boolean;
  /** Which registry keeps the ledger: its kind, address and workspace, without any credential. */
  readonly registry: Origin['registry'];
  /** Which registry keeps the versions and aliases of the environment, where it is another. */
  readonly destination?: Origin['registry'];
  readonly from: string | null;
  readonly to: string;
  readonly moves: readonly Move[];
  readonly aliases: readonly AliasMove[];
  readonly files: readonly FileMove[];
  /** Hash of all policies that held when the gates were asked. */
  readonly policies: string;
  readonly overrides: readonly Override[];
  /** Who asks for it. */
  readonly by: Actor;
  readonly reason: string;
  /** ISO 8601, by the registry's clock. */
  readonly at: string;
  /** The commit of the config repo's branch on which the files were as `before` says. */
  readonly commit: string;
}

/** An intent that can be kept in a file, handed over and carried out later. */
export interface PromotionPlan extends Intent {
  readonly formatVersion: '1.0';
  /** The same whenever the same versions take the place of the same stay: the key by which a killed run finds its own traces. */
  readonly promotion: string;
  /** Of all else; what is approved, and what tells that a plan was edited. */
  readonly hash: string;
}

/** Makes a plan of an intent. */
export function planOf(intent: Intent): PromotionPlan {
  const plan = { formatVersion: '1.0', ...intent, promotion: promotionOf(intent) } as const;
  return { ...plan, hash: hashOf(plan) };
}

function promotionOf({ kind, registry, destination, to, moves, aliases }: Intent): string {
  const key: Json = {
    kind,
    registry: { ...registry },
    ...(destination === undefined ? {} : { destination: { ...destination } }),
    to,
    moves: moves.map(({ subject, since, after }) => ({ subject: { ...subject }, since, after: { ...after } })),
    aliases: aliases.map(({ entry, alias }) => ({ entry, alias })),
  };
  return sha256(canonicalJson(key)).slice(0, 32);
}

function hashOf(plan: Omit<PromotionPlan, 'hash'>): string {
  return `sha256:${sha256(canonicalJson(plan as unknown as JsonObject))}`;
}

/** The text of a plan's file. */
export function printPlan(plan: PromotionPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** A plan read back, or why it is none, in a sentence. */
export function readPlan(text: string): PromotionPlan | string {
  const value = parseJson(text);
  if (value === undefined) return 'It is no JSON.';
  const plan = (isObject(value) ? value : {}) as unknown as PromotionPlan;
  if (plan.formatVersion !== '1.0')
    return `It is of format ${plan.formatVersion ?? 'unknown'}, and this aigw knows 1.0.`;
  const { hash, ...rest } = plan;
  if (hashOf(rest) !== hash) return 'It was edited: its content does not have its hash.';
  return promotionOf(plan) === plan.promotion ? plan : 'It was edited: it does not have the name of what it does.';
}

/** What a plan depends on, as it is when the plan is to be carried out. */
export interface Present {
  /** By the config repo: what the destination runs. */
  readonly pins: ReadonlyMap<string, Pin | null>;
  /** What the registry holds under each version now; null where the version is gone. */
  readonly digests: ReadonlyMap<string, string | null>;
  /** What each alias means now, by `entry@alias`. */
  readonly aliases: ReadonlyMap<string, string | null>;
  /** Hashes of the files now, by path. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly policies: string;
}

/** The name of a subject among those of a plan. */
export function keyOf({ kind, name }: Subject): string {
  return `${kind} ${name}`;
}

/**
 * Why a plan must not be carried out any more, in sentences; none where all is as it was. What the plan itself has already done is no
 * reason: so a killed run goes on.
 */
export function stalenessOf(plan: PromotionPlan, present: Present): readonly string[] {
  return [
    ...plan.moves.flatMap((move) => [...pinStaleness(plan.to, move, present), ...digestStaleness(move, present)]),
    ...plan.aliases.flatMap(({ entry, alias, before, after }) => {
      const now = present.aliases.get(`${entry}@${alias}`) ?? null;
      if (now === before || now === after) return [];
      return [`Alias ${alias} of ${entry} means ${versionOrNone(now)}, and meant ${versionOrNone(before)}.`];
    }),
    ...plan.files.flatMap(({ path, before, after }) => {
      const now = present.files.get(path) ?? null;
      return now === before || now === after ? [] : [`${path} was changed by somebody else.`];
    }),
    ...(present.policies === plan.policies ? [] : ['The policies are others than when the gates were asked.']),
  ];
}

function pinStaleness(to: string, { subject, before, after }: Move, { pins }: Present): readonly string[] {
  const now = pins.get(keyOf(subject)) ?? null;
  const isAsBefore = now === null ? before === null : before !== null && isSame(now, before);
  if (isAsBefore || (now !== null && isSame(now, after))) return [];
  if (now !== null && now.version === before?.version)
    return [`${to} runs version ${now.version} of ${subject.name} by another digest than before.`];
  return [`${to} runs ${versionOrNone(now?.version)} of ${subject.name}, and ran ${versionOrNone(before?.version)}.`];
}

function digestStaleness({ subject, after }: Move, { digests }: Present): readonly string[] {
  const now = digests.get(keyOf(subject)) ?? null;
  if (now === after.digest) return [];
  return now === null
    ? [`Version ${after.version} of ${subject.name} is gone.`]
    : [`The content of version ${after.version} of ${subject.name} has changed since its gates were asked.`];
}

function versionOrNone(version: string | null | undefined): string {
  return version === null || version === undefined ? 'no version' : `version ${version}`;
}

/** Whether a plan may be carried out by its gates: `pending` where time or people may still bring it about. */
export function answerOf({ moves, overrides }: Pick<Intent, 'moves' | 'overrides'>): 'yes' | 'no' | 'pending' {
  const all = moves.flatMap(({ verdicts }) => verdicts).filter((verdict) => !isOverridden(verdict, overrides));
  if (all.some(({ status }) => status === 'failed')) return 'no';
  return all.some(({ status }) => status === 'pending') ? 'pending' : 'yes';
}

/** Whether somebody has decided to go on in spite of a verdict. */
export function isOverridden({ gate, name }: Verdict, overrides: readonly Override[]): boolean {
  return overrides.some((override) => override.gate === gate && override.name === name);
}

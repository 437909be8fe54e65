import { canonicalJson } from '../../lib/canonical-json.ts';
import type { JsonObject } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Verdict } from '../gates/verdict.ts';

/** What moves through environments. */
export interface Subject {
  readonly kind: 'model' | 'prompt' | 'config';
  readonly name: string;
}

/** A version with the digest of what it holds. */
export interface Pin {
  readonly version: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** A version of another registry. */
export interface Origin {
  /** Without any credential. */
  readonly registry: { readonly kind: string; readonly url: string | null; readonly workspace: string | null };
  /** The name under which it is registered there. */
  readonly entry: string;
  readonly version: string;
}

/** One subject's part of a promotion. */
export interface Move {
  readonly subject: Subject;
  /** What the environment ran before; null where it ran none. */
  readonly before: Pin | null;
  /** Hash of the entry by which it ran that; null where the ledger knows of none. */
  readonly since: string | null;
  readonly after: Pin;
  /** What `after` was copied from, where the environment before has another registry. */
  readonly copyOf?: Origin;
  /** The overlay that says so, by its path from the config repo's root; null where the resource itself does. */
  readonly file: string | null;
  readonly verdicts: readonly Verdict[];
}

/** Somebody's decision to go on in spite of a gate: for ever in the record. */
export interface Override {
  readonly gate: string;
  readonly name: string;
  readonly by: string;
  readonly reason: string;
}

/** Who did something: a claimed name, and what stands behind the claim, such as the URL of a CI job. */
export interface Actor {
  readonly name: string;
  readonly evidence: string;
  /** Whom the ID token of a CI job names (OpenID Connect: `iss` and `sub`), as claimed: nobody has asked its issuer. Left out where there is none. */
  readonly identity?: { readonly issuer: string; readonly subject: string };
}

/** What an entry says, before it is chained. */
export interface Deed {
  /**
   * `promotion` and `rollback` have moved an environment; `adoption` records what it ran before there was a ledger; `barring` keeps a version
   * from promotion until a `clearing`; `abort` ends a promotion that moved nothing; `verdict` is what a test, an evaluation or a canary says of a version.
   */
  readonly kind: 'promotion' | 'rollback' | 'adoption' | 'barring' | 'clearing' | 'abort' | 'verdict';
  /** Place in the order of all; tickets only grow, and some are never used. */
  readonly ticket: number;
  /** The same however often a promotion is begun anew. */
  readonly promotion: string;
  /** Null where the first environment is filled, and for deeds that lead nowhere. */
  readonly from: string | null;
  /** Null for a verdict on a version that no environment runs. */
  readonly to: string | null;
  readonly moves: readonly Move[];
  readonly overrides: readonly Override[];
  /** Who asked. */
  readonly by: Actor;
  /** Who carried it out. */
  readonly actor: Actor;
  readonly reason: string;
  /** ISO 8601, by the clock of the server that keeps the ledger. */
  readonly at: string;
  /** The Git commit that serves it; null before there is one. */
  readonly commit: string | null;
  /** Hash of the plan by which it was done, and of the policies that held then; null for deeds without a plan. */
  readonly plan: string | null;
  readonly policies: string | null;
  /** Version of aigw. */
  readonly tool: string;
  /** The server of the registry, with its version: `MLflow 3.17.0`; null where there is none, or it does not tell. */
  readonly server: string | null;
}

/** A link of the chain: nothing of it, nor of any before it, can change without its hash telling. */
export interface LedgerEntry extends Deed {
  readonly formatVersion: '1.0';
  /** Hash of the entry before; null of the first. */
  readonly previous: string | null;
  /** `sha256:` and the SHA-256 of the canonical JSON of all else. */
  readonly hash: string;
}

/** Chains a deed to the last entry. */
export function chained(deed: Deed, last: LedgerEntry | undefined): LedgerEntry {
  const entry = { formatVersion: '1.0', ...deed, previous: last?.hash ?? null } as const;
  return { ...entry, hash: hashOf(entry) };
}

function hashOf(entry: Omit<LedgerEntry, 'hash'>): string {
  return `sha256:${sha256(canonicalJson(entry as unknown as JsonObject))}`;
}

/** The first entry that is not as it was written, and what is wrong with it. */
export interface Breach {
  readonly ticket: number;
  readonly reason: string;
}

/** Checks a ledger from its first entry on; undefined where all of it is as it was written. */
export function breachIn(entries: readonly LedgerEntry[]): Breach | undefined {
  let last: LedgerEntry | undefined;
  for (const entry of entries) {
    const { hash, ...rest } = entry;
    const reason =
      hashOf(rest) === hash ? reasonAgainst(entry, last) : 'it was altered: its content does not have its hash';
    if (reason !== undefined) return { ticket: entry.ticket, reason };
    last = entry;
  }
  return undefined;
}

function reasonAgainst({ previous, ticket }: LedgerEntry, last: LedgerEntry | undefined): string | undefined {
  if (previous !== (last?.hash ?? null))
    return last === undefined
      ? 'it is not the first: entries before it are gone'
      : `it does not follow entry ${last.ticket}: entries were taken out, put in, or altered together with their hashes`;
  return last !== undefined && ticket <= last.ticket
    ? `its ticket does not come after ${last.ticket}, the ticket before`
    : undefined;
}

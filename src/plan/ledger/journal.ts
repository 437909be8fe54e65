// A ledger's journal: what its versions say, each of them a ticket, an approval, or a stranger's. One ticket's tags are lock, journal and audit at
// once: what it was about to do stands in them before the first write, and what it has done after the last.
import { isObject, parseJson } from '../../lib/json.ts';
import type { ApprovalFacts } from '../gates/approval.ts';
import { type PromotionPlan, readPlan } from '../promotion/plan.ts';
import type { LedgerEntry } from './entry.ts';
import { LAPSE, type Ticket, ticketIn } from './ticket.ts';

/** The names of a journal's tags. */
export const JOURNAL_TAGS = { plan: 'aigw.plan', entry: 'aigw.entry', approval: 'aigw.approval' } as const;

/** A version of a ledger, as a registry tells it. */
export interface LedgerVersion {
  readonly version: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, by the registry's clock. */
  readonly createdAt: number;
}

/** A promotion that has begun to write and has not ended. */
export interface Unfinished {
  readonly ticket: number;
  readonly plan: PromotionPlan;
  /** Whether it still shows signs of life. */
  readonly isAlive: boolean;
}

export interface Journal {
  /** In the order of their tickets. */
  readonly entries: readonly LedgerEntry[];
  readonly unfinished: readonly Unfinished[];
  readonly approvals: readonly ApprovalFacts[];
  /** What cannot be read, in sentences: nothing is to be promoted by such a ledger. */
  readonly faults: readonly string[];
}

/** Reads a ledger's versions. @param now milliseconds since 1970, by the registry's clock. */
export function journalOf(versions: readonly LedgerVersion[], now: number): Journal {
  const faults: string[] = [];
  const entries: LedgerEntry[] = [];
  const plans: { readonly ticket: number; readonly plan: PromotionPlan; readonly life: Ticket | undefined }[] = [];
  const approvals: ApprovalFacts[] = [];
  for (const version of versions) {
    const { tags } = version;
    const ticket = Number(version.version);
    const [entry, plan] = [entryIn(tags, ticket), planIn(tags)];
    if (typeof entry === 'string') faults.push(`Ticket ${ticket}: ${entry}`);
    else if (entry !== undefined) entries.push(entry);
    if (typeof plan === 'string') faults.push(`Ticket ${ticket}: its plan cannot be used. ${plan}`);
    else if (plan !== undefined) plans.push({ ticket, plan, life: ticketIn(version) });
    const approval = approvalIn(version);
    if (approval !== undefined) approvals.push(approval);
  }
  entries.sort((a, b) => a.ticket - b.ticket);
  const unfinished = plans
    .filter(
      ({ ticket, plan }) => !entries.some((entry) => entry.promotion === plan.promotion && entry.ticket >= ticket),
    )
    .map(({ ticket, plan, life }) => ({ ticket, plan, isAlive: life?.state === 'open' && now - life.beatAt <= LAPSE }));
  return { entries, unfinished, approvals, faults };
}

function entryIn(tags: LedgerVersion['tags'], ticket: number): LedgerEntry | string | undefined {
  const text = tags[JOURNAL_TAGS.entry];
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const entry = (isObject(value) ? value : {}) as unknown as LedgerEntry;
  if (entry.formatVersion !== '1.0' || !Array.isArray(entry.moves)) return 'its entry is none that this aigw can read.';
  return entry.ticket === ticket ? entry : `its entry is that of ticket ${entry.ticket}.`;
}

function planIn(tags: LedgerVersion['tags']): PromotionPlan | string | undefined {
  const text = tags[JOURNAL_TAGS.plan];
  return text === undefined ? undefined : readPlan(text);
}

/** Undefined for what is no approval. The time is the registry's, whatever the text says. */
function approvalIn({ tags, createdAt }: LedgerVersion): ApprovalFacts | undefined {
  const text = tags[JOURNAL_TAGS.approval];
  const value = text === undefined ? undefined : parseJson(text);
  if (!isObject(value)) return undefined;
  const { by, subject } = value;
  return typeof by === 'string' && typeof subject === 'string' ? { by, teams: [], at: createdAt, subject } : undefined;
}

// Tickets: how many promotions at once become one after the other, on registries that know no compare-and-swap. Each takes a ticket, a version of
// the ledger's entry, whose numbers the registry hands out in one order; whoever has the lowest open one is in.

/** What the names of all ledgers begin with. */
export const LEDGER_PREFIX = 'aigw.ledger.';

/** Milliseconds after its last sign of life that a ticket is somebody's who was killed. */
export const LAPSE = 120_000;

export interface Ticket {
  readonly number: number;
  readonly promotion: string;
  /** `open` until whoever has it is done, or has given up; `lapsed` when another has passed by it. */
  readonly state: 'open' | 'done' | 'aborted' | 'lapsed';
  /** The last sign of life: milliseconds since 1970, by the registry's clock. */
  readonly beatAt: number;
}

/** A ticket's tags. */
export function tagsOf({ promotion, state, beatAt }: Omit<Ticket, 'number'>): Readonly<Record<string, string>> {
  return { [TAGS.promotion]: promotion, [TAGS.state]: state, [TAGS.beat]: String(beatAt) };
}

/** The names of its tags. */
export const TAGS = { promotion: 'aigw.promotion', state: 'aigw.state', beat: 'aigw.beat' } as const;

/** The ticket that a version of the ledger is; undefined for a version that somebody else has put there. */
export function ticketIn({
  version,
  tags,
}: {
  readonly version: string;
  readonly tags: Readonly<Record<string, string>>;
}): Ticket | undefined {
  const [promotion, state, beatAt] = [tags[TAGS.promotion], tags[TAGS.state], Number(tags[TAGS.beat])];
  const isTicket = state === 'open' || state === 'done' || state === 'aborted' || state === 'lapsed';
  if (promotion === undefined || !isTicket || !(beatAt > 0)) return undefined;
  return { number: Number(version), promotion, state, beatAt };
}

/** Who is in: the lowest open ticket that still shows signs of life. */
export function holderOf(tickets: readonly Ticket[], now: number): Ticket | undefined {
  return openIn(tickets).find(({ beatAt }) => now - beatAt <= LAPSE);
}

/** Open tickets below this one that show no signs of life any more. */
export function lapsedBelow(tickets: readonly Ticket[], number: number, now: number): readonly Ticket[] {
  return openIn(tickets).filter((ticket) => ticket.number < number && now - ticket.beatAt > LAPSE);
}

function openIn(tickets: readonly Ticket[]): readonly Ticket[] {
  return tickets.filter(({ state }) => state === 'open').toSorted((a, b) => a.number - b.number);
}

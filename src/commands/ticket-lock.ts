// One promotion at a time: waits for a ticket's turn, and holds it while work is done.
import { holderOf, LAPSE, lapsedBelow, TAGS, type Ticket, tagsOf, ticketIn } from '../plan/ledger/ticket.ts';
import type { Clock } from '../ports/clock.ts';
import { type Registry, RegistryTrouble } from '../ports/registry.ts';

export interface TicketRequest {
  readonly registry: Registry;
  /** The entry that keeps tickets; made where it is not there yet. */
  readonly ledger: string;
  readonly promotion: string;
  /** A text that no other request has: by it a request finds what it made when an answer was lost. */
  readonly request: string;
  /** Milliseconds to wait for its turn, by the registry's clock. */
  readonly patience: number;
  readonly wait: Clock['wait'];
  readonly every: Clock['every'];
}

/** A ticket whose turn it is. */
export interface HeldTicket {
  readonly number: number;
  /** Rejects where the turn is lost, because no sign of life was given for too long. To be asked directly before each write. */
  readonly assertHeld: () => Promise<void>;
}

/** Milliseconds between two looks at who is in, for each ticket that comes before: two dozen who look twice a second keep a server from all else. */
const PACE = 500;
/** Milliseconds between two looks, at most: a ticket may be ended at any time. */
const LONGEST_PACE = 5_000;

/**
 * Does work when its turn has come, and lets the next one in when it is done, however it ends. Turns are in the order of tickets. Signs of
 * life are given while it waits and while it works, which may mean to read gigabytes; whoever gives none for two minutes is passed by.
 */
export async function holdingTicket<T>(request: TicketRequest, work: (ticket: HeldTicket) => Promise<T>): Promise<T> {
  const { registry, ledger, promotion } = request;
  await registry.createEntry(ledger, { 'aigw.ledger': 'true' });
  const tags = { ...tagsOf({ promotion, state: 'open', beatAt: await registry.now() }), [REQUEST]: request.request };
  const version = await registry.createVersion(ledger, tags, REQUEST);
  const number = Number(version);
  const end = (state: Ticket['state']) => endOf(request, version, state);
  let done: T;
  // A turn that is lost is told where it matters, before the next write.
  const stop = request.every(LAPSE / 4, () => void assertHeld(request, number).catch(() => undefined));
  try {
    await turnOf(request, number);
    done = await work({ number, assertHeld: () => assertHeld(request, number) });
    await assertHeld(request, number);
  } catch (error) {
    // What went wrong is told, whether or not the registry can be told too; the ticket lapses otherwise.
    await end('aborted').catch(() => undefined);
    throw error;
  } finally {
    stop();
  }
  await end('done');
  return done;
}

const REQUEST = 'aigw.request';

/** Ends a ticket that nobody has passed by. */
async function endOf({ registry, ledger }: TicketRequest, version: string, state: Ticket['state']): Promise<void> {
  const now = await registry.version(ledger, version);
  if (now?.tags[TAGS.state] === 'open') await registry.setVersionTag(ledger, version, TAGS.state, state);
}

async function turnOf({ registry, ledger, wait, patience }: TicketRequest, number: number): Promise<void> {
  const begin = await registry.now();
  for (let beatAt = 0; ; ) {
    const now = await registry.now();
    const tickets = await ticketsIn(registry, ledger);
    const lapsed = lapsedBelow(tickets, number, now);
    const holder = holderOf(tickets, now);
    if (!tickets.some((ticket) => ticket.number === number && ticket.state === 'open')) throw passedBy(ledger, number);
    if (lapsed.length === 0 && holder?.number === number) return;
    if (now - begin > patience) throw stillWaiting(ledger, number, holder);
    for (const each of lapsed) await registry.setVersionTag(ledger, String(each.number), TAGS.state, 'lapsed');
    if (now - beatAt > LAPSE / 4) {
      await registry.setVersionTag(ledger, String(number), TAGS.beat, String(now));
      beatAt = now;
    }
    // That took time, in which somebody may have passed by this ticket too, so it looks again before it is in.
    if (lapsed.length > 0) continue;
    const before = tickets.filter((ticket) => ticket.state === 'open' && ticket.number < number);
    await wait(Math.min(PACE * before.length, LONGEST_PACE));
  }
}

function stillWaiting(ledger: string, number: number, holder: Ticket | undefined): RegistryTrouble {
  const who = holder === undefined ? 'Nobody' : `Promotion ${holder.promotion}, with ticket ${holder.number},`;
  return new RegistryTrouble(
    'refused',
    `${who} is at work, and ticket ${number} of ${ledger} has waited long enough.`,
    'Look what it is doing, and run again later.',
  );
}

async function assertHeld({ registry, ledger }: TicketRequest, number: number): Promise<void> {
  const now = await registry.now();
  if (holderOf(await ticketsIn(registry, ledger), now)?.number !== number) {
    throw passedBy(ledger, number);
  }
  await registry.setVersionTag(ledger, String(number), TAGS.beat, String(now));
}

function passedBy(ledger: string, number: number): RegistryTrouble {
  return new RegistryTrouble(
    'refused',
    `Ticket ${number} of ${ledger} has lapsed: it gave no sign of life for ${LAPSE / 60_000} minutes, and others may be at work.`,
    'Run the promotion again; it goes on where it was.',
  );
}

async function ticketsIn(registry: Registry, ledger: string): Promise<readonly Ticket[]> {
  return (await registry.versions(ledger)).flatMap((version) => ticketIn(version) ?? []);
}

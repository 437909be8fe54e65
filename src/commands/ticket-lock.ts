// One promotion at a time: waits for a ticket's turn, and holds it while work is done.
import { holderOf, LAPSE, lapsedBelow, TAGS, type Ticket, tagsOf, ticketIn } from '../plan/ledger/ticket.ts';
import { type Registry, RegistryTrouble } from '../ports/registry.ts';

export interface TicketRequest {
  readonly registry: Registry;
  /** The entry that keeps tickets; made where it is not there yet. */
  readonly ledger: string;
  readonly promotion: string;
  /** A text that no other request has: by it a request finds what it made when an answer was lost. */
  readonly request: string;
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** A ticket whose turn it is. */
export interface HeldTicket {
  readonly number: number;
  /** Rejects where the turn is lost, because no sign of life was given for too long. To be asked directly before each write. */
  readonly assertHeld: () => Promise<void>;
}

/** Milliseconds between two looks at who is in. */
const PACE = 500;

/**
 * Does work when its turn has come, and lets the next one in when it is done, however it ends. Turns are in the order of tickets. Signs of
 * life are given while it waits, and by each `assertHeld` while it works; whoever gives none for two minutes is passed by.
 */
export async function holdingTicket<T>(request: TicketRequest, work: (ticket: HeldTicket) => Promise<T>): Promise<T> {
  const { registry, ledger, promotion } = request;
  await registry.createEntry(ledger, { 'aigw.ledger': 'true' });
  const tags = { ...tagsOf({ promotion, state: 'open', beatAt: await registry.now() }), [REQUEST]: request.request };
  const version = await registry.createVersion(ledger, tags, REQUEST);
  const number = Number(version);
  const end = (state: Ticket['state']) => registry.setVersionTag(ledger, version, TAGS.state, state);
  try {
    await turnOf(request, number);
    const done = await work({ number, assertHeld: () => assertHeld(request, number) });
    await end('done');
    return done;
  } catch (error) {
    // What went wrong is told, whether or not the registry can be told too; the ticket lapses otherwise.
    await end('aborted').catch(() => undefined);
    throw error;
  }
}

const REQUEST = 'aigw.request';

async function turnOf({ registry, ledger, wait }: TicketRequest, number: number): Promise<void> {
  for (let beatAt = 0; ; ) {
    const now = await registry.now();
    const tickets = await ticketsIn(registry, ledger);
    for (const lapsed of lapsedBelow(tickets, number, now))
      await registry.setVersionTag(ledger, String(lapsed.number), TAGS.state, 'lapsed');
    if (holderOf(tickets, now)?.number === number) return;
    if (now - beatAt > LAPSE / 4) {
      await registry.setVersionTag(ledger, String(number), TAGS.beat, String(now));
      beatAt = now;
    }
    await wait(PACE);
  }
}

async function assertHeld({ registry, ledger }: TicketRequest, number: number): Promise<void> {
  const now = await registry.now();
  if (holderOf(await ticketsIn(registry, ledger), now)?.number !== number) {
    throw new RegistryTrouble(
      'refused',
      `Ticket ${number} of ${ledger} has lapsed: it gave no sign of life for ${LAPSE / 60_000} minutes, and others may be at work.`,
      'Run the promotion again; it goes on where it was.',
    );
  }
  await registry.setVersionTag(ledger, String(number), TAGS.beat, String(now));
}

async function ticketsIn(registry: Registry, ledger: string): Promise<readonly Ticket[]> {
  return (await registry.versions(ledger)).flatMap((version) => ticketIn(version) ?? []);
}

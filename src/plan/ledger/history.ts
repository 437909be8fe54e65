// What a ledger tells of an environment. Whatever is not in it has not happened: tags that anyone can set prove nothing.
import { pinBefore } from '../promotion/copy.ts';
import type { LedgerEntry, Move, Pin, Subject } from './entry.ts';

/** A time in which an environment ran a version. */
export interface Stay {
  readonly pin: Pin;
  /** The overlay that said so, at the commit of `since`; null where there was none. */
  readonly file: string | null;
  readonly since: LedgerEntry;
  /** The entry that ended it; undefined for what runs now. */
  readonly until: LedgerEntry | undefined;
}

/** What an environment ran of a subject, the oldest first. */
export function staysOf(entries: readonly LedgerEntry[], environment: string, subject: Subject): readonly Stay[] {
  const moves = entries
    .filter(
      ({ kind, to }) => to === environment && (kind === 'promotion' || kind === 'rollback' || kind === 'adoption'),
    )
    .flatMap((entry) => {
      const move = moveOf(entry, subject);
      return move === undefined ? [] : [{ entry, move }];
    });
  return moves.map(({ entry, move }, index) => ({
    pin: move.after,
    file: move.file,
    since: entry,
    until: moves[index + 1]?.entry,
  }));
}

function moveOf({ moves }: LedgerEntry, subject: Subject): Move | undefined {
  return moves.find((move) => isOneSubject(move.subject, subject));
}

/** What an environment runs now, as far as the ledger knows. */
export function currentPin(entries: readonly LedgerEntry[], environment: string, subject: Subject): Pin | undefined {
  return staysOf(entries, environment, subject).at(-1)?.pin;
}

/** Where a rollback leads: the last version before the present one that nobody has barred. */
export function lastGood(entries: readonly LedgerEntry[], environment: string, subject: Subject): Pin | undefined {
  const stays = staysOf(entries, environment, subject);
  const present = stays.at(-1)?.pin;
  return stays
    .map(({ pin }) => pin)
    .findLast(
      (pin) => present !== undefined && !isSame(pin, present) && barringOf(entries, subject, pin) === undefined,
    );
}

export function isOneSubject(one: Subject, other: Subject): boolean {
  return one.kind === other.kind && one.name === other.name;
}

export function isSame(one: Pin, other: Pin): boolean {
  return one.version === other.version && one.digest === other.digest;
}

/**
 * The entry that keeps a version from promotion, if one does. A rollback bars what it leaves, with its copies and what they were copied from, until
 * that is cleared.
 */
export function barringOf(entries: readonly LedgerEntry[], subject: Subject, pin: Pin): LedgerEntry | undefined {
  const names = namesOf(entries, subject, pin);
  const isMeant = (other: Pin) => names.some((each) => isSame(each, other));
  const last = entries.findLast((entry) => {
    const move = moveOf(entry, subject);
    if (move === undefined) return false;
    if (entry.kind === 'rollback') return move.before !== null && isMeant(move.before);
    return (entry.kind === 'barring' || entry.kind === 'clearing') && isMeant(move.after);
  });
  return last?.kind === 'clearing' ? undefined : last;
}

/** What one content is called in the registries through which it came. */
function namesOf(entries: readonly LedgerEntry[], subject: Subject, pin: Pin): readonly Pin[] {
  const pairs = entries.flatMap((entry): [Pin, Pin][] => {
    const { after, copyOf } = moveOf(entry, subject) ?? {};
    return after === undefined || copyOf === undefined ? [] : [[after, pinBefore(after, copyOf)]];
  });
  const names = [pin];
  // What is found is asked for in its turn: a copy may have been copied.
  for (const name of names) {
    for (const [copy, original] of pairs) {
      const other = isSame(copy, name) ? original : isSame(original, name) ? copy : undefined;
      if (other !== undefined && !names.some((each) => isSame(each, other))) names.push(other);
    }
  }
  return names;
}

// Gates that ask the ledger: whether a version came the whole way, stayed long enough, and is not barred.
import { formatDuration, parseDuration } from '../../lib/quantity.ts';
import type { LedgerEntry, Pin, Subject } from '../ledger/entry.ts';
import { barringOf, isSame, type Stay, staysOf } from '../ledger/history.ts';
import type { Verdict } from './verdict.ts';

export interface PassageInputs {
  readonly entries: readonly LedgerEntry[];
  /** In the order of promotion. */
  readonly environments: readonly string[];
  /** Null for a version that comes out of the registry. */
  readonly from: string | null;
  readonly to: string;
  readonly subject: Subject;
  readonly pin: Pin;
  /** By which `from` runs it: another than `pin` where it was copied out of another registry. */
  readonly source: Pin;
  /** How long it must have been in `from`; not asked when left out. */
  readonly soak: string | undefined;
  /** Milliseconds since 1970, by the ledger's clock. */
  readonly now: number;
}

/** Judges the way that a version has come. */
export function judgePassage(inputs: PassageInputs): readonly Verdict[] {
  return [judgeHop(inputs), judgeBar(inputs), ...(inputs.soak === undefined ? [] : [judgeSoak(inputs, inputs.soak)])];
}

/** From each environment to the next, and only what the one before runs now by the ledger's word. */
function judgeHop({ entries, environments, from, to, subject, source }: PassageInputs): Verdict {
  const stay = from === null ? undefined : staysOf(entries, from, subject).at(-1);
  const fault =
    from === null ? entranceFault(environments, to) : hopFault({ environments, from, to, subject, source, stay });
  const where = from ?? 'the registry';
  return {
    gate: 'hop',
    name: `${where} to ${to}`,
    status: fault === undefined ? 'passed' : 'failed',
    message: fault === undefined ? `${to} follows ${where}.` : `${fault}.`,
    inputs: {
      environments,
      from,
      to,
      runs: stay === undefined ? null : { ...stay.pin },
      entry: stay?.since.hash ?? null,
    },
  };
}

function entranceFault(environments: readonly string[], to: string): string | undefined {
  if (environments[0] === to) return undefined;
  return `a version enters by ${environments[0]}, the first environment, and ${to} is another`;
}

type Hop = Pick<PassageInputs, 'environments' | 'to' | 'subject' | 'source'> & {
  readonly from: string;
  readonly stay: Stay | undefined;
};

function hopFault({ environments, from, to, subject, source, stay }: Hop): string | undefined {
  const [start, end] = [from, to].map((name) => environments.indexOf(name));
  if (start === undefined || start < 0 || end !== start + 1)
    return `the way is ${environments.join(', then ')}, and ${to} does not follow ${from}`;
  // Whatever stands in the first environment has proven nothing yet.
  if (start === 0 || (stay !== undefined && isSame(stay.pin, source))) return undefined;
  return stay === undefined
    ? `no entry of the ledger says that ${from} runs ${subject.name}`
    : `by the ledger ${from} runs version ${stay.pin.version}, and not this version ${source.version} with this content`;
}

function judgeBar({ entries, subject, pin, source }: PassageInputs): Verdict {
  const barring = barringOf(entries, subject, pin) ?? barringOf(entries, subject, source);
  return {
    gate: 'bar',
    name: 'bar',
    status: barring === undefined ? 'passed' : 'failed',
    message:
      barring === undefined
        ? 'Nobody has barred it.'
        : `Version ${pin.version} is barred since ${barring.at} by ${barring.by.name}: ${barring.reason.replace(/\.$/, '')}.`,
    inputs: { entry: barring?.hash ?? null },
  };
}

function judgeSoak({ entries, from, subject, source, now }: PassageInputs, soak: string): Verdict {
  const stay = from === null ? undefined : staysOf(entries, from, subject).at(-1);
  const since = stay !== undefined && isSame(stay.pin, source) ? stay.since : undefined;
  const time = since === undefined ? 0 : now - Date.parse(since.at);
  const isEnough = since !== undefined && time >= parseDuration(soak);
  const minutes = Math.max(0, Math.floor(time / 60_000) * 60_000);
  return {
    gate: 'soak',
    name: `in ${from ?? 'the registry'}`,
    status: isEnough ? 'passed' : 'pending',
    message: `It has been in ${from ?? 'no environment'} for ${minutes === 0 ? 'less than a minute' : formatDuration(minutes)}, and ${soak} is asked.`,
    inputs: { since: since?.at ?? null, now: new Date(now).toISOString(), soak },
  };
}

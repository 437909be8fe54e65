// Verdicts that tests, evaluations and canaries have given of a version, as the ledger keeps them: of this very content, the last word, by
// somebody whose word counts, and not too long ago.
import type { ResolvedConfig } from '../../config/model.ts';
import type { PolicyVerdict } from '../../config/schema-types.ts';
import { parseDuration } from '../../lib/quantity.ts';
import type { LedgerEntry, Pin, Subject } from '../ledger/entry.ts';
import { isOneSubject, isSame } from '../ledger/history.ts';
import type { Verdict } from './verdict.ts';

export interface RecordedInputs {
  readonly entries: readonly LedgerEntry[];
  readonly subject: Subject;
  readonly pin: Pin;
  /** What it was copied from out of another registry: what is said of that is said of it too. */
  readonly source?: Pin;
  /** Who belongs to which team. */
  readonly config: ResolvedConfig;
  /** Milliseconds since 1970, by the ledger's clock. */
  readonly now: number;
}

/** A word in the ledger, and what it is of. */
interface Word {
  readonly entry: LedgerEntry;
  readonly pin: Pin;
  readonly verdict: Verdict;
}

/** Judges a version by what a policy asks to have been said of it. Nothing said, too long ago, or of another content is waited for. */
export function judgeRecorded(rules: readonly PolicyVerdict[], inputs: RecordedInputs): readonly Verdict[] {
  return rules
    .filter((rule) => rule.for.includes(inputs.subject.kind))
    .map((rule) => {
      const words = wordsOn(inputs, rule.name);
      const counted = words.findLast(({ entry, pin }) => isMeant(pin, inputs) && counts(rule, entry, inputs));
      return {
        gate: 'verdict',
        name: rule.name,
        ...(counted === undefined
          ? { status: 'pending', message: silenceOn(rule, words, inputs) }
          : judgeWord(rule, counted, inputs.now)),
        inputs: {
          entry: counted?.entry.hash ?? null,
          by: counted?.entry.by.name ?? null,
          at: counted?.entry.at ?? null,
          now: new Date(inputs.now).toISOString(),
          ...counted?.verdict.inputs,
        },
      };
    });
}

function wordsOn({ entries, subject }: RecordedInputs, name: string): readonly Word[] {
  return entries
    .filter(({ kind }) => kind === 'verdict')
    .flatMap((entry) =>
      entry.moves
        .filter((move) => isOneSubject(move.subject, subject))
        .flatMap(({ after: pin, verdicts }) => verdicts.map((verdict) => ({ entry, pin, verdict })))
        .filter(({ verdict }) => verdict.name === name),
    );
}

function isMeant(pin: Pin, { pin: own, source = own }: RecordedInputs): boolean {
  return isSame(pin, own) || isSame(pin, source);
}

function counts({ teams }: PolicyVerdict, { actor }: LedgerEntry, { config }: RecordedInputs): boolean {
  return (
    teams === undefined ||
    config.all('Team').some(({ name, spec }) => teams.includes(name) && spec.members.includes(actor.name))
  );
}

function judgeWord(
  { name, validFor }: PolicyVerdict,
  { entry, verdict }: Word,
  now: number,
): Pick<Verdict, 'status' | 'message'> {
  const said = `${name} ${verdict.status}, says ${entry.actor.name} at ${entry.at}: ${verdict.message}`;
  if (verdict.status !== 'passed') return { status: 'failed', message: said };
  if (validFor !== undefined && now - Date.parse(entry.at) > parseDuration(validFor))
    return { status: 'pending', message: `${name} passed at ${entry.at}, more than ${validFor} ago.` };
  return { status: 'passed', message: said };
}

/** Why there is no word that counts. */
function silenceOn(rule: PolicyVerdict, words: readonly Word[], inputs: RecordedInputs): string {
  const { pin } = inputs;
  const other = words.findLast((word) => isMeant(word.pin, inputs));
  if (other !== undefined)
    return `${rule.name} ${other.verdict.status}, says ${other.entry.actor.name}, who is in none of the teams ${rule.teams?.join(' and ')}.`;
  return words.some((word) => word.pin.version === pin.version)
    ? `${rule.name} was given of another content of version ${pin.version}, and not of ${pin.digest}.`
    : `Nobody has told the ledger how ${rule.name} judges version ${pin.version}.`;
}

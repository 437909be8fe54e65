// What the commands below `aigw promote` share.
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../lib/quantity.ts';
import type { Subject } from '../plan/ledger/entry.ts';

export const KINDS = ['model', 'prompt', 'config'] as const;

export function repoOption(): Option {
  return new Option('--repo <folder>', 'a folder of the config repo').default('.');
}

/** For flags that may repeat; one that is not given is not there. */
export function addTo<T>(read: (text: string) => T): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before = []) => [...before, read(text)];
}

export function subjectIn(text: string): Subject {
  const [word = '', ...rest] = text.split('/');
  const kind = KINDS.find((each) => each === word);
  const name = rest.join('/');
  if (kind === undefined || name === '')
    throw new InvalidArgumentError(`Say it as in model/NAME, prompt/NAME or config/KIND/NAME.`);
  return { kind, name };
}

export function positive(text: string): number {
  const number = natural(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('It is no whole number above 0.');
}

/** A whole number, 0 or more. */
export function natural(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is no whole number.');
}

/** At least a second, and at most a day, in milliseconds. */
export function intervalIn(text: string): number {
  const isDuration = /^[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d)$/.test(text);
  const milliseconds = isDuration ? parseDuration(text) : Number.NaN;
  if (milliseconds >= 1000 && milliseconds <= 86_400_000) return milliseconds;
  throw new InvalidArgumentError('Say it as in 5s or 2m; at least 1s.');
}

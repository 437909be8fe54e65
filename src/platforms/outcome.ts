// What the adapters of Git hosts do alike when a host refuses, or when nobody knows what it did. It knows no transport: the repository at hand needs none.
import { type Platform, PlatformTrouble } from '../ports/platform.ts';

/** The answer; undefined where what is asked for is not there. */
export async function found<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  return await refusedAs(asked, { 404: undefined });
}

/** The answer, or what a refusal by a status stands for. */
export async function refusedAs<Value, Other>(
  asked: Promise<Value>,
  others: Readonly<Record<number, Other>>,
): Promise<Value | Other> {
  try {
    return await asked;
  } catch (error) {
    const trouble = unwrapped(error);
    if (trouble instanceof PlatformTrouble && trouble.status !== undefined && trouble.status in others)
      return others[trouble.status] as Other;
    throw trouble;
  }
}

/**
 * Makes what is not there yet. Where the host refuses, or nobody knows whether it did it, looks whether it is there after all: somebody else may
 * have been faster, or the answer was lost. @param look gives undefined where it is not.
 */
export async function madeOnce<Value>(
  make: () => Promise<Value>,
  look: () => Promise<Value | undefined>,
): Promise<Value> {
  try {
    return await make();
  } catch (error) {
    const trouble = unwrapped(error);
    if (!(trouble instanceof PlatformTrouble) || ['refused', 'limited'].includes(trouble.kind)) throw trouble;
    const there = await look();
    if (there === undefined) throw trouble;
    return there;
  }
}

/** A body with its marker. Rejects one that the host would not take. @param most characters. */
export function markedBody(body: string, marker: string, most: number): string {
  const whole = body.includes(marker) ? body : `${body}\n\n${marker}`;
  if ([...whole].length <= most) return whole;
  const message = `A text of ${[...whole].length} characters is longer than the ${most} that the host takes.`;
  throw new PlatformTrouble('unusable', message, 'Shorten it.');
}

/** Milliseconds since 1970 of a time that a host says by ISO 8601; undefined where it says none. */
export function momentOf(said: string | null | undefined): number | undefined {
  const moment = Date.parse(said ?? '');
  return Number.isNaN(moment) ? undefined : moment;
}

/** The conflict of a branch that is not where it was seen. */
export function movedBranch(branch: string): PlatformTrouble {
  const message = `Branch ${branch} is not where it was: somebody else pushed to it.`;
  return new PlatformTrouble('conflict', message, 'Look at what was pushed, and run again.');
}

/** Errors of the client hold requests; nobody sees them but as what was behind them. */
export function withPlainTroubles(platform: Platform): Platform {
  const calls = Object.entries(platform).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const call = value as (...args: readonly unknown[]) => Promise<unknown>;
    const plain = async (...args: readonly unknown[]) => {
      try {
        return await call(...args);
      } catch (error) {
        throw unwrapped(error);
      }
    };
    return [name, plain];
  });
  return Object.fromEntries(calls) as Platform;
}

/** The trouble that a client of a host wrapped into an error of its own, which may hold the token. */
export function unwrapped(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof PlatformTrouble) return each;
  return error;
}

import type { Messages } from '../ports/messages.ts';

/** What of a stream decides how text for people looks on it. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: (error?: Error | null) => void): boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to colour: --no-color and NO_COLOR (https://no-color.org) say no, FORCE_COLOR says yes (no for 0 and false),
 * else a terminal that is not dumb.
 */
export function colorWanted(stream: Stream, env: Environment, flag: boolean): boolean {
  if (!flag || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Cells of a line: the terminal's own, within reason, or 100 for files and logs. */
export function widthOf(stream: Stream): number {
  return Math.min(Math.max(stream.columns ?? 100, 40), 160);
}

/** Messages to a person on the error stream, one line each. */
export function messagesTo(stream: Stream, { quiet }: { readonly quiet: boolean }): Messages {
  const say = (text: string) => void stream.write(`aigw: ${text}\n`);
  return { note: quiet ? () => undefined : say, warn: say };
}

/**
 * Writes a text and waits until the system has it. A reader that has gone away (EPIPE) has seen enough; other errors
 * are answered.
 */
export function writeAll(stream: Stream, text: string): Promise<Error | undefined> {
  return new Promise((settle) => {
    stream.write(text, (error) => settle(error && !isGone(error) ? error : undefined));
  });
}

function isGone(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

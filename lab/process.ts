// Servers of the lab as processes: each in a group of its own, so that what it starts ends with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { protect } from './wards.ts';

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment beside PATH: nothing of the host's leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where its output goes. */
  readonly log: string;
  /** Whether it can serve; asked again and again until it says so. A rejection says no. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>;
  /** Milliseconds. */
  readonly readyWithin: number;
}

export interface RunningProcess {
  /** Also the id of its group. */
  readonly pid: number;
  readonly log: string;
  /** Ends the whole group; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until it serves. One that ends before, or takes too long, is an error that shows the end of its log. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const log = openSync(options.log, 'a');
  const child = spawn(options.command, options.args, {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', log, log],
    detached: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  closeSync(log);
  const release = protect({ folders: [], groups: child.pid === undefined ? [] : [child.pid] });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  const stop = async () => {
    // Its first process may end before those that it started; all of them get the same time.
    signalGroup(child, 'SIGTERM');
    await groupGone(child, 10_000);
    signalGroup(child, 'SIGKILL');
    await groupGone(child, 10_000);
    await ended;
    release();
  };
  const trouble = await Promise.race([ended, untilReady(options)]);
  if (trouble !== undefined) {
    await stop();
    throw new Error(`${options.command} did not come up: ${trouble}\n${tail(options.log)}`);
  }
  return { pid: child.pid ?? 0, log: options.log, stop };
}

/** Whether this address answers with a status of 2xx, for `isReady`. */
export function answersAt(url: string, headers: Readonly<Record<string, string>> = {}) {
  return async (signal: AbortSignal): Promise<boolean> => {
    const answer = await fetch(url, { headers, signal });
    await answer.body?.cancel();
    return answer.ok;
  };
}

/** Below the range from which Linux takes the ports of outgoing connections, so that none takes it before the server does. */
const PORTS = { first: 20_000, count: 12_000 };

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

/** Whether nobody listens on this port of the loopback interface. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function untilReady({ isReady, readyWithin }: ProcessOptions): Promise<string | undefined> {
  const deadline = Date.now() + readyWithin;
  let last = 'it said no';
  while (Date.now() < deadline) {
    try {
      if (await isReady(AbortSignal.timeout(2000))) return undefined;
    } catch (error) {
      last = error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error);
    }
    await sleep(100);
  }
  return `it could not serve within ${readyWithin / 1000} s (${last.trim()})`;
}

/** Waits until nobody is left in the group, but not longer than this many milliseconds. */
async function groupGone(child: ChildProcess, within: number): Promise<void> {
  const deadline = Date.now() + within;
  while (signalGroup(child, 0) && Date.now() < deadline) await sleep(20);
}

/** Whether there was anybody to signal. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').split('\n').slice(-40).join('\n');
}

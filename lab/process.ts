// Servers of the lab as processes: each in a group of its own, so that what it starts ends with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly log: string;
  /** Answers 2xx as soon as the server can serve. */
  readonly readyUrl: string;
  readonly readyWithin: number;
}

export interface RunningProcess {
  readonly pid: number;
  readonly log: string;
  /** Ends the whole group; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until it serves. A server that ends before, or takes too long, is an error that shows the end of its log. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const log = openSync(options.log, 'w');
  const child = spawn(options.command, options.args, {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  const onExit = () => signalGroup(child, 'SIGKILL');
  process.once('exit', onExit);
  const stop = async () => {
    signalGroup(child, 'SIGTERM');
    const gone = await Promise.race([ended.then(() => true), sleep(10_000, false, { ref: false })]);
    if (!gone) signalGroup(child, 'SIGKILL');
    await ended;
    signalGroup(child, 'SIGKILL');
    process.off('exit', onExit);
  };
  const trouble = await Promise.race([ended, untilReady(options)]);
  if (trouble !== undefined) {
    await stop();
    throw new Error(`${options.command} did not come up: ${trouble}\n${tail(options.log)}`);
  }
  return { pid: child.pid ?? 0, log: options.log, stop };
}

/** A port of the loopback interface that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilReady({ readyUrl, readyWithin }: ProcessOptions): Promise<string | undefined> {
  const deadline = Date.now() + readyWithin;
  while (Date.now() < deadline) {
    const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return undefined;
    await sleep(100);
  }
  return `${readyUrl} did not answer within ${readyWithin / 1000} s`;
}

/** The group may have ended by itself, which is as well. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').split('\n').slice(-40).join('\n');
}

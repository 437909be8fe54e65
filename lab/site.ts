// The place where a member of the lab runs: a folder for its data, and its processes. All of it goes when the site is closed, and also when
// the process that opened it dies, however it dies.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts';

/** What has to go when the process that started it is gone. */
export interface Ward {
  readonly folder: string;
  readonly groups: readonly number[];
}

/** What a member gives while it runs. */
export interface Running {
  /** Where its data and logs lie. */
  readonly folder: string;
  /** Ends everything and removes the folder; resolves when both are gone. */
  readonly stop: () => Promise<void>;
}

export interface Site {
  readonly folder: string;
  /** Starts a server here; its log is NAME.log in the folder. */
  readonly start: (name: string, options: Omit<ProcessOptions, 'log' | 'onSpawn'>) => Promise<RunningProcess>;
  /** Something else to end with the site: the last one first. */
  readonly alsoStop: (stop: () => Promise<void>) => void;
}

/** Opens a site, and closes it if what happens there fails. */
export async function runAt<Facts extends object>(
  name: string,
  begin: (site: Site) => Promise<Facts>,
): Promise<Facts & Running> {
  const folder = await mkdtemp(join(tmpdir(), `aigw-lab-${name}-`));
  const stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    forget(folder);
  });
  protect(folder);
  const start: Site['start'] = async (process, options) => {
    const running = await startProcess({
      ...options,
      log: join(folder, `${process}.log`),
      onSpawn: (group) => protect(folder, group),
    });
    stack.defer(running.stop);
    return running;
  };
  try {
    const facts = await begin({ folder, start, alsoStop: (stop) => stack.defer(stop) });
    return { ...facts, folder, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

const wards = new Map<string, Ward>();
let warden: Writable | undefined;

function protect(folder: string, ...groups: readonly number[]): void {
  wards.set(folder, { folder, groups: [...(wards.get(folder)?.groups ?? []), ...groups] });
  tell();
}

function forget(folder: string): void {
  wards.delete(folder);
  tell();
}

/** The warden reads the list from a pipe, whose end it sees when this process is gone. */
function tell(): void {
  warden ??= startWarden();
  warden.write(`${JSON.stringify([...wards.values()])}\n`);
}

function startWarden(): Writable {
  const program = join(import.meta.dirname, 'warden.ts');
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  const { stdin } = child;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return stdin;
}

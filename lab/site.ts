// The place where a member of the lab runs: a folder for its data, and its processes. All of it goes when the site is closed, and also when
// the process that opened it dies, however it dies.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts';
import { protect } from './wards.ts';

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
  readonly start: (name: string, options: Omit<ProcessOptions, 'log'>) => Promise<RunningProcess>;
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
  stack.adopt(protect({ folders: [folder], groups: [] }), async (release) => release());
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  const start: Site['start'] = async (process, options) => {
    // What it leaves in the folder for temporary files goes with the rest.
    const env = { TMPDIR: folder, ...options.env };
    const running = await startProcess({ ...options, env, log: join(folder, `${process}.log`) });
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

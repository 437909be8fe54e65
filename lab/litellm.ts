// LiteLLM's proxy as a member of the lab.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess } from './process.ts';
import { pythonEnvironment } from './python.ts';

export const LITELLM_VERSION = '1.106.2';

/** The key of whoever may do anything, in the lab. */
export const MASTER_KEY = 'sk-lab-0000000000000000';

export interface LitellmOptions {
  /** The text of its configuration file. */
  readonly config: string;
  /** Texts of further files in the same folder, by name. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningLitellm {
  readonly url: string;
  readonly log: string;
  readonly stop: () => Promise<void>;
}

/** Installs LiteLLM where it is not yet installed, and tells where its commands are. The first time takes a minute or two. */
export async function installLitellm(): Promise<string> {
  const requirements = join(import.meta.dirname, 'litellm.requirements.txt');
  return join(await pythonEnvironment(`litellm-${LITELLM_VERSION}`, requirements), 'bin');
}

/** Starts a proxy on loopback; it is up in some seconds. */
export async function startLitellm({ config, beside = {}, env }: LitellmOptions): Promise<RunningLitellm> {
  const bin = await installLitellm();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'aigw-litellm-'));
  const file = join(folder, 'config.yaml');
  await writeFile(file, config);
  for (const [name, text] of Object.entries(beside)) await writeFile(join(folder, name), text);
  const url = `http://127.0.0.1:${port}`;
  const running = await startProcess({
    command: join(bin, 'python'),
    args: [join(bin, 'litellm'), '--config', file, '--host', '127.0.0.1', '--port', String(port)],
    env: { HOME: folder, LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_MASTER_KEY: MASTER_KEY, ...env },
    log: join(folder, 'litellm.log'),
    readyUrl: `${url}/health/liveliness`,
    readyWithin: 90_000,
  });
  const stop = async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, log: running.log, stop };
}

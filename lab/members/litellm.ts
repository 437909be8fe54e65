// LiteLLM's proxy 1.106.2.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startUpstream } from '../fakes/upstream.ts';
import { PYTHON } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { pythonEnvironment, pythonVariables } from '../python.ts';
import { runAt } from '../site.ts';

export const LITELLM_VERSION = '1.106.2';

/** The key of whoever may do anything, in the lab. */
export const MASTER_KEY = 'sk-lab-0000000000000000';

export interface LitellmOptions {
  /** The text of its configuration file. */
  readonly config: string;
  /** Texts of further files in the same folder, by name. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningLitellm extends RunningMember {
  readonly url: string;
  readonly log: string;
}

/** Installs LiteLLM where it is not yet installed, and tells where its commands are. The first time takes a minute or two. */
export async function installLitellm(): Promise<string> {
  return join(await pythonEnvironment('litellm'), 'bin');
}

/** Starts a proxy; it is up in some seconds. */
export async function startLitellm({ config, beside = {}, env = {} }: LitellmOptions): Promise<RunningLitellm> {
  const bin = await installLitellm();
  return await runAt('litellm', async ({ folder, start }) => {
    const port = await freePort();
    const file = join(folder, 'config.yaml');
    await writeFile(file, config);
    for (const [name, text] of Object.entries(beside)) await writeFile(join(folder, name), text);
    const url = `http://127.0.0.1:${port}`;
    const { log } = await start('litellm', {
      command: join(bin, 'python'),
      args: [join(bin, 'litellm'), '--config', file, '--host', '127.0.0.1', '--port', String(port)],
      env: {
        HOME: folder,
        ...(await pythonVariables(folder)),
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        LITELLM_MASTER_KEY: MASTER_KEY,
        ...env,
      },
      isReady: answersAt(`${url}/health/liveliness`),
      readyWithin: 240_000,
    });
    return { url, log, variables: { LITELLM_URL: url, LITELLM_MASTER_KEY: MASTER_KEY } };
  });
}

/** A proxy with one model, `chat`, behind which is nothing but a stand-in. */
function startWithUpstream(): Promise<RunningMember> {
  return runAt('litellm-with-upstream', async ({ alsoStop }) => {
    const upstream = await startUpstream();
    alsoStop(upstream.stop);
    const litellm_params = { model: 'openai/gpt-5-mini', api_base: `${upstream.url}/v1`, api_key: 'none' };
    const config = JSON.stringify({ model_list: [{ model_name: 'chat', litellm_params }] });
    const { variables, stop } = await startLitellm({ config });
    alsoStop(stop);
    return { variables };
  });
}

export const member: Member = {
  group: 'gateways',
  about: `LiteLLM's proxy ${LITELLM_VERSION}, with one model 'chat'`,
  needs: [PYTHON],
  start: startWithUpstream,
  firstAnswer: async ({ variables }) => {
    const answer = await fetch(`${variables['LITELLM_URL']}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${variables['LITELLM_MASTER_KEY']}` },
      body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'hello' }] }),
    });
    return { answer: await answer.text(), expected: 'hello from gpt-5-mini' };
  },
};

// Portkey's gateway 1.15.2: its config comes with each request, in the header x-portkey-config.
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../cache.ts';
import { mustRun } from '../commands.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface RunningPortkey extends RunningMember {
  readonly url: string;
}

export async function startPortkey(): Promise<RunningPortkey> {
  const folder = await installPortkey();
  return await runAt('portkey', async ({ start }) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await start('portkey', {
      command: process.execPath,
      args: [
        '--import',
        join(source, 'loopback.mjs'),
        join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js'),
        '--headless',
        `--port=${port}`,
      ],
      isReady: answersAt(`${url}/`),
      readyWithin: 20_000,
    });
    return { url, variables: { PORTKEY_BASE_URL: `${url}/v1` } };
  });
}

const source = join(import.meta.dirname, '..', 'packages', 'portkey');

async function installPortkey(): Promise<string> {
  const files = ['package.json', 'package-lock.json'];
  const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
  return await installOnce('portkey', texts, async (draft) => {
    for (const file of files) await copyFile(join(source, file), join(draft, file));
    await mustRun('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: draft });
  });
}

export const member: Member = {
  group: 'gateways',
  about: "Portkey's gateway 1.15.2",
  needs: [],
  start: startPortkey,
  firstAnswer: async ({ variables }) => ({
    answer: await (await fetch(new URL('/', variables['PORTKEY_BASE_URL']))).text(),
    expected: 'Gateway',
  }),
};

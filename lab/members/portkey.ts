// Portkey's gateway 1.15.2: its config comes with each request, in the header x-portkey-config.
import { join } from 'node:path';
import type { Member, RunningMember } from '../member.ts';
import { npmPackages } from '../npm.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface RunningPortkey extends RunningMember {
  readonly url: string;
}

export async function startPortkey(): Promise<RunningPortkey> {
  const folder = await npmPackages('portkey');
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
      readyWithin: 60_000,
    });
    return { url, variables: { PORTKEY_BASE_URL: `${url}/v1` } };
  });
}

const source = join(import.meta.dirname, '..', 'packages', 'portkey');

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

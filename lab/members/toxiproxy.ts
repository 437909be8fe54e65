// Toxiproxy 2.12.0: breaks and slows TCP connections on demand, through its HTTP interface.
import { join } from 'node:path';
import { goPrograms } from '../go.ts';
import { GO } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface RunningToxiproxy extends RunningMember {
  /** Of its HTTP interface. */
  readonly url: string;
}

export async function startToxiproxy(): Promise<RunningToxiproxy> {
  const programs = { 'toxiproxy-server': 'github.com/Shopify/toxiproxy/v2/cmd/server' };
  const bin = await goPrograms({ name: 'toxiproxy', programs });
  return await runAt('toxiproxy', async ({ start }) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await start('toxiproxy', {
      command: join(bin, 'toxiproxy-server'),
      args: ['-host', '127.0.0.1', '-port', String(port)],
      isReady: answersAt(`${url}/version`),
      readyWithin: 60_000,
    });
    return { url, variables: { TOXIPROXY_URL: url } };
  });
}

export const member: Member = {
  group: 'hosts',
  about: 'Toxiproxy 2.12.0, faults on TCP',
  needs: [GO],
  start: startToxiproxy,
  firstAnswer: async ({ variables }) => ({
    answer: await (await fetch(`${variables['TOXIPROXY_URL']}/proxies`)).text(),
    expected: '{}',
  }),
};

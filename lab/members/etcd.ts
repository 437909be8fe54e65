// etcd, the database of an API server.
import { debianProgram } from '../debian.ts';
import { debian } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface RunningEtcd extends RunningMember {
  readonly url: string;
}

/**
 * Starts a server on the data in a folder, or on none; --unsafe-no-fsync (3.5) is not in Debian 12's 3.4, so it writes through. The folder, which
 * only its owner may look into, stays when it is stopped.
 */
export async function startEtcd(data?: string): Promise<RunningEtcd> {
  const { command, env } = await debianProgram({ program: 'etcd', packages: ['etcd-server'] });
  return await runAt('etcd', async ({ folder, start }) => {
    const [url, peers] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
    const settings = {
      'data-dir': data ?? `${folder}/data`,
      'listen-client-urls': url,
      'advertise-client-urls': url,
      'listen-peer-urls': peers,
      'initial-advertise-peer-urls': peers,
      'initial-cluster': `default=${peers}`,
      'quota-backend-bytes': String(4 * 1024 ** 3),
      logger: 'zap',
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    await start('etcd', { command, args, env, isReady: answersAt(`${url}/health`), readyWithin: 60_000 });
    return { url, variables: { ETCDCTL_ENDPOINTS: url } };
  });
}

export const member: Member = {
  group: 'cluster',
  about: "etcd of Debian's release",
  needs: [debian('etcd')],
  start: () => startEtcd(),
  firstAnswer: async ({ variables }) => ({
    answer: await (await fetch(`${variables['ETCDCTL_ENDPOINTS']}/version`)).text(),
    expected: 'etcdserver',
  }),
};

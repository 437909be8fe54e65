// Redis, where gateways keep shared limits and caches.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { debianProgram } from '../debian.ts';
import { debian } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface RunningRedis extends RunningMember {
  readonly port: number;
}

/** Starts an empty server that keeps nothing on disk. */
export async function startRedis(password = ''): Promise<RunningRedis> {
  // The server is a link to a program in redis-tools; the libraries are those that a plain Debian lacks.
  const packages = ['redis-server', 'redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1'];
  const { command, env } = await debianProgram({ program: 'redis-server', packages });
  return await runAt('redis', async ({ folder, start }) => {
    const port = await freePort();
    const settings = {
      bind: '127.0.0.1',
      port: String(port),
      dir: folder,
      save: '',
      appendonly: 'no',
      requirepass: password,
    };
    await start('redis', {
      command,
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      env,
      isReady: async () => /^(\+PONG|-NOAUTH)/.test(await askRedis(port, 'PING')),
      readyWithin: 60_000,
    });
    return {
      port,
      variables: { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port), REDIS_URL: `redis://127.0.0.1:${port}` },
    };
  });
}

/** One command in the protocol's plain form, and its answer of one line. */
export async function askRedis(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${command}\r\nQUIT\r\n`);
  return (await text(socket)).split('\r\n')[0] ?? '';
}

export const member: Member = {
  group: 'metrics',
  about: "Redis of Debian's release",
  needs: [debian('redis-server')],
  start: startRedis,
  firstAnswer: async ({ variables }) => ({
    answer: await askRedis(Number(variables['REDIS_PORT']), 'PING'),
    expected: 'PONG',
  }),
};

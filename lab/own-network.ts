// Servers whose ports are fixed, or that listen on every interface: each runs in a network namespace of its own, which has a loopback
// interface and nothing else. Bytes cross its border through sockets in the file system. In there, its folder is also the home of the one
// user that there is, whatever a program asks for it.

import { mkdir, writeFile } from 'node:fs/promises';
import { connect as connectTo, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { run } from './commands.ts';
import type { Need } from './host.ts';
import type { Site } from './site.ts';

export const OWN_NETWORK: Need = {
  what: 'a kernel that lets this user make network namespaces, with the programs unshare and ip',
  remedy: 'On Debian or Ubuntu: apt-get install util-linux iproute2; in a container, allow user namespaces',
  isMet: async () => (await run('unshare', [...UNSHARE, 'ip', 'link', 'set', 'lo', 'up'])).code === 0,
};

const UNSHARE = ['--user', '--map-root-user', '--net', '--mount'];

export interface Border {
  /** Ports in there that are to be reached from out here. */
  readonly published: readonly number[];
  /** Ports out here that are to be reached from in there, under the same numbers. */
  readonly reachable: readonly number[];
  /** Texts of files that are to be found in /etc in there, by their paths below it, and nowhere else. */
  readonly etc?: Readonly<Record<string, string>>;
}

export interface InnerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The port of the loopback interface out here for each published one. */
  readonly ports: ReadonlyMap<number, number>;
}

/** What the program at the border is told. */
export interface BorderPlan extends Border {
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Gives the command that runs this one in a network of its own, and opens this side of its border until the site closes. */
export async function inOwnNetwork(
  { folder, alsoStop }: Site,
  inner: { readonly command: string; readonly args: readonly string[] },
  border: Border,
): Promise<InnerCommand> {
  const ports = new Map<number, number>();
  for (const port of border.published) {
    const server = await relay({ host: '127.0.0.1', port: 0 }, { path: socketFor(folder, 'in', port) });
    alsoStop(() => closed(server));
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.set(port, address.port);
  }
  for (const port of border.reachable) {
    const server = await relay({ path: socketFor(folder, 'out', port) }, { host: '127.0.0.1', port });
    alsoStop(() => closed(server));
  }
  for (const [path, text] of Object.entries(border.etc ?? {})) {
    const file = join(overlayIn(folder).upper, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const plan: BorderPlan = { folder, command: inner.command, args: inner.args, ...border };
  const program = join(import.meta.dirname, 'border.ts');
  return { command: 'unshare', args: [...UNSHARE, process.execPath, program, JSON.stringify(plan)], ports };
}

/** The path of the socket through which bytes for a port go inwards or outwards. */
export function socketFor(folder: string, direction: 'in' | 'out', port: number): string {
  return join(folder, `${direction}-${port}.sock`);
}

/** Where that which is laid over /etc lies out here. */
export function overlayIn(folder: string): { readonly upper: string; readonly work: string } {
  return { upper: join(folder, 'etc', 'upper'), work: join(folder, 'etc', 'work') };
}

type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/** Listens at one place, and carries the bytes of each connection to and from another. */
export function relay(from: Place, to: Place): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connectTo({ ...to, allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.pipe(other);
      // Either side may break off at any time; then the other sees the same.
      one.once('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(from, () => resolve(server));
  });
}

/** Connections end with the processes at their ends, which are gone by then. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

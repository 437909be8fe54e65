// Who listens where, as Linux tells it in /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Listener {
  /** As an address with its port: 127.0.0.1:8080, [::]:8080. */
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** Where these processes listen for TCP. */
export function listenersOf(pids: readonly number[]): readonly Listener[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTENING && inodes.has(inode ?? ''))
      .map(([, local = '']) => listenerAt(local)),
  );
}

/** The processes in these groups that have not ended. */
export function processesOf(groups: readonly number[]): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => groups.includes(groupOf(pid)));
}

/** The group of a process; 0 when it has ended. */
function groupOf(pid: number): number {
  // After the program's name, which may hold anything and stands in parentheses: state, parent, group.
  const [state, , group] = (readOrEmpty(`/proc/${pid}/stat`).split(') ').at(-1) ?? '').split(' ');
  return state === 'Z' ? 0 : Number(group ?? 0);
}

const LISTENING = '0A';

function socketsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).flatMap((name) => {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOrEmpty(join(folder, name))) ?? [];
    return inode === undefined ? [] : [inode];
  });
}

/** Words of 32 bits, each in the byte order of the machine, which is little-endian wherever the lab runs. */
function listenerAt(local: string): Listener {
  const [host = '', hexPort = ''] = local.split(':');
  const port = Number.parseInt(hexPort, 16);
  const bytes = [...host.matchAll(/.{8}/g)].flatMap(([word]) => [...word.matchAll(/../g)].map(String).toReversed());
  if (bytes.length === 4) {
    const name = bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
    return { address: `${name}:${port}`, port, isLoopback: name.startsWith('127.') };
  }
  const name = bytes.join('').toLowerCase();
  return { address: `[${name}]:${port}`, port, isLoopback: /^0{31}1$|^0{20}ffff7f/.test(name) };
}

/** A process may end between two looks; then it has nothing to show. */
function readOrEmpty(file: string): string {
  return orWhenGone(() => readFileSync(file, 'utf8'), '');
}

function linkOrEmpty(path: string): string {
  return orWhenGone(() => readlinkSync(path), '');
}

function namesIn(folder: string): readonly string[] {
  return orWhenGone(() => readdirSync(folder), []);
}

function orWhenGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
}

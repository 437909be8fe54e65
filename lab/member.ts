// A member of the lab: a system that the lab can install, start and stop. A file in lab/members exports one as `member`.
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Need } from './host.ts';
import type { Running } from './site.ts';

/** The parts of the lab's tests, each of which can be run alone. */
export type Group = 'registry' | 'gateways' | 'cluster' | 'metrics' | 'hosts';

export interface RunningMember extends Running {
  /** What its clients need, as variables to export. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface Member {
  readonly group: Group;
  /** What it is, with its version, in a few words. */
  readonly about: string;
  readonly needs: readonly Need[];
  /** It takes gigabytes: two of it at a time are more than an ordinary machine has to spare. */
  readonly isLarge?: true;
  /** Starts it as a person would want it; installs it before, where it is not there yet. */
  readonly start: () => Promise<RunningMember>;
  /** A first question, as a client would ask it, and what the answer has to contain. */
  readonly firstAnswer: (running: RunningMember) => Promise<{ readonly answer: string; readonly expected: string }>;
}

/** All members by their names. */
export async function allMembers(): Promise<ReadonlyMap<string, Member>> {
  const folder = join(import.meta.dirname, 'members');
  const members = new Map<string, Member>();
  for (const file of globSync('*.ts', { cwd: folder }).toSorted()) {
    const { member } = (await import(join(folder, file))) as { readonly member: Member };
    members.set(basename(file, '.ts'), member);
  }
  return members;
}

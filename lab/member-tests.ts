// What every member of the lab has to do, asked of each.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unmetNeeds } from './host.ts';
import { allMembers, type Group, type RunningMember } from './member.ts';
import { isFree } from './process.ts';
import { listenersOf, processesOf } from './sockets.ts';
import { protectedWards } from './wards.ts';

/** Tests of each member of a group: it starts twice at once, side by side (a large one once), answers, listens on loopback only, and is gone after stop. */
export async function testMembers(group: Group): Promise<void> {
  const members = [...(await allMembers())].filter(([, member]) => member.group === group);
  describe.each(members)('%s', (_name, member) => {
    const running: RunningMember[] = [];
    beforeAll(async () => {
      expect(await unmetNeeds(member.needs)).toEqual([]);
      const starts = Array.from({ length: member.isLarge === true ? 1 : 2 }, () => member.start());
      for (const start of await Promise.allSettled(starts)) if (start.status === 'fulfilled') running.push(start.value);
      await Promise.all(starts);
    });
    afterAll(async () => {
      await Promise.all(running.map((each) => each.stop()));
    });

    test('answers, each time', async () => {
      const answers = await Promise.all(running.map((each) => member.firstAnswer(each)));
      expect(answers).not.toEqual([]);
      for (const { answer, expected } of answers) expect(answer).toContain(expected);
    });

    test('listens on loopback only', () => {
      // Sockets that lead into a network of a member's own belong to this process.
      const listeners = listenersOf([...processesOf(groupsOfAll()), process.pid]);
      expect(listeners).not.toEqual([]);
      expect(listeners.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
    });

    test('is gone after it was stopped', async () => {
      const [groups, folders] = [groupsOfAll(), protectedWards().flatMap((ward) => ward.folders)];
      const ports = listenersOf([...processesOf(groups), process.pid]).map(({ port }) => port);
      await Promise.all(running.map((each) => each.stop()));
      expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
      expect(processesOf(groups)).toEqual([]);
      const free = await Promise.all(ports.map(async (port) => [port, await isFree(port)] as const));
      expect(free.filter(([, isItFree]) => !isItFree)).toEqual([]);
    });
  });
}

function groupsOfAll(): readonly number[] {
  return protectedWards().flatMap(({ groups }) => groups);
}

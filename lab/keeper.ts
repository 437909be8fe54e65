// Holds one member of the lab until it is told to end: `node lab/keeper.ts NAME`.
import { setTimeout as sleep } from 'node:timers/promises';
import { writeState } from './keeper-state.ts';
import { allMembers } from './member.ts';
import { protectedWards } from './wards.ts';

const [name = ''] = process.argv.slice(2);
const member = (await allMembers()).get(name);
if (member === undefined) throw new Error(`There is no member ${name}.`);

const told = new AbortController();
let isUp = false;
// A member that is not up yet has nobody who would wait for it: the warden clears up what there is of it.
const end = () => (isUp ? told.abort() : process.exit(1));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);

const { variables, stop } = await member.start();
isUp = true;
const removeState = writeState({
  name,
  pid: process.pid,
  variables,
  folders: protectedWards().flatMap((ward) => ward.folders),
});
while (!told.signal.aborted) await sleep(2 ** 31 - 1, undefined, { signal: told.signal }).catch(() => undefined);
removeState();
await stop();

// `npm run lab -- up NAME… | down | status | env | logs NAME`: members of the lab for people, until they say `down`.
import { spawn } from 'node:child_process';
import { closeSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './cache.ts';
import { unmetNeeds } from './host.ts';
import { readStates, type State, stateFolder } from './keeper-state.ts';
import { allMembers, type Member } from './member.ts';

const USAGE = `npm run lab -- up NAME…    starts members, and prints the variables to export
npm run lab -- down         stops everything that was started so
npm run lab -- status       what runs, and what there is
npm run lab -- env          the variables to export again
npm run lab -- logs NAME    what a member wrote
`;

/** The exit code: 0 done, 1 not done, 2 asked wrongly. */
async function main([command, ...names]: readonly string[]): Promise<number> {
  const members = await allMembers();
  const unknown = names.filter((name) => !members.has(name));
  if (unknown.length > 0)
    return fail(`There is no ${unknown.join(', ')}. Members: ${[...members.keys()].join(', ')}.`, 2);
  if (command === 'up' && names.length > 0) return await up(names, members);
  if (command === 'down' && names.length === 0) return await down();
  if (command === 'status' && names.length === 0) return status(members);
  if (command === 'env' && names.length === 0) return printVariables(readStates());
  if (command === 'logs' && names[0] !== undefined && names.length === 1) return logs(names[0]);
  return fail(USAGE, 2);
}

/** Each member gets a keeper of its own, a process that holds it; they start one after the other, since most of them use every core. */
async function up(names: readonly string[], members: ReadonlyMap<string, Member>): Promise<number> {
  const unmet = await unmetNeeds(names.flatMap((name) => members.get(name)?.needs ?? []));
  if (unmet.length > 0) return fail(unmet.join('\n'), 1);
  for (const name of new Set(names)) {
    if (readStates().some((state) => state.name === name)) continue;
    process.stderr.write(`Starting ${name}: ${members.get(name)?.about}. The first time takes minutes.\n`);
    const trouble = await startKeeper(name);
    if (trouble !== undefined) return fail(`${name} did not start:\n${trouble}`, 1);
  }
  return printVariables(readStates().filter((state) => names.includes(state.name)));
}

/** What went wrong; undefined when the member runs. */
async function startKeeper(name: string): Promise<string | undefined> {
  mkdirSync(stateFolder(), { recursive: true });
  const log = join(stateFolder(), `${name}.log`);
  const output = openSync(log, 'w');
  const program = join(import.meta.dirname, 'keeper.ts');
  const keeper = spawn(process.execPath, [program, name], { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const interrupt = () => keeper.kill();
  process.once('SIGINT', interrupt);
  const ended = new Promise<boolean>((resolve) => keeper.once('exit', () => resolve(true)));
  for (;;) {
    if (readStates().some((state) => state.pid === keeper.pid)) break;
    if (await Promise.race([ended, sleep(200, false)])) return readFileSync(log, 'utf8');
  }
  process.off('SIGINT', interrupt);
  keeper.unref();
  return undefined;
}

async function down(): Promise<number> {
  const states = readStates();
  for (const { pid } of states) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + 60_000;
  while (states.some(({ pid }) => isAlive(pid)) && Date.now() < deadline) await sleep(100);
  const left = states.filter(({ pid }) => isAlive(pid));
  if (left.length > 0)
    return fail(left.map(({ name, pid }) => `${name} (process ${pid}) has not ended.`).join('\n'), 1);
  rmSync(stateFolder(), { recursive: true, force: true });
  process.stdout.write(
    states.length === 0 ? 'Nothing runs.\n' : `Stopped ${states.map(({ name }) => name).join(', ')}.\n`,
  );
  return 0;
}

function status(members: ReadonlyMap<string, Member>): number {
  const running = new Map(readStates().map((state) => [state.name, state]));
  const width = Math.max(...[...members.keys()].map((name) => name.length));
  for (const [name, { about }] of members)
    process.stdout.write(`${running.has(name) ? 'up  ' : '-   '} ${name.padEnd(width)}  ${about}\n`);
  return 0;
}

/** In the form that a shell takes: eval "$(npm run --silent lab -- env)". */
function printVariables(states: readonly State[]): number {
  for (const { variables } of states) {
    for (const [name, value] of Object.entries(variables))
      process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  }
  return 0;
}

function logs(name: string): number {
  const state = readStates().find((each) => each.name === name);
  if (state === undefined) return fail(`${name} does not run: npm run lab -- up ${name}`, 1);
  for (const folder of state.folders)
    for (const file of globSync('*.log', { cwd: folder }).toSorted())
      process.stdout.write(`== ${join(folder, file)}\n${readFileSync(join(folder, file), 'utf8')}\n`);
  return 0;
}

function fail(message: string, code: number): number {
  process.stderr.write(`${message.trimEnd()}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2));

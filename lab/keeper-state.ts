// What runs for people: a file for each keeper, which it writes when its member serves and takes away at its end.
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, isAlive } from './cache.ts';

export interface State {
  /** Of the member. */
  readonly name: string;
  /** Of the keeper. */
  readonly pid: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Where its logs lie. */
  readonly folders: readonly string[];
}

/** Where keepers tell of themselves; AIGW_LAB_STATE names another place, for a lab beside the user's own. */
export function stateFolder(): string {
  return process.env['AIGW_LAB_STATE'] ?? join(cacheFolder(), 'up');
}

/** Those whose keepers live; the files of others are left behind by a keeper that was killed, and go. */
export function readStates(): readonly State[] {
  return globSync(join(stateFolder(), '*.json'))
    .toSorted()
    .flatMap((file) => {
      const state = JSON.parse(readFileSync(file, 'utf8')) as State;
      if (isAlive(state.pid)) return [state];
      rmSync(file, { force: true });
      return [];
    });
}

/** Appears whole; gives how to take it away. */
export function writeState(state: State): () => void {
  mkdirSync(stateFolder(), { recursive: true });
  const file = join(stateFolder(), `${state.name}.json`);
  writeFileSync(`${file}.draft`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
  return () => rmSync(file, { force: true });
}

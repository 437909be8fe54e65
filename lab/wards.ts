// What has to go when this process is gone, however it went: told to a warden, a small process that outlives this one by a moment.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

export interface Ward {
  /** Folders to remove. */
  readonly folders: readonly string[];
  /** Process groups to end. */
  readonly groups: readonly number[];
}

const wards = new Set<Ward>();
let warden: Writable | undefined;

/** From now on the warden knows of it, until the function that this gives is called. */
export function protect(ward: Ward): () => void {
  wards.add(ward);
  tell();
  return () => {
    wards.delete(ward);
    tell();
  };
}

/** Everything that is under protection now. */
export function protectedWards(): readonly Ward[] {
  return [...wards];
}

/** The warden reads the list from a pipe, whose end it sees when this process is gone. */
function tell(): void {
  warden ??= startWarden();
  warden.write(`${JSON.stringify([...wards])}\n`);
}

function startWarden(): Writable {
  const program = join(import.meta.dirname, 'warden.ts');
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  const { stdin } = child;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return stdin;
}

// What a host keeps beside files, kept in Git: each record is JSON, the message of the commit at a ref of ours, and each change of it another commit.
import { type Json, parseJson } from '../../lib/json.ts';
import { PlatformTrouble } from '../../ports/platform.ts';
import { addCommit } from './files.ts';
import { emptyTree, type Git, gitTrouble } from './git.ts';
import { isRefName, refsAt } from './refs.ts';

/** How often a change is made anew because others were faster. */
const TRIES = 20;

interface Kept<Value> {
  /** The commit. */
  readonly at: string;
  readonly value: Value;
}

/** Reads a record; undefined where the JSON is none. */
export type Reader<Value> = (json: Json) => Value | undefined;

/** The records below a ref, or of that ref, by their refs. */
export async function recordsAt<Value>(
  git: Git,
  name: string,
  read: Reader<Value>,
): Promise<ReadonlyMap<string, Kept<Value>>> {
  const records = new Map<string, Kept<Value>>();
  if (!isRefName(name)) return records;
  const format = '%(refname)%00%(objectname)%00%(contents)%00';
  const parts = (await git.print(['for-each-ref', `--format=${format}`, name])).split('\0');
  for (let index = 0; index + 2 < parts.length; index += 3) {
    const [ref, at, text] = [(parts[index] ?? '').trim(), parts[index + 1] ?? '', parts[index + 2] ?? ''];
    const json = parseJson(text);
    const value = json === undefined ? undefined : read(json);
    if (value === undefined)
      throw new PlatformTrouble('unusable', `${ref} holds no record of aigw.`, `Look at git log ${ref}.`);
    records.set(ref, { at, value });
  }
  return records;
}

/** Puts a record in the place of another, or of none; false where somebody else was faster. */
export async function replace(git: Git, ref: string, before: string | undefined, value: object): Promise<boolean> {
  const message = JSON.stringify(value, null, 2);
  const commit = await addCommit(git, await emptyTree(git), before === undefined ? [] : [before], message);
  const answer = await git.moveRef(ref, before, commit);
  if (answer.code === 0) return true;
  const now = (await refsAt(git, ref)).get(ref);
  if (now === commit) return true;
  if (now !== before || /File exists/.test(answer.said)) return false;
  throw gitTrouble('update-ref', answer);
}

/** Changes a record for as long as others are faster. @param edit gives undefined where nothing is to be changed. */
export async function change<Value extends object>(
  git: Git,
  ref: string,
  read: Reader<Value>,
  edit: (before: Value | undefined) => Value | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = (await recordsAt(git, ref, read)).get(ref);
    const after = edit(before?.value);
    if (after === undefined || (await replace(git, ref, before?.at, after))) return;
  }
  throw new PlatformTrouble('conflict', `${ref} is changed by others all the time.`, 'Run again.');
}

// Files and commits, made of objects beside the user's own index.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChangeSet, PlatformTrouble } from '../../ports/platform.ts';
import { movedBranch } from '../outcome.ts';
import { type Git, gitTrouble } from './git.ts';
import { branchCommit, checkBranchName, commitAt, moveBranch } from './refs.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Now, by Git's clock, in milliseconds since 1970. */
  readonly at: number;
}

/** Who commits, by Git's settings. */
export async function whoCommits(git: Git): Promise<Person> {
  const ident = await git.print(['var', 'GIT_COMMITTER_IDENT']);
  const [, name = '', email = '', seconds = ''] = /^(.*) <(.*)> (\d+) [+-]\d{4}\n$/.exec(ident) ?? [];
  return { name, email, at: Number(seconds) * 1000 };
}

export async function textAt(git: Git, ref: string, path: string): Promise<string | undefined> {
  const commit = await commitAt(git, ref);
  if (commit === undefined) return undefined;
  const entries = await git.print(['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const entry = entries.split('\0').find((each) => each.slice(each.indexOf('\t') + 1) === path);
  const [mode, , object = ''] = entry?.split(/[ \t]/) ?? [];
  if (mode === undefined) return undefined;
  if (!isFile(mode)) throw noFile(path);
  return await git.print(['cat-file', 'blob', object]);
}

export async function publish(git: Git, change: ChangeSet): Promise<string | undefined> {
  const { branch, onto, base, message, files } = change;
  await checkBranchName(git, branch);
  if ((await branchCommit(git, branch)) !== onto) throw movedBranch(branch);
  const parent = onto ?? (await branchCommit(git, base));
  if (parent === undefined) throw new PlatformTrouble('missing', `There is no branch ${base}.`, 'Name another branch.');
  await whoCommits(git);
  const tree = await treeWith(git, parent, files);
  if (tree === (await git.print(['rev-parse', `${parent}^{tree}`])).trim()) return undefined;
  const commit = await addCommit(git, tree, [parent], message);
  if (await moveBranch(git, branch, onto, commit)) return commit;
  throw movedBranch(branch);
}

export async function addCommit(git: Git, tree: string, parents: readonly string[], message: string): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return (await git.print(args, { input: message })).trim();
}

export async function addBlob(git: Git, text: string): Promise<string> {
  return (await git.print(['hash-object', '-w', '--stdin'], { input: text })).trim();
}

/** A commit's tree with files set or removed; those that are there keep their modes. */
async function treeWith(git: Git, parent: string, files: ChangeSet['files']): Promise<string> {
  const listed = (await git.print(['ls-tree', '-r', '-z', '--full-tree', parent])).split('\0');
  const modes = new Map(listed.map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, 6)]));
  const lines: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const mode = modes.get(path);
    if (text === null && mode === undefined) continue;
    checkPlace(path, modes);
    const [kept, object] = text === null ? ['0', '0'.repeat(parent.length)] : [mode ?? FILE, await addBlob(git, text)];
    lines.push(`${kept} ${object}\t${path}\0`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'aigw-index-'));
  try {
    const index = join(folder, 'index');
    await git.print(['read-tree', parent], { index });
    const added = await git.ask(['update-index', '-z', '--index-info'], { index, input: lines.join('') });
    // Of a path such as `.git/config` or `../a`, Git says that it ignores it, and goes on.
    const ignored = /^Ignoring path (.*)$/m.exec(added.said)?.[1];
    if (ignored !== undefined) throw noFile(ignored);
    if (added.code !== 0) throw gitTrouble('update-index', added);
    return (await git.print(['write-tree'], { index })).trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Rejects a path at which there cannot be a file, or is something else, which Git would put aside for one. */
function checkPlace(path: string, modes: ReadonlyMap<string, string>): void {
  const mode = modes.get(path);
  const names = path.split('/');
  const above = names.slice(1).map((_, count) => names.slice(0, count + 1).join('/'));
  const isFolder = mode === undefined && [...modes.keys()].some((other) => other.startsWith(`${path}/`));
  if (isFolder || path.includes('\0') || above.some((each) => modes.has(each)) || !isFile(mode ?? FILE))
    throw noFile(path);
}

const FILE = '100644';

function isFile(mode: string): boolean {
  return mode === FILE || mode === '100755';
}

function noFile(path: string): PlatformTrouble {
  return new PlatformTrouble('unusable', `${path} is no file, and cannot be one.`, 'Name another file.');
}

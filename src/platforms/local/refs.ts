// Branches: where they stand, and how they move without losing anything of anybody.
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformTrouble } from '../../ports/platform.ts';
import { emptyTree, type Git, type GitAnswer, gitTrouble, isForWantOfRoom } from './git.ts';

/** Objects of the refs below a name, or of the ref of that name. */
export async function refsAt(git: Git, name: string): Promise<ReadonlyMap<string, string>> {
  if (!isRefName(name)) return new Map();
  const lines = (await git.print(['for-each-ref', '--format=%(objectname) %(refname)', name])).split('\n');
  return new Map(lines.filter(Boolean).map((line) => [line.slice(line.indexOf(' ') + 1), line.split(' ')[0] ?? '']));
}

/** Whether Git would not take a name for a pattern of names. */
export function isRefName(name: string): boolean {
  return !/[\s*?[\\]/.test(name);
}

export async function branchCommit(git: Git, branch: string): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  return (await refsAt(git, ref)).get(ref);
}

/** The commit that a branch, or its own name, means. */
export async function commitAt(git: Git, ref: string): Promise<string | undefined> {
  const ofBranch = await branchCommit(git, ref);
  if (ofBranch !== undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)) return ofBranch;
  const { code, printed } = await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  return code === 0 ? printed.trim() : undefined;
}

export async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  const answer = await git.ask(['merge-base', '--is-ancestor', older, newer]);
  if (answer.code > 1) throw gitTrouble('merge-base', answer);
  return answer.code === 0;
}

/** Rejects a name that Git would not take for a branch, or would take for an option. */
export async function checkBranchName(git: Git, branch: string): Promise<void> {
  const { code } = branch.startsWith('-') ? { code: 1 } : await git.ask(['check-ref-format', `refs/heads/${branch}`]);
  if (code === 0) return;
  throw new PlatformTrouble('unusable', `${branch} is no name of a branch.`, 'Name it otherwise.');
}

/**
 * Moves a branch, and brings what changes up to date wherever it is checked out; false where it is not where it was seen. Rejects, and does nothing,
 * where that would overwrite what somebody changed.
 */
export async function moveBranch(git: Git, branch: string, from: string | undefined, to: string): Promise<boolean> {
  const trees = (await checkedOutIn(git, branch)).map((folder) => git.at(folder));
  const before = from ?? (await emptyTree(git));
  const answer = await git.moveRef(`refs/heads/${branch}`, from, to, async () => {
    for (const tree of trees) await checkOut(tree, before, to, 'try');
    for (const tree of trees) await checkOut(tree, before, to, 'do');
  });
  if (answer.code === 0) return true;
  const now = await branchCommit(git, branch);
  if (now === to) return true;
  if (now !== from) return false;
  throw gitTrouble('update-ref', answer);
}

/** Folders of the work trees in which a branch is checked out, and which are there. */
async function checkedOutIn(git: Git, branch: string): Promise<readonly string[]> {
  const printed = await git.print(['worktree', 'list', '--porcelain', '-z']);
  return printed.split('\0\0').flatMap((entry) => {
    const lines = entry.split('\0');
    const isThere = !lines.some((line) => line === 'bare' || line.startsWith('prunable'));
    return isThere && lines.includes(`branch refs/heads/${branch}`) ? [(lines[0] ?? '').replace('worktree ', '')] : [];
  });
}

/** As `git checkout` would, but Git (2.39) thinks nothing of overwriting files that are ignored. */
async function checkOut(git: Git, before: string, after: string, how: 'try' | 'do'): Promise<void> {
  if (how === 'try') {
    const inTheWay = await untrackedInTheWay(git, before, after);
    if (inTheWay !== undefined) throw localChange(git.folder, inTheWay);
    // What was touched and not changed does not count as changed.
    await git.ask(['update-index', '-q', '--refresh']);
  }
  const answer = await git.ask(['read-tree', '-m', '-u', ...(how === 'try' ? ['--dry-run'] : []), before, after]);
  if (answer.code === 0) return;
  if (how === 'do' && isForWantOfRoom(answer)) await putBack(git, before, after);
  throw localChangeIn(git.folder, answer);
}

/** Git (2.39) leaves half of a file that it has no room for. All of them were as in the index. */
async function putBack(git: Git, before: string, after: string): Promise<void> {
  const differing = (filter: string) =>
    git.print(['diff-tree', '-r', '-z', '--no-renames', '--name-only', `--diff-filter=${filter}`, before, after]);
  for (const path of (await differing('A')).split('\0').filter(Boolean))
    await rm(join(git.folder, path), { force: true });
  await git.print(['checkout-index', '--force', '-z', '--stdin'], { input: await differing('a') });
}

async function untrackedInTheWay(git: Git, before: string, after: string): Promise<string | undefined> {
  const added = await git.print(['diff-tree', '-r', '-z', '--name-only', '--diff-filter=A', before, after]);
  for (const path of added.split('\0').filter(Boolean)) {
    const place = await placeInTheWay(git.folder, path);
    if (place !== undefined && (await git.print(['ls-files', '-z', '--', place])) === '') return place;
  }
  return undefined;
}

/** What stands where a file is to be, or in place of a folder above it. */
async function placeInTheWay(folder: string, path: string): Promise<string | undefined> {
  const names = path.split('/');
  for (let count = 1; count <= names.length; count++) {
    const place = names.slice(0, count).join('/');
    const facts = await lstat(join(folder, place)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (facts === undefined) return undefined;
    if (count === names.length || !facts.isDirectory()) return place;
  }
  return undefined;
}

function localChangeIn(folder: string, answer: GitAnswer): PlatformTrouble {
  const path = /'(.+?)'.*(?:uptodate|overwritten|removed)/.exec(answer.said)?.[1];
  if (path !== undefined) return localChange(folder, path);
  const { kind, message, help } = gitTrouble('read-tree', answer);
  // A merge that somebody is in the middle of, or another program that changes the index just now.
  return new PlatformTrouble(kind === 'unusable' ? 'conflict' : kind, message, help);
}

function localChange(folder: string, path: string): PlatformTrouble {
  const message = `${path} in ${folder} was changed and not committed, and would be overwritten.`;
  return new PlatformTrouble(
    'conflict',
    message,
    'Commit the change, or put it aside by `git stash -u`; then run again.',
  );
}

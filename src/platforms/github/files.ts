// Files and commits by GitHub's Git database, whose refs move only forward unless one asks otherwise.
import type { Octokit, RestEndpointMethodTypes } from '@octokit/rest';
import type { ChangeSet } from '../../ports/platform.ts';
import { PlatformTrouble } from '../../ports/platform.ts';
import { found, madeOnce, movedBranch, refusedAs } from '../outcome.ts';
import { FILE, fileModeAt } from '../places.ts';

type Entry = NonNullable<RestEndpointMethodTypes['git']['createTree']['parameters']>['tree'][number];

export interface Repo {
  readonly owner: string;
  readonly repo: string;
}

export async function branchCommit(client: Octokit, at: Repo, branch: string): Promise<string | undefined> {
  const answer = await found(client.git.getRef({ ...at, ref: `heads/${branch}` }));
  return answer?.data.object.sha;
}

export async function textAt(client: Octokit, at: Repo, ref: string, path: string): Promise<string | undefined> {
  const data = (await found(client.repos.getContent({ ...at, ref, path })))?.data;
  if (data === undefined) return undefined;
  if (!Array.isArray(data) && data.type === 'file' && 'content' in data && data.encoding === 'base64')
    return Buffer.from(data.content, 'base64').toString('utf8');
  throw new PlatformTrouble('unusable', `${path} at ${ref} is no file of at most 1 MiB.`, 'Name another file.');
}

export async function publish(client: Octokit, at: Repo, change: ChangeSet): Promise<string | undefined> {
  const { branch, onto, base } = change;
  if ((await branchCommit(client, at, branch)) !== onto) throw movedBranch(branch);
  const parent = onto ?? (await branchCommit(client, at, base));
  if (parent === undefined) throw new PlatformTrouble('missing', `There is no branch ${base}.`, 'Name another branch.');
  const commit = await commitOn(client, at, parent, change);
  if (commit === undefined) return undefined;
  const isThere = async () => ((await branchCommit(client, at, branch)) === commit ? commit : undefined);
  const move = async () => {
    if (onto === undefined) await client.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit });
    else await client.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit, force: false });
    return commit;
  };
  // 422 of a ref: it is there already, or this would be no fast forward.
  const moved = await refusedAs(madeOnce(move, isThere), { 422: undefined });
  if (moved !== undefined) return moved;
  if ((await branchCommit(client, at, branch)) !== onto) throw movedBranch(branch);
  throw new PlatformTrouble(
    'unusable',
    `GitHub does not take branch ${branch}.`,
    'Look at the rules of the repository.',
  );
}

/** A commit that no branch has yet; undefined where it would change nothing. */
async function commitOn(client: Octokit, at: Repo, parent: string, change: ChangeSet): Promise<string | undefined> {
  const { data: before } = await client.git.getCommit({ ...at, commit_sha: parent });
  const entryIn = entriesIn(client, at);
  const entries: Entry[] = [];
  for (const [path, content] of Object.entries(change.files)) {
    const mode = await fileModeAt({ root: before.tree.sha, path, isRemoved: content === null }, entryIn);
    const entry = { path, mode: mode ?? FILE, type: 'blob' } as const;
    if (content !== null) entries.push({ ...entry, content });
    // GitHub refuses to remove what is not there.
    else if (mode !== undefined) entries.push({ ...entry, sha: null });
  }
  if (entries.length === 0) return undefined;
  const { data: tree } = await client.git.createTree({ ...at, base_tree: before.tree.sha, tree: entries });
  if (tree.sha === before.tree.sha) return undefined;
  const content = { message: change.message, tree: tree.sha, parents: [parent] };
  return (await client.git.createCommit({ ...at, ...content })).data.sha;
}

/** Each folder is looked at by itself, and once: GitHub cuts the list of a whole tree. */
function entriesIn(client: Octokit, at: Repo) {
  const folders = new Map<string, ReturnType<typeof client.git.getTree>>();
  return async (tree_sha: string, name: string) => {
    const asked = folders.get(tree_sha) ?? client.git.getTree({ ...at, tree_sha });
    folders.set(tree_sha, asked);
    const { tree, truncated } = (await asked).data;
    const entry = tree.find(({ path }) => path === name);
    if (entry !== undefined) return { ...entry, folder: entry.sha };
    if (!truncated) return undefined;
    throw new PlatformTrouble('unusable', `The folder of ${name} is too large for GitHub to list.`, 'Divide it.');
  };
}

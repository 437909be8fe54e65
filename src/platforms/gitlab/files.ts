// Files and commits of GitLab, which makes a commit of actions in one call.
import type { CommitAction } from '@gitbeaker/rest';
import { type ChangeSet, PlatformTrouble } from '../../ports/platform.ts';
import { found, madeOnce, movedBranch } from '../outcome.ts';
import { fileModeAt } from '../places.ts';
import type { GitlabClient } from './client.ts';

export async function branchCommit(client: GitlabClient, project: string, branch: string): Promise<string | undefined> {
  return (await found(client.Branches.show(project, branch)))?.commit.id;
}

interface FileAt {
  readonly text: string;
  /** The commit that changed it last. */
  readonly changedBy: string;
}

export async function fileAt(
  client: GitlabClient,
  project: string,
  ref: string,
  path: string,
): Promise<FileAt | undefined> {
  const file = await found(client.RepositoryFiles.show(project, path, ref));
  return file && { text: Buffer.from(file.content, 'base64').toString('utf8'), changedBy: file.last_commit_id };
}

/**
 * GitLab puts a commit on top of wherever the branch stands by then. What others pushed stays, and where they changed the same files, the commits
 * that we name as those files' last make it refuse.
 */
export async function publish(client: GitlabClient, project: string, change: ChangeSet): Promise<string | undefined> {
  const { branch, onto, base, message } = change;
  if ((await branchCommit(client, project, branch)) !== onto) throw movedBranch(branch);
  const parent = onto ?? (await branchCommit(client, project, base));
  if (parent === undefined) throw new PlatformTrouble('missing', `There is no branch ${base}.`, 'Name another branch.');
  const actions = await actionsOf(client, project, parent, change);
  if (actions.length === 0) return undefined;
  const start = onto === undefined ? { startSha: parent } : {};
  const create = async () => (await client.Commits.create(project, branch, message, actions, { ...start })).id;
  // An answer may be lost: what is on the branch then is ours where it follows on what we saw, and leaves nothing of the change set to do.
  const look = async () => {
    const commit = (await found(client.Branches.show(project, branch)))?.commit;
    if (commit === undefined || commit.id === onto) return undefined;
    const isOurs =
      commit.parent_ids?.[0] === parent && (await actionsOf(client, project, commit.id, change)).length === 0;
    if (isOurs) return commit.id;
    throw movedBranch(branch);
  };
  return await madeOnce(create, look);
}

async function actionsOf(
  client: GitlabClient,
  project: string,
  parent: string,
  { files }: ChangeSet,
): Promise<CommitAction[]> {
  const actions: CommitAction[] = [];
  const entryIn = entriesIn(client, project, parent);
  for (const [filePath, content] of Object.entries(files)) {
    // GitLab keeps the mode of what it changes, and so would write a text into a link.
    const mode = await fileModeAt({ root: '', path: filePath, isRemoved: content === null }, entryIn);
    const before = mode && (await fileAt(client, project, parent, filePath));
    if (before === undefined) {
      if (content !== null) actions.push({ action: 'create', filePath, content });
    } else if (content === null) actions.push({ action: 'delete', filePath, lastCommitId: before.changedBy });
    else if (content !== before.text)
      actions.push({ action: 'update', filePath, content, lastCommitId: before.changedBy });
  }
  return actions;
}

/** Each folder is listed once. */
function entriesIn(client: GitlabClient, project: string, ref: string) {
  const list = async (path: string) =>
    (await found(client.Repositories.allRepositoryTrees(project, { ref, perPage: 100, ...(path && { path }) }))) ?? [];
  const folders = new Map<string, ReturnType<typeof list>>();
  return async (folder: string, name: string) => {
    const asked = folders.get(folder) ?? list(folder);
    folders.set(folder, asked);
    const entry = (await asked).find((each) => each.name === name);
    return entry && { mode: entry.mode, type: entry.type, folder: entry.path };
  };
}

// Change requests of the local repository, under refs/aigw/requests: with their comments and approvals.
import { isObject, type Json, valueAt } from '../../lib/json.ts';
import { type Approval, type ChangeRequest, PlatformTrouble, type RequestKey } from '../../ports/platform.ts';
import { addCommit, whoCommits } from './files.ts';
import { type Git, gitTrouble } from './git.ts';
import { change, recordsAt, replace } from './records.ts';
import { branchCommit, isAncestor, moveBranch } from './refs.ts';

const REQUESTS = 'refs/aigw/requests';

/** How often something is made anew because others were faster. */
const TRIES = 20;

interface RequestRecord {
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly target: string;
  /** E-mail addresses say who. */
  readonly author: string;
  /** What was merged; null as long as it is open. */
  readonly merged: string | null;
  readonly comments: readonly { readonly author: string; readonly body: string }[];
  readonly approvals: readonly { readonly login: string; readonly commit: string; readonly at: number }[];
}

function recordOf(json: Json): RequestRecord | undefined {
  const hasTexts = ['title', 'body', 'branch', 'target', 'author'].every(
    (name) => typeof valueAt(json, [name]) === 'string',
  );
  const hasLists = ['comments', 'approvals'].every((name) => Array.isArray(valueAt(json, [name])));
  const merged = valueAt(json, ['merged']);
  const isMerged = merged === null || typeof merged === 'string';
  return isObject(json) && hasTexts && hasLists && isMerged ? (json as unknown as RequestRecord) : undefined;
}

const refOf = (number: number) => `${REQUESTS}/${number}`;
const numberOf = (ref: string) => Number(ref.slice(REQUESTS.length + 1));

function requestOf(ref: string, { title, body }: RequestRecord, commit: string): ChangeRequest {
  return { number: numberOf(ref), url: ref, title, body, commit };
}

type Records = ReadonlyMap<string, { readonly value: RequestRecord }>;

export async function findRequest(
  git: Git,
  key: RequestKey,
  state: 'open' | 'merged',
): Promise<ChangeRequest | undefined> {
  const records = await recordsAt(git, REQUESTS, recordOf);
  const head = state === 'open' && records.size > 0 ? await branchCommit(git, key.branch) : undefined;
  return foundIn(records, key, state, head);
}

/** @param head where the branch stands, if it is there. */
function foundIn(
  records: Records,
  { branch, target, marker }: RequestKey,
  state: 'open' | 'merged',
  head: string | undefined,
): ChangeRequest | undefined {
  const found = [...records].flatMap(([ref, { value }]) => {
    const commit = state === 'open' ? head : (value.merged ?? undefined);
    const isIt = value.branch === branch && value.target === target && value.body.includes(marker);
    const isSo = (value.merged === null) === (state === 'open');
    return isIt && isSo && commit !== undefined ? [requestOf(ref, value, commit)] : [];
  });
  return found.toSorted((a, b) => b.number - a.number)[0];
}

export async function saveRequest(
  git: Git,
  key: RequestKey,
  fields: { readonly title: string; readonly body: string },
): Promise<ChangeRequest> {
  const { email: author } = await whoCommits(git);
  const { branch, target } = key;
  const [head] = await Promise.all([branch, target].map((name) => presentCommit(git, name)));
  const record = { ...fields, branch, target, author, merged: null, comments: [], approvals: [] };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const records = await recordsAt(git, REQUESTS, recordOf);
    const there = foundIn(records, key, 'open', head);
    if (there !== undefined) {
      await change(git, there.url, recordOf, (before) =>
        before === undefined || (before.title === fields.title && before.body === fields.body)
          ? undefined
          : { ...before, ...fields },
      );
      return { ...there, ...fields };
    }
    // Whoever makes the next number saw all that are before it: of several at once, one makes it, and the others find it.
    const last = Math.max(0, ...[...records.keys()].map(numberOf));
    await replace(git, refOf(last + 1), undefined, record satisfies RequestRecord);
  }
  throw new PlatformTrouble('conflict', 'Others make requests all the time.', 'Run again.');
}

async function presentCommit(git: Git, branch: string): Promise<string> {
  const commit = await branchCommit(git, branch);
  if (commit !== undefined) return commit;
  throw new PlatformTrouble('missing', `There is no branch ${branch}.`, 'Name another branch.');
}

async function recordAt(git: Git, number: number): Promise<RequestRecord> {
  const record = (await recordsAt(git, refOf(number), recordOf)).get(refOf(number));
  if (record === undefined) throw missing(number);
  return record.value;
}

function missing(number: number): PlatformTrouble {
  return new PlatformTrouble('missing', `There is no request ${number}.`, 'Look at git for-each-ref refs/aigw.');
}

export async function keepComment(git: Git, number: number, marker: string, body: string): Promise<void> {
  const { email } = await whoCommits(git);
  await change(git, refOf(number), recordOf, (before) => {
    if (before === undefined) throw missing(number);
    const isOwn = (each: { readonly author: string; readonly body: string }) =>
      each.author === email && each.body.includes(marker);
    const own = before.comments.find(isOwn);
    if (own?.body === body) return undefined;
    const comment = { author: email, body };
    const comments =
      own === undefined
        ? [...before.comments, comment]
        : before.comments.map((each) => (each === own ? comment : each));
    return { ...before, comments };
  });
}

export async function approvals(git: Git, number: number): Promise<readonly Approval[]> {
  return (await recordAt(git, number)).approvals;
}

export async function authors(git: Git, number: number): Promise<readonly string[]> {
  return [(await recordAt(git, number)).author];
}

/** Whoever asked for a change does not approve it. */
export async function approve(git: Git, number: number): Promise<void> {
  const { email: login, at } = await whoCommits(git);
  const { branch } = await recordAt(git, number);
  const commit = await branchCommit(git, branch);
  await change(git, refOf(number), recordOf, (before) => {
    if (before === undefined || commit === undefined || before.merged !== null) throw missing(number);
    if (before.author === login)
      throw new PlatformTrouble('refused', `${login} made request ${number}.`, 'Have somebody else approve it.');
    const others = before.approvals.filter((each) => each.login !== login);
    return { ...before, approvals: [...others, { login, commit, at }] };
  });
}

export async function merge(git: Git, number: number, commit: string): Promise<'merged' | 'not-ready' | 'moved'> {
  const record = await recordAt(git, number);
  if (record.merged !== null) return record.merged === commit ? 'merged' : 'moved';
  if ((await branchCommit(git, record.branch)) !== commit) return 'moved';
  const approvers = record.approvals.filter((each) => each.commit === commit);
  if (approvers.length < (await neededApprovals(git))) return 'not-ready';
  if (!(await bringIn(git, number, record, commit))) return 'not-ready';
  await change(git, refOf(number), recordOf, (before) => before && { ...before, merged: commit });
  return 'merged';
}

/** Has a target hold a commit; false where they conflict. */
async function bringIn(git: Git, number: number, { title, target }: RequestRecord, commit: string): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await presentCommit(git, target);
    if (await isAncestor(git, commit, before)) return true;
    const after = (await isAncestor(git, before, commit))
      ? commit
      : await mergeCommit(git, before, commit, `Merge request ${number}\n\n${title}`);
    if (after === undefined) return false;
    if (await moveBranch(git, target, before, after)) return true;
  }
  throw new PlatformTrouble('conflict', `Branch ${target} is moved by others all the time.`, 'Run again.');
}

/** Undefined where they conflict. */
async function mergeCommit(git: Git, target: string, commit: string, message: string): Promise<string | undefined> {
  const answer = await git.ask(['merge-tree', '--write-tree', target, commit]);
  if (answer.code === 1) return undefined;
  if (answer.code !== 0) throw gitTrouble('merge-tree', answer);
  return await addCommit(git, answer.printed.trim(), [target, commit], message);
}

/** The setting aigw.approvals: how many others must approve before anything is merged. */
async function neededApprovals(git: Git): Promise<number> {
  const answer = await git.ask(['config', '--type=int', '--get', 'aigw.approvals']);
  if (answer.code > 1) throw gitTrouble('config', answer);
  return answer.code === 1 ? 0 : Number(answer.printed);
}

// The Git repository at hand, as a host of itself.
import { basename, resolve } from 'node:path';
import { isObject, type Json } from '../../lib/json.ts';
import { type CommitStatus, type Platform, PlatformTrouble } from '../../ports/platform.ts';
import { markedBody } from '../outcome.ts';
import { publish, textAt, whoCommits } from './files.ts';
import { type Git, type GitOptions, gitIn } from './git.ts';
import { change } from './records.ts';
import { branchCommit, commitAt } from './refs.ts';
import { approvals, approve, authors, findRequest, keepComment, merge, saveRequest } from './requests.ts';

export interface LocalPlatform extends Platform {
  /** Whoever Git says commits approves of what a request would bring in now. Nobody checks who that is: it is a person's word among colleagues. */
  readonly approve: (request: number) => Promise<void>;
}

/** Characters of a body, as many as GitHub takes. */
const LONGEST_BODY = 65_536;

/** Of Git, from which on it merges without a work tree (`git merge-tree --write-tree`). */
const OLDEST = [2, 38] as const;

/**
 * Who asks is who Git says commits, by the e-mail address. Requests, with their comments and approvals, lie under refs/aigw/requests, statuses under
 * refs/aigw/statuses, and nothing lies outside Git. The setting `aigw.approvals` says how many others must approve before anything is merged.
 */
export function localPlatform(options: GitOptions): LocalPlatform {
  const git = gitIn(options);
  return {
    address: { kind: 'local', url: null, project: basename(resolve(options.folder)) },
    limits: () => limits(git),
    commitOf: (branch) => branchCommit(git, branch),
    readFile: (ref, path) => textAt(git, ref, path),
    publish: (changeSet) => publish(git, changeSet),
    findRequest: (key, state) => findRequest(git, key, state),
    saveRequest: async (key, title, body) =>
      saveRequest(git, key, { title, body: markedBody(body, key.marker, LONGEST_BODY) }),
    setStatus: (commit, status) => setStatus(git, commit, status),
    keepComment: async (number, marker, body) =>
      keepComment(git, number, marker, markedBody(body, marker, LONGEST_BODY)),
    approvals: (number) => approvals(git, number),
    authors: (number) => authors(git, number),
    merge: (number, commit) => merge(git, number, commit),
    approve: (number) => approve(git, number),
  };
}

async function limits(git: Git): Promise<readonly string[]> {
  const found: string[] = [];
  const trials = [
    async () => {
      const [, major, minor] = /(\d+)\.(\d+)/.exec(await git.print(['version'])) ?? [];
      const isOld = Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
      if (isOld) found.push(`Git ${major}.${minor} is older than ${OLDEST.join('.')}, and cannot merge for us.`);
    },
    () => git.print(['rev-parse', '--git-dir']),
    () => whoCommits(git),
  ];
  for (const trial of trials) {
    try {
      await trial();
    } catch (error) {
      if (!(error instanceof PlatformTrouble)) throw error;
      return [...found, `${error.message} ${error.help}`];
    }
  }
  return found;
}

interface StatusRecord {
  readonly statuses: readonly Json[];
}

function statusesOf(json: Json): StatusRecord | undefined {
  return isObject(json) && Array.isArray(json['statuses']) ? (json as unknown as StatusRecord) : undefined;
}

/** None is set twice. */
async function setStatus(git: Git, commit: string, status: CommitStatus): Promise<void> {
  await whoCommits(git);
  if ((await commitAt(git, commit)) !== commit)
    throw new PlatformTrouble('missing', `There is no commit ${commit}.`, 'Name the whole of its name.');
  const { context, state, description, url = null } = status;
  await change(git, `refs/aigw/statuses/${commit}`, statusesOf, (before) => {
    const statuses = before?.statuses ?? [];
    const last = statuses.filter(isObject).findLast((each) => each['context'] === context);
    const isSame = last?.['state'] === state && last['description'] === description;
    return isSame ? undefined : { statuses: [...statuses, { context, state, description, url }] };
  });
}

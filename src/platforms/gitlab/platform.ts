// GitLab, of the company's own or gitlab.com, by its REST API.
import type { CommitStatus, Platform } from '../../ports/platform.ts';
import { markedBody, refusedAs, withPlainTroubles } from '../outcome.ts';
import { type GitlabClient, type GitlabOptions, gitlabClient } from './client.ts';
import { branchCommit, fileAt, publish } from './files.ts';
import { approvals, authors, findRequest, keepComment, merge, saveRequest } from './requests.ts';

/** Characters of a description, of a note, and of a status. */
const [LONGEST_BODY, LONGEST_NOTE, LONGEST_DESCRIPTION] = [1_048_576, 1_000_000, 255];

/** How often a status is set where others are being set. */
const TRIES = 3;

/** The role `Developer`, from which on a member may push. */
const DEVELOPER = 30;

export function gitlabPlatform(options: GitlabOptions): Platform {
  const client = gitlabClient(options);
  const { project } = options;
  return withPlainTroubles({
    address: { kind: 'gitlab', url: options.url, project },
    limits: () => limits(client, options),
    commitOf: (branch) => branchCommit(client, project, branch),
    readFile: async (ref, path) => (await fileAt(client, project, ref, path))?.text,
    publish: (change) => publish(client, project, change),
    findRequest: (key, state) => findRequest(client, project, key, state),
    saveRequest: (key, title, body) =>
      saveRequest(client, project, key, { title, body: markedBody(body, key.marker, LONGEST_BODY) }),
    setStatus: (commit, status) => setStatus(client, project, commit, status),
    keepComment: (number, marker, body) =>
      keepComment(client, project, number, { marker, body: markedBody(body, marker, LONGEST_NOTE) }),
    approvals: (number) => approvals(client, project, number),
    authors: (number) => authors(client, project, number),
    merge: (number, commit) => merge(client, project, number, commit),
  });
}

async function limits(client: GitlabClient, { project }: GitlabOptions): Promise<readonly string[]> {
  const { permissions } = await client.Projects.show(project);
  const told = [permissions?.project_access, permissions?.group_access].flatMap((access) => access ?? []);
  // Of administrators, and of members by way of another group, it tells nothing.
  const isLess = told.length > 0 && told.every(({ access_level }) => access_level < DEVELOPER);
  // Not of a token that is nobody's personal one, such as OAuth's.
  const token = await refusedAs(client.PersonalAccessTokens.show(), { 401: undefined, 403: undefined, 404: undefined });
  return [
    ...(isLess ? [`Who asks is less than a developer of ${project}, and may not push.`] : []),
    ...(token?.scopes?.includes('api') === false ? ['The token lacks the scope api.'] : []),
  ];
}

/** None is set twice: GitLab refuses some steps of a status to itself, from running to running for one (400). */
async function setStatus(client: GitlabClient, project: string, commit: string, status: CommitStatus): Promise<void> {
  const { context: name, url } = status;
  const state = status.state === 'failure' ? 'failed' : status.state;
  const description = [...status.description].slice(0, LONGEST_DESCRIPTION).join('');
  const statuses = await client.Commits.allStatuses(project, commit, { name });
  const last = statuses.find((each) => each.name === name);
  if (last?.status === state && last.description === description) return;
  const target = url === undefined ? {} : { targetUrl: url };
  const set = () => client.Commits.editStatus(project, commit, state, { name, description, ...target });
  // Of two that are set at a time for a commit, GitLab (18) refuses one, whatever their names.
  for (let attempt = 1; attempt < TRIES; attempt++) {
    const outcome = await refusedAs(set(), { 409: 'again' } as const);
    if (outcome !== 'again') return;
  }
  await set();
}

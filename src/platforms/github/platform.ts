// GitHub, and servers of one's own (GitHub Enterprise), by its REST API.
import type { Platform } from '../../ports/platform.ts';
import { markedBody, withPlainTroubles } from '../outcome.ts';
import { type GithubOptions, githubClient } from './client.ts';
import { branchCommit, publish, textAt } from './files.ts';
import { approvals, findRequest, keepComment, merge, saveRequest } from './requests.ts';

/** Characters of a body, and of a status. */
const [LONGEST_BODY, LONGEST_DESCRIPTION] = [65_536, 140];

export function githubPlatform(options: GithubOptions): Platform {
  const client = githubClient(options);
  const at = { owner: options.owner, repo: options.repo };
  const platform: Platform = {
    address: { kind: 'github', url: options.url, project: `${at.owner}/${at.repo}` },
    limits: async () => {
      const { data } = await client.repos.get(at);
      return data.permissions?.push === true ? [] : [`Who asks may not push to ${data.full_name}.`];
    },
    commitOf: (branch) => branchCommit(client, at, branch),
    readFile: (ref, path) => textAt(client, at, ref, path),
    publish: (change) => publish(client, at, change),
    findRequest: (key, state) => findRequest(client, at, key, state),
    saveRequest: (key, title, body) =>
      saveRequest(client, at, key, { title, body: markedBody(body, key.marker, LONGEST_BODY) }),
    setStatus: async (sha, { context, state, description: whole, url }) => {
      const description = [...whole].slice(0, LONGEST_DESCRIPTION).join('');
      const target = url === undefined ? {} : { target_url: url };
      const status = { context, state, description, ...target };
      // GitHub takes 1,000 statuses of a commit and a context: none is set twice.
      const { data } = await client.repos.getCombinedStatusForRef({ ...at, ref: sha, per_page: 100 });
      const last = data.statuses.find((each) => each.context === context);
      if (last?.state === state && last.description === description) return;
      await client.repos.createCommitStatus({ ...at, sha, ...status });
    },
    keepComment: (number, marker, body) =>
      keepComment(client, { ...at, issue_number: number }, marker, markedBody(body, marker, LONGEST_BODY)),
    approvals: (number) => approvals(client, { ...at, pull_number: number }),
    merge: (number, commit) => merge(client, { ...at, pull_number: number }, commit),
  };
  return withPlainTroubles(platform);
}

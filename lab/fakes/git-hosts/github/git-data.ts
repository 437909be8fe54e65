// GitHub's Git database: blobs, trees, commits and refs, and files at a ref.
import { isObject, type JsonObject } from '../../../../src/lib/json.ts';
import { type ChangeRequest, headOf, type Project } from '../project.ts';
import type { FileChange } from '../repository.ts';
import { commitOf, refOf } from './answers.ts';
import { invalid, NOT_FOUND, type Route } from './route.ts';

/** GitHub gives no content of larger files here. */
const LARGEST_CONTENT = 1_048_576;

export const gitData: readonly Route[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/contents/{path*}',
    answer: ({ project: { repository, defaultBranch }, params, query }) => {
      const path = params['path'] ?? '';
      const file = repository.fileAt(query.get('ref') ?? defaultBranch, path);
      if (file === undefined) throw NOT_FOUND;
      const isLarge = file.content.length > LARGEST_CONTENT;
      // The encoded content has a line end after every 60 characters.
      const content = file.content.toString('base64').replaceAll(/.{1,60}/g, '$&\n');
      const name = path.slice(path.lastIndexOf('/') + 1);
      const said = isLarge ? { encoding: 'none', content: '' } : { encoding: 'base64', content };
      return { status: 200, body: { type: 'file', name, path, sha: file.sha, size: file.content.length, ...said } };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/git/ref/{ref*}',
    answer: ({ project: { repository }, params: { ref = '' } }) => {
      const commit = repository.commitOf(`refs/${ref}`);
      if (commit === undefined) throw NOT_FOUND;
      return { status: 200, body: refOf(ref, commit.sha) };
    },
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/git/refs',
    answer: ({ project: { repository }, body: { ref, sha } }) => {
      const branch = String(ref).replace('refs/heads/', '');
      if (repository.commitOf(String(sha)) === undefined) throw invalid('Object does not exist');
      if (!repository.moveBranch(branch, undefined, String(sha))) throw invalid('Reference already exists');
      return { status: 201, body: refOf(`heads/${branch}`, String(sha)) };
    },
  },
  {
    method: 'PATCH',
    path: '/repos/{owner}/{repo}/git/refs/{ref*}',
    answer: ({ project: { repository }, params: { ref = '' }, body: { sha, force } }) => {
      const [branch, to] = [ref.replace('heads/', ''), String(sha)];
      const before = repository.commitOf(`refs/heads/${branch}`)?.sha;
      if (before === undefined) throw invalid('Reference does not exist');
      if (!repository.holds(to)) throw invalid('Object does not exist');
      if (force !== true && !repository.isAncestor(before, to)) throw invalid('Update is not a fast forward');
      repository.moveBranch(branch, before, to);
      return { status: 200, body: refOf(ref, to) };
    },
  },
  {
    method: 'DELETE',
    path: '/repos/{owner}/{repo}/git/refs/{ref*}',
    answer: ({ project, params: { ref = '' } }) => {
      const branch = ref.replace('heads/', '');
      const before = project.repository.commitOf(`refs/heads/${branch}`)?.sha;
      if (before === undefined) throw invalid('Reference does not exist');
      for (const request of project.requests) closeWithout(project, request, branch);
      project.repository.moveBranch(branch, before, undefined);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/git/commits/{sha}',
    answer: ({ project: { repository }, params: { sha = '' } }) => {
      const commit = repository.holds(sha) ? repository.commitOf(sha) : undefined;
      if (commit === undefined) throw NOT_FOUND;
      return { status: 200, body: commitOf(commit) };
    },
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/git/blobs',
    answer: ({ project: { repository }, body: { content, encoding } }) => {
      const bytes = Buffer.from(String(content), encoding === 'base64' ? 'base64' : 'utf8');
      return { status: 201, body: { sha: repository.addBlob(bytes), url: '' } };
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/git/trees/{sha}',
    answer: ({ project: { repository, mostEntries }, params: { sha = '' } }) => {
      const entries = repository.entriesOf(sha);
      if (entries === undefined) throw NOT_FOUND;
      const tree = entries.slice(0, mostEntries).map((each) => ({ ...each }));
      return { status: 200, body: { sha, url: '', tree, truncated: entries.length > mostEntries } };
    },
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/git/trees',
    answer: ({ project: { repository }, body: { tree, base_tree: base } }) => {
      if (base !== undefined && !repository.holds(String(base))) throw NOT_FOUND;
      const entries = Array.isArray(tree) ? tree.filter(isObject) : [];
      const changes = entries.map((entry) => changeOf(entry, repository.addBlob));
      const lost = changes.find(({ blob }) => blob !== null && !repository.holds(blob));
      if (lost !== undefined) throw invalid(`tree.sha ${lost.blob} is not a valid blob`);
      const sha = repository.addTree(base === undefined ? undefined : String(base), changes);
      return { status: 201, body: { sha, url: '', tree: [], truncated: false } };
    },
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/git/commits',
    answer: ({ project: { repository }, token, body }) => {
      const parents = (Array.isArray(body['parents']) ? body['parents'] : []).map(String);
      const tree = String(body['tree']);
      if (!repository.holds(tree)) throw invalid('Tree SHA does not exist');
      if (parents.some((parent) => repository.commitOf(parent) === undefined))
        throw invalid('Parent SHA does not exist or is not a commit object');
      const { login } = token.account;
      const given = isObject(body['author']) ? body['author'] : {};
      const author = { name: String(given['name'] ?? login), email: String(given['email'] ?? `${login}@example.com`) };
      const sha = repository.addCommit({ tree, parents, message: String(body['message']), author });
      const commit = repository.commitOf(sha);
      if (commit === undefined) throw new Error(`commit ${sha} is not there`);
      return { status: 201, body: commitOf(commit) };
    },
  },
];

/** Requests of a branch that goes are closed. */
function closeWithout(project: Project, request: ChangeRequest, branch: string): void {
  if (request.state !== 'open' || request.fork !== undefined || request.source !== branch) return;
  headOf(project, request);
  request.state = 'closed';
}

function changeOf({ path, mode, sha, content }: JsonObject, addBlob: (content: Buffer) => string): FileChange {
  const blob = content === undefined ? (sha ?? null) : addBlob(Buffer.from(String(content)));
  return { path: String(path), blob: blob === null ? null : String(blob), mode: String(mode ?? '100644') };
}

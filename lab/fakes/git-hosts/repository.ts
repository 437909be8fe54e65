// A bare Git repository, as a host keeps it: real objects, made and read by Git itself. Whoever has the folder can clone it and push to it.
// Each call ends before the next begins, so that no two requests of a host meet halfway.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface FileFacts {
  /** Of the blob. */
  readonly sha: string;
  /** `100644`, `100755` for one that can be run, `120000` for a link. */
  readonly mode: string;
  readonly content: Buffer;
}

/** What a folder holds under a name. */
export interface EntryFacts {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

/** A file set or, with null, removed. */
export interface FileChange {
  readonly path: string;
  /** The blob's name. */
  readonly blob: string | null;
  /** `100644` unless given. */
  readonly mode?: string;
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Pick<Signature, 'name' | 'email'>;
}

export interface Repository {
  /** Of the bare repository: a URL for `git clone` and `git push`. */
  readonly folder: string;
  /** The commit that a branch, a tag or the name of a commit means. */
  readonly commitOf: (ref: string) => CommitFacts | undefined;
  readonly branches: () => readonly string[];
  readonly fileAt: (commit: string, path: string) => FileFacts | undefined;
  /** Of a tree; undefined where there is none. */
  readonly entriesOf: (tree: string) => readonly EntryFacts[] | undefined;
  /** Whether there is an object of this name. */
  readonly holds: (sha: string) => boolean;
  readonly addBlob: (content: Buffer) => string;
  /** A tree with these changes to another, or to nothing. */
  readonly addTree: (base: string | undefined, changes: readonly FileChange[]) => string;
  readonly addCommit: (commit: NewCommit) => string;
  /** Moves a branch from one commit to another, either of them possibly undefined; false where it is not where it is said to be. */
  readonly moveBranch: (branch: string, from: string | undefined, to: string | undefined) => boolean;
  /** Those behind a commit that are not behind another, the newest first. */
  readonly commitsBetween: (older: string, newer: string) => readonly CommitFacts[];
  readonly isAncestor: (older: string, newer: string) => boolean;
  /** The tree of two commits merged; undefined where they conflict. */
  readonly mergedTree: (one: string, other: string) => string | undefined;
}

/** The name of no object, by which Git says that a ref is not there. */
const NOTHING = '0'.repeat(40);

/** @param files texts of the first commit, on the branch `main`. */
export function initRepository(folder: string, files: Readonly<Record<string, string>>): Repository {
  const git = gitIn(folder);
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder], { env: ENVIRONMENT });
  // All of it at once, as `git fast-import` reads it.
  const texts = Object.entries(files).flatMap(([path, text]) => [`M 100644 inline ${path}\n`, ...dataOf(text)]);
  const head = ['commit refs/heads/main\n', 'committer Founder <founder@example.com> now\n', ...dataOf('Begin')];
  git(['fast-import', '--quiet', '--date-format=now'], { input: [...head, ...texts].join('') });
  return repositoryIn(folder, git);
}

function dataOf(text: string): readonly string[] {
  return [`data ${Buffer.byteLength(text)}\n`, text, '\n'];
}

/** Nothing of the person's own settings counts. */
const ENVIRONMENT = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

interface Call {
  readonly input?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What Git prints; undefined where it fails. */
type Git = (args: readonly string[], call?: Call) => Buffer | undefined;

/** Of these, what they say of an object by its name never changes. */
const LASTING = new Set(['cat-file', 'ls-tree', 'log', 'rev-parse', 'merge-tree', 'merge-base']);

function gitIn(folder: string): Git {
  const known = new Map<string, Buffer>();
  return (args, call = {}) => {
    const isLasting = LASTING.has(args[0] ?? '') && args.some((arg) => /^[0-9a-f]{40}(?:$|[\^:])/.test(arg));
    const key = args.join('\0');
    const answer = (isLasting ? known.get(key) : undefined) ?? asked(folder, args, call);
    if (isLasting && answer !== undefined) known.set(key, answer);
    return answer;
  };
}

function asked(folder: string, args: readonly string[], { input = '', env = {} }: Call): Buffer | undefined {
  try {
    return execFileSync('git', ['--git-dir', folder, ...args], {
      input,
      env: { ...ENVIRONMENT, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
    });
  } catch (error) {
    if ((error as { readonly status?: number | null }).status !== undefined) return undefined;
    throw error;
  }
}

function repositoryIn(folder: string, git: Git): Repository {
  const word = (args: readonly string[], call?: Call) => git(args, call)?.toString('utf8').trim();
  const must = (args: readonly string[], call?: Call) => {
    const printed = word(args, call);
    if (printed === undefined) throw new Error(`git ${args.join(' ')} failed in ${folder}`);
    return printed;
  };
  return {
    folder,
    commitOf: (ref) => commitFacts(looseRef(folder, ref) ?? ref, word),
    branches: () => must(['for-each-ref', '--format=%(refname:strip=2)', 'refs/heads']).split('\n').filter(Boolean),
    fileAt: (commit, path) => {
      const entry = entriesIn(git, commit, path)?.find((each) => each.path === path && each.type === 'blob');
      const content = entry && git(['cat-file', 'blob', entry.sha]);
      return entry && content && { sha: entry.sha, mode: entry.mode, content };
    },
    entriesOf: (tree) => entriesIn(git, tree),
    holds: (sha) => /^[0-9a-f]{40}$/.test(sha) && git(['cat-file', '-e', sha]) !== undefined,
    addBlob: (content) => must(['hash-object', '-w', '--stdin'], { input: content }),
    addTree: (base, changes) => {
      const index = join(folder, `index-of-${base ?? 'nothing'}`);
      const call = { env: { GIT_INDEX_FILE: index } };
      must(['read-tree', ...(base === undefined ? ['--empty'] : [base])], call);
      const lines = changes.map(({ path, blob, mode = '100644' }) =>
        blob === null ? `0 ${NOTHING}\t${path}` : `${mode} ${blob}\t${path}`,
      );
      must(['update-index', '-z', '--index-info'], { ...call, input: lines.map((line) => `${line}\0`).join('') });
      const tree = must(['write-tree'], call);
      rmSync(index);
      return tree;
    },
    addCommit: ({ tree, parents, message, author: { name, email } }) => {
      const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
      const env = {
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
      };
      return must(args, { input: message, env });
    },
    moveBranch: (branch, from, to) => {
      const ref = `refs/heads/${branch}`;
      const args = to === undefined ? ['-d', ref, from ?? ''] : [ref, to, from ?? NOTHING];
      return git(['update-ref', ...args]) !== undefined;
    },
    commitsBetween: (older, newer) =>
      must(['rev-list', `${older}..${newer}`])
        .split('\n')
        .filter(Boolean)
        .flatMap((sha) => commitFacts(sha, word) ?? []),
    isAncestor: (older, newer) => git(['merge-base', '--is-ancestor', older, newer]) !== undefined,
    mergedTree: (one, other) => word(['merge-tree', '--write-tree', one, other]),
  };
}

function entriesIn(git: Git, tree: string, ...paths: readonly string[]): readonly EntryFacts[] | undefined {
  const printed = git(['ls-tree', '-z', '--full-tree', '--end-of-options', tree, ...paths])?.toString('utf8');
  const lines = printed?.split('\0').filter((line) => line !== '');
  return lines?.map((line) => {
    const [mode = '', type = '', sha = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    return { path: line.slice(line.indexOf('\t') + 1), mode, type: type as EntryFacts['type'], sha };
  });
}

/** Where a branch stands, by the file that tells it; undefined where Git must be asked. */
function looseRef(folder: string, ref: string): string | undefined {
  const path = join(folder, ref.startsWith('refs/') ? ref : `refs/heads/${ref}`);
  const isPlain = /^\w[\w/-]*$/.test(ref) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isPlain ? readFileSync(path, 'utf8').trim() : undefined;
}

function commitFacts(ref: string, word: (args: readonly string[]) => string | undefined): CommitFacts | undefined {
  const isWhole = ref.startsWith('refs/') || /^[0-9a-f]{40}$/.test(ref);
  const names = isWhole ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, ref];
  let sha: string | undefined;
  for (const name of ref === '' ? [] : names)
    sha ??= word(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (sha === undefined) return undefined;
  const format = ['%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
  const parts = (word(['log', '-1', `--format=${format}`, sha]) ?? '').split('\0');
  const [tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] = parts;
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    message,
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
  };
}

/** Where a project is kept, without any credential. */
export interface PlatformAddress {
  readonly kind: 'local' | 'github' | 'gitlab';
  /** Of the host's API; null for the local repository. */
  readonly url: string | null;
  /** `owner/name`, or the path of groups. */
  readonly project: string;
}

/** Files set or, with null, removed by one commit. */
export interface ChangeSet {
  readonly branch: string;
  /** The commit where the branch stands, as it was last seen; undefined for a branch that is not there yet. */
  readonly onto: string | undefined;
  /** The branch from which a new one goes out. */
  readonly base: string;
  readonly message: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/** How a change request is found again: by its branches, within the project itself, and by a text hidden in its body. */
export interface RequestKey {
  readonly branch: string;
  readonly target: string;
  readonly marker: string;
}

export interface ChangeRequest {
  readonly number: number;
  /** For people; of the local repository, the ref that keeps the request. */
  readonly url: string;
  readonly title: string;
  /** With the marker. */
  readonly body: string;
  /** The commit that it would bring in, or has brought in. */
  readonly commit: string;
}

export interface CommitStatus {
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure';
  readonly description: string;
  readonly url: string | undefined;
}

export interface Approval {
  readonly login: string;
  /** The commit that was looked at; undefined where the host does not say. */
  readonly commit: string | undefined;
  /** When, in milliseconds since 1970 by the host's clock; undefined where the host does not say. */
  readonly at: number | undefined;
}

/** A host of a Git project. Every call rejects with a `PlatformTrouble` where the host does not do what it is asked. */
export interface Platform {
  readonly address: PlatformAddress;
  /** What whoever asks may not do of all this, in sentences, before anything is written. */
  readonly limits: () => Promise<readonly string[]>;
  readonly commitOf: (branch: string) => Promise<string | undefined>;
  /** A file's text at a branch or a commit. */
  readonly readFile: (ref: string, path: string) => Promise<string | undefined>;
  /**
   * Commits a change set, and gives the commit; undefined where nothing would change. Never forces: where the branch is no longer where it was
   * seen, the trouble is a `conflict`, and nothing of what others pushed is lost.
   */
  readonly publish: (change: ChangeSet) => Promise<string | undefined>;
  /** The one that is open, or the last one, by its number, that was merged. */
  readonly findRequest: (key: RequestKey, state: 'open' | 'merged') => Promise<ChangeRequest | undefined>;
  /** Opens a change request, or refreshes the one that is open. The marker is added to its body. */
  readonly saveRequest: (key: RequestKey, title: string, body: string) => Promise<ChangeRequest>;
  readonly setStatus: (commit: string, status: CommitStatus) => Promise<void>;
  /** Keeps one comment of one's own with this marker, and gives nothing to comments of others that have it too. */
  readonly keepComment: (request: number, marker: string, body: string) => Promise<void>;
  /** Everybody who approves now, once. */
  readonly approvals: (request: number) => Promise<readonly Approval[]>;
  /** Who made a request, or a commit of it, by their logins, as far as the host tells. */
  readonly authors: (request: number) => Promise<readonly string[]>;
  /** Merges a request that stands at a commit: `moved` where it stands elsewhere, `not-ready` where the host has it wait. */
  readonly merge: (request: number, commit: string) => Promise<'merged' | 'not-ready' | 'moved'>;
}

/** Why a platform did not do what it was asked. */
export class PlatformTrouble extends Error {
  /**
   * `unreachable`: nobody answers, and nobody knows whether it was done. `limited`: too much was asked lately. `refused`: who asks may not.
   * `missing`: what it is about is not there. `conflict`: somebody else was faster. `unusable`: the answer, or what was asked, cannot be.
   */
  readonly kind: 'unreachable' | 'limited' | 'refused' | 'missing' | 'conflict' | 'unusable';
  readonly help: string;
  /** What the host answered with; undefined where it did not. */
  readonly status: number | undefined;

  constructor(kind: PlatformTrouble['kind'], message: string, help: string, status?: number) {
    super(message);
    this.kind = kind;
    this.help = help;
    this.status = status;
  }
}

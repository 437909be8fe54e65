import type { Json } from '../lib/json.ts';
import type { DatasetFacts } from '../plan/gates/data.ts';
import type { Measurements } from '../plan/gates/metric.ts';
import type { PromptContent } from '../plan/gates/prompt-text.ts';
import type { RunFacts } from '../plan/gates/run.ts';
import type { SignatureTexts } from '../plan/gates/signature.ts';

/** Where a registry is, without any credential. */
export interface RegistryAddress {
  readonly kind: 'files' | 'mlflow';
  /** Null for files. */
  readonly url: string | null;
  readonly workspace: string | null;
}

/** Whatever is registered under one name: a model, or what aigw itself keeps there. */
export interface RegistryEntry {
  readonly name: string;
  readonly kind: 'model' | 'prompt';
  /** Versions by alias, all as they were at one instant. An alias may mean a version that is gone. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RegisteredVersion {
  readonly name: string;
  /** By its own word, which may be another than its entry's. */
  readonly kind: RegistryEntry['kind'];
  /** An opaque text: a number with MLflow, SemVer with others. */
  readonly version: string;
  /** Milliseconds since 1970, by the registry's clock. */
  readonly createdAt: number;
  /** Undefined where it names none. */
  readonly run: string | undefined;
  /** What it was made of, in the registry's own words; undefined where it names nothing. */
  readonly source: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Nothing can be served yet, or ever, of one that is not ready. */
  readonly isReady: boolean;
}

/** A run with the last value of each of its metrics, and the data that it was given. */
export interface RegisteredRun extends RunFacts {
  readonly metrics: Measurements;
  readonly datasets: readonly DatasetFacts[];
  readonly params: Readonly<Record<string, string>>;
  /** Where people see it, without any credential; undefined where nobody does. */
  readonly link: string | undefined;
}

/** What is to be done with an entry: read it, or its artifacts too, make a version with its tags, or one that is copied, move an alias, take one away. */
export interface Need {
  readonly entry: string;
  readonly verb: 'read' | 'artifacts' | 'version' | 'copy' | 'copyPrompt' | 'alias' | 'unalias';
}

/** What a server can do that others of its kind cannot. */
export interface Capabilities {
  /** Whether an alias can be made to mean a version. Where not, nothing moves in the registry: the pins in Git alone say what runs. */
  readonly hasAliases: boolean;
  /** What is not done, or done elsewhere, because the server cannot do it: sentences for people, to be said before anything is written. */
  readonly lacks: readonly string[];
}

/** What a version holds. */
export interface VersionContent {
  /** `sha256:` and 64 hexadecimal digits, over the names and contents of all artifacts, or over all that a prompt's version says. */
  readonly digest: string;
  /** Undefined where its MLmodel file has none. */
  readonly signature: SignatureTexts | undefined;
  /** Of a prompt's version alone. */
  readonly prompt?: PromptContent;
  /** All that a prompt's version says, as another registry can keep it. */
  readonly kept?: KeptPrompt;
}

/** What a registry keeps of a prompt's version; what it does not keep is undefined. */
export interface KeptPrompt {
  /** A text, or a list of `{role, content}`. */
  readonly template: Json | undefined;
  /** A JSON schema of answers. */
  readonly responseFormat: Json | undefined;
  /** Parameters of the model: MLflow's own names. */
  readonly modelConfig: Json | undefined;
}

/** An artifact of a version, as it is kept. */
export interface StoredArtifact {
  /** From the version's root, with forward slashes. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hands the bytes over in pieces, and gives what `take` makes of them. Where a try breaks, `take` is called anew with all of them. */
  readonly read: <T>(take: (pieces: AsyncIterable<Buffer>) => Promise<T>) => Promise<T>;
}

/** A version that is to be made of what another registry holds. */
export interface VersionCopy {
  readonly name: string;
  /** None of a prompt. */
  readonly artifacts: readonly StoredArtifact[];
  /** What it says, of a prompt's version alone. */
  readonly prompt?: KeptPrompt;
  /** That of `VersionContent` which they must have. */
  readonly digest: string;
  /** The run that made it over there; undefined where there is none. */
  readonly run: RegisteredRun | undefined;
  /** Of the version and of its run. */
  readonly tags: Readonly<Record<string, string>>;
  /** One of the tags, by which no other version of the entry is known. */
  readonly key: string;
}

/**
 * A registry of versions. Every call rejects with a `RegistryTrouble` where the registry does not do what it is asked; nothing here is tried
 * again by the caller.
 */
export interface Registry {
  readonly address: RegistryAddress;
  /** The server's name and version, for the record: `MLflow 3.17.0`; undefined where it does not tell. Left out where there is no server. */
  readonly server?: () => Promise<string | undefined>;
  /**
   * Asked by reading alone, before anything else; left out where nothing is lacking. Rejects where the server cannot be a registry at all, or does not
   * know the workspace.
   */
  readonly capabilities?: () => Promise<Capabilities>;
  /** What the registry cannot do of all this, or whoever asks may not, in sentences, before anything is written. */
  readonly limits: (needs: readonly Need[]) => Promise<readonly string[]>;
  /** Milliseconds since 1970, by the registry's own clock. */
  readonly now: () => Promise<number>;
  readonly entry: (name: string) => Promise<RegistryEntry | undefined>;
  readonly version: (name: string, version: string) => Promise<RegisteredVersion | undefined>;
  /** All versions of an entry, in the order in which they were made. */
  readonly versions: (name: string) => Promise<readonly RegisteredVersion[]>;
  /**
   * The run that made what a version holds; undefined where it names none, or one that is not there. Rejects where it is made of what is gone, or names
   * another run than that which made it.
   */
  readonly run: (version: RegisteredVersion) => Promise<RegisteredRun | undefined>;
  /** Reads every artifact, which may take long. */
  readonly content: (version: RegisteredVersion) => Promise<VersionContent>;
  /** The signature alone, of which `content` tells too. */
  readonly signature: (version: RegisteredVersion) => Promise<VersionContent['signature']>;
  /** Rejects where the registry keeps no more than their hashes. */
  readonly artifacts: (version: RegisteredVersion) => Promise<readonly StoredArtifact[]>;
  /** Makes an alias mean a version, whatever it meant before. */
  readonly setAlias: (name: string, alias: string, version: string) => Promise<void>;
  readonly deleteAlias: (name: string, alias: string) => Promise<void>;
  /** Of all who want to create an entry at once, one gets `created`. */
  readonly createEntry: (name: string, tags: Readonly<Record<string, string>>) => Promise<'created' | 'exists'>;
  /**
   * Makes a version that holds nothing but tags, behind all that there are, and gives its name. `key` is one of its tags by which no other
   * version of the entry is known: a call whose answer was lost finds what it made.
   */
  readonly createVersion: (name: string, tags: Readonly<Record<string, string>>, key: string) => Promise<string>;
  /**
   * Makes a version, and its entry where there is none, and gives its name: with artifacts of its own and a run that tells what the run over there did, or
   * with all that a prompt says. Begun anew, it sends what is not there yet, and no more; one that was made before is found by its key. Rejects where the
   * content has another digest: then no version is made.
   */
  readonly copyVersion: (copy: VersionCopy) => Promise<string>;
  readonly setVersionTag: (name: string, version: string, key: string, value: string) => Promise<void>;
}

/** Why a registry did not do what it was asked. */
export class RegistryTrouble extends Error {
  /**
   * `unreachable`: nobody answers, or only something that is no registry. `refused`: who asks may not. `missing`: what it is about is not
   * there. `unusable`: the answer says something that cannot be.
   */
  readonly kind: 'unreachable' | 'refused' | 'missing' | 'unusable';
  readonly help: string;

  constructor(kind: RegistryTrouble['kind'], message: string, help: string) {
    super(message);
    this.kind = kind;
    this.help = help;
  }
}

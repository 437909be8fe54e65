import type { RepositorySpec } from '../config/schema-types.ts';
import type { Actor } from '../plan/ledger/entry.ts';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Messages } from './messages.ts';
import type { PackageFiles } from './package-files.ts';
import type { Platform } from './platform.ts';
import type { Registry } from './registry.ts';

/** All that a command can reach outside its arguments. The composition root decides what stands behind each port. */
export interface World {
  readonly files: Files;
  readonly clock: Clock;
  readonly messages: Messages;
  readonly packageFiles: PackageFiles;
  /** Absolute path of the folder that aigw was started in. */
  readonly directory: string;
  /** Of aigw. */
  readonly version: string;
  /**
   * The registry that a config repo names, or one of its environments. Rejects with a RegistryTrouble where it is named in a way that nobody can reach.
   * @param root of the repo. @param own the repo's own, where `setting` is an environment's.
   */
  readonly registry: (
    setting: RepositorySpec['registry'],
    root: string,
    own?: RepositorySpec['registry'],
  ) => Promise<Registry>;
  /** The Git host that a config repo names. Rejects with a PlatformTrouble where it is named in a way that nobody can reach. @param root of the Git work tree. */
  readonly platform: (setting: RepositorySpec['platform'], root: string) => Promise<Platform>;
  /** Who started aigw, as far as the CI job or the machine knows. @param root of the Git work tree. */
  readonly actor: (root: string) => Promise<Actor>;
  /**
   * Makes a folder a Git repository with one commit: a copy of another folder, some of its files with other texts. What an earlier call laid there
   * goes; rejects where something else stands there. @param user by whom it is committed, and who works there from now on.
   */
  readonly layRepository: (
    source: string,
    folder: string,
    more: { readonly texts: Readonly<Record<string, string>>; readonly user: string },
  ) => Promise<void>;
  /** The private key, as PEM, by which statements are signed; undefined where there is none. */
  readonly signingKey: () => string | undefined;
  /** A text that was never given before. */
  readonly newId: () => string;
}

import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Messages } from './messages.ts';
import type { PackageFiles } from './package-files.ts';

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
}

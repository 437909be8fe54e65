import type { Messages } from '../ports/messages.ts';
import type { ReportFiles } from '../ports/report-files.ts';
import type { World } from '../ports/world.ts';
import { files } from '../worktree/files.ts';
import { packageFiles } from '../worktree/package-files.ts';
import { reportFiles } from '../worktree/report-files.ts';
import { version } from './version.ts';

/** What stands behind each port. */
export interface Composition {
  readonly world: World;
  readonly reportFiles: ReportFiles;
}

/** The composition root: the one place that knows both commands' ports and the adapters behind them. */
export function compose(messages: Messages): Composition {
  const world: World = {
    files,
    clock: { today: () => new Date().toISOString().slice(0, 10), elapsed: () => performance.now() },
    messages,
    packageFiles: packageFiles(),
    directory: process.cwd(),
    version,
  };
  return { world, reportFiles };
}
